import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Health } from '../src/engine.js';
import { hello, RunScene } from './run-scene.js';
import { DIGEST } from './setting.js';

const scene = new RunScene();
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'own-health-'));
});
afterEach(async () => {
  await scene.close();
  await rm(folder, { recursive: true });
});

/** The interval is ECS's own, 30 s: no check of it is due within a test. */
async function withCheck(healthCheck: object): Promise<string> {
  const file = path.join(folder, 'task.json');
  await writeFile(file, JSON.stringify({ containerDefinitions: [{ name: 'web', healthCheck }] }));
  return file;
}

it('fails an image in which the health check cannot pass, though it answers', async () => {
  const task = await withCheck({ command: ['CMD-SHELL', 'curl -f localhost'], retries: 2 });
  const commands: (readonly string[])[] = [];
  const exec = (command: readonly string[]): number => commands.push(command) && 127;
  await expect(scene.start({ answer: hello, exec }, { 'task-definition': task })).rejects.toMatchObject({
    code: 'TEST_UNHEALTHY',
    message: expect.stringContaining('health check fails in it (exit code 127: /bin/sh has spoken).'),
  });
  expect(commands.length).toBeGreaterThanOrEqual(2);
  expect(commands[0]).toEqual(['/bin/sh', '-c', 'curl -f localhost']);
  expect(scene.setting.outputs).not.toHaveProperty('tested-digest');
  // Nothing was asked yet; what failed is counted all the same.
  expect(scene.setting.outputs).toMatchObject({ passed: '0', failed: '1' });
  expect(await readFile(scene.setting.outputs['junit'] ?? '', 'utf8')).toContain('name="is healthy"');
  await scene.expectNothingLeft();
});

it('is content with one that passes after a failure', async () => {
  const task = await withCheck({ command: ['CMD', 'check'] });
  let calls = 0;
  const exec = (): number => (++calls === 1 ? 1 : 0);
  await scene.start({ answer: hello, exec }, { 'task-definition': task });
  expect(calls).toBeGreaterThanOrEqual(2);
  expect(scene.setting.outputs).toMatchObject({ 'tested-digest': DIGEST });
});

it('says so when the container ends while it is tried, however long its start period lasts', async () => {
  const task = await withCheck({ command: ['CMD', 'check'], retries: 10, startPeriod: 300 });
  const exec = (): number => {
    scene.engine.crash(7);
    return 1;
  };
  await expect(scene.start({ answer: hello, exec }, { 'task-definition': task })).rejects.toMatchObject({
    code: 'TEST_CONTAINER_EXITED',
    message: expect.stringContaining('while its health check was tried'),
  });
  await scene.expectNothingLeft();
});

it('says why an image counts as unhealthy', async () => {
  const behaviour = {
    answer: hello,
    health: (): Health => 'unhealthy',
    healthProblem: 'exit code 1: refused canary-4711',
  };
  await expect(scene.start(behaviour, { environment: { TOKEN: 'canary-4711' } })).rejects.toMatchObject({
    code: 'TEST_UNHEALTHY',
    message: expect.stringContaining("said 'unhealthy' before it was ready (exit code 1: refused ***)."),
  });
});

it('does not wait for a check that the task definition does not have', async () => {
  const file = path.join(folder, 'task.json');
  await writeFile(file, JSON.stringify({ containerDefinitions: [{ name: 'web' }] }));
  const inputs = { 'task-definition': file, 'ready-by': 'health-check' } as const;
  const suite =
    'version: 1\nready: { path: /, timeout-seconds: 600 }\nchecks: [{ name: a, request: { path: / }, expect: {} }]';
  await expect(scene.start({ answer: hello }, inputs, suite)).rejects.toMatchObject({
    message: "'ready-by' is 'health-check', and the task definition has none.",
    hint: expect.stringContaining("ECS takes no notice of the image's own"),
  });
  await scene.expectNothingLeft();
});
