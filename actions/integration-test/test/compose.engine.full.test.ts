import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { composeFile, openComposeScene } from './compose-scene.js';
import type { EngineScene } from './engine-scene.js';

let scene: EngineScene;
beforeAll(async () => {
  scene = await openComposeScene();
}, 180_000);
afterAll(() => scene.close());
afterEach(async () => expect(await scene.left()).toEqual([]));

describe('compose-file', () => {
  it('builds an image of it, and removes that too', async () => {
    await scene.write('Dockerfile.helper', `FROM ${scene.base}\nCMD ["node", "-e", "setInterval(() => 0, 1000)"]\n`);
    const helper = { build: { context: '.', dockerfile: 'Dockerfile.helper' } };
    await scene.write('compose.yml', { services: { helper } });
    const end = await scene.run({ 'compose-file': 'compose.yml', environment: 'MODE=good' });
    expect(end.errors).toEqual([]);
  }, 60_000);

  it('tells which service ended, shows its log, and tests nothing', async () => {
    const bad = { image: scene.base, command: ['node', '-e', 'console.log("no disk"); process.exit(3)'] };
    await scene.write('compose.yml', composeFile(scene.base, { bad }));
    const end = await scene.run({ 'compose-file': 'compose.yml', environment: 'MODE=good' });
    expect(end.report).toMatchObject({ error: { code: 'TEST_SERVICE_NOT_READY' } });
    expect(end.errors.join()).toContain(
      "The service 'bad' of the compose file did not get ready: it has ended with exit code 3",
    );
    expect(end.stdout).toContain('| no disk');
    expect(end.outputs).not.toHaveProperty('tested-digest');
  }, 60_000);

  it.each([
    ['no compose file', 'services: [', 'TEST_COMPOSE_FILE_INVALID'],
    ['an image that is nowhere', '{ services: { db: { image: "127.0.0.1:9/nothing:1" } } }', 'TEST_COMPOSE_FAILED'],
  ])(
    'refuses %s',
    async (_, text, code) => {
      await scene.write('compose.yml', text);
      const end = await scene.run({ 'compose-file': 'compose.yml', environment: 'MODE=good' });
      expect(end.report).toMatchObject({ error: { code } });
    },
    60_000,
  );
});
