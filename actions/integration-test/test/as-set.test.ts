import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hello, RunScene } from './run-scene.js';

const scene = new RunScene();
afterEach(() => scene.close());

/** A program that prints a variable of its environment. */
function printing(variable: string): string {
  return JSON.stringify([process.execPath, '-e', `console.log('seen', process.env[${JSON.stringify(variable)}])`]);
}

describe('ports', () => {
  it('are published once each, and told to the command', async () => {
    await scene.start({ answer: hello }, { ports: ['9090', '8080', '9090', '70'], command: printing('PORT_9090') });
    expect(scene.engine.spec).toMatchObject({ port: 8080, furtherPorts: [9090, 70] });
    expect(scene.setting.log).toContainEqual(expect.stringMatching(/^untrusted seen \d+$/));
  });

  it.each(['http', 'tcp'] as const)('have to be open before a service that is ready by %s is', async (by) => {
    const start = scene.start({ answer: hello, closed: [9090] }, { ports: ['9090', '9091'], 'ready-by': by });
    await expect(start).rejects.toMatchObject({
      code: 'TEST_NOT_READY',
      message: expect.stringContaining("within 1 s: nothing listens on port 9090, which 'ports' names."),
    });
    await scene.expectNothingLeft();
  });
});

describe('a proxy that takes connections for a container that does not', () => {
  /** Nobody listens there. */
  const directUrl = (port: number): string => `http://127.0.0.1:${port === 9090 ? 1 : 2}`;

  it.each([{ ports: ['9090'] }, { 'ready-by': 'tcp' } as const])(
    'is not believed where it can be passed by: %j',
    async (inputs) => {
      await expect(scene.start({ answer: hello, directUrl }, inputs)).rejects.toMatchObject({ code: 'TEST_NOT_READY' });
      await scene.expectNothingLeft();
    },
  );
});

describe('beside a task definition', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'as-set-'));
    file = path.join(folder, 'task.json');
    const portMappings = [{ containerPort: 80 }, { containerPort: 53, protocol: 'udp' }, { containerPort: 9090 }];
    const container = { name: 'web', user: '1000', command: ['serve'], entryPoint: ['/run'], portMappings };
    await writeFile(file, JSON.stringify({ containerDefinitions: [container] }));
  });

  afterEach(() => rm(folder, { recursive: true }));

  it('what it maps is published, and nobody waits for more than the first', async () => {
    await scene.start({ answer: hello, closed: [9090] }, { 'task-definition': file });
    expect(scene.engine.spec).toMatchObject({ port: 80, furtherPorts: [9090] });
    expect(scene.engine.spec?.constraints).toMatchObject({ user: '1000', command: ['serve'] });
  });

  it('the inputs win', async () => {
    const inputs = { port: 9090, ports: ['81'], user: '65532:65532', 'container-command': '[serve, "--port=9090"]' };
    await scene.start({ answer: hello }, { 'task-definition': file, ...inputs });
    expect(scene.engine.spec).toMatchObject({
      port: 9090,
      furtherPorts: [81, 80],
      constraints: { user: '65532:65532', command: ['serve', '--port=9090'], entryPoint: ['/run'] },
    });
  });
});
