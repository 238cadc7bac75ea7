import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { composeFile, openComposeScene } from './compose-scene.js';
import type { EngineScene } from './engine-scene.js';

let scene: EngineScene;
beforeAll(async () => {
  scene = await openComposeScene();
}, 180_000);
afterAll(() => scene.close());
afterEach(async () => expect(await scene.left()).toEqual([]));

/** Asks the database by its name from within the container under test, and from the runner by its published port. */
const ASK = `
const { execFileSync } = require('node:child_process');
const ask = (host, port) => \`require("node:net").connect(\${port}, "\${host}").on("data", (data) => console.log(String(data)))\`;
const { CONTAINER_NAME, DB_HOST, DB_PORT, DB_CONTAINER } = process.env;
const within = execFileSync('docker', ['exec', CONTAINER_NAME, 'node', '-e', ask('db', 9200)], { encoding: 'utf8' });
const outside = execFileSync(process.execPath, ['-e', ask(DB_HOST, DB_PORT)], { encoding: 'utf8' });
console.log('answers', within.trim(), outside.trim(), DB_CONTAINER);
`;

describe('compose-file', () => {
  it('starts what it describes, in the network of the image, and removes all of it', async () => {
    await scene.write('compose.yml', composeFile(scene.base));
    const command = JSON.stringify([process.execPath, '-e', ASK]);
    const end = await scene.run({ 'compose-file': 'compose.yml', environment: 'MODE=good\nWORD=hi', command });
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'tested-digest': scene.image.digest });
    expect(end.stdout).toMatch(/\| answers hi hi slipway-test-scene-\S+-db-1/);
  }, 60_000);
});
