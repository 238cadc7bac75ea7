import { afterEach, expect, it } from '@jest/globals';
import type { TestContext } from '../src/inputs.js';
import { hello, RunScene } from './run-scene.js';

const scene = new RunScene();
afterEach(() => scene.close());

const warnings = (): readonly string[] => scene.setting.log.filter((line) => line.startsWith('warning'));

it.each<[Partial<TestContext['inputs']>, string]>([
  [{ secrets: { A: 'b' } }, "'secrets' does nothing: it needs 'task-definition'."],
  [{ 'ready-log': 'up' }, "'ready-log' does nothing: it needs 'ready-by: log'."],
  [{ 'command-environment': { A: 'b' } }, "'command-environment' does nothing: it needs 'command'."],
  [{ 'bad-configuration': { A: 'b' } }, "'bad-configuration' does nothing: it needs the check 'bad-configuration' in"],
  [{ 'previous-image': 'web:1' }, "'previous-image' does nothing: it needs a load, or the check 'previous' in 'deploy"],
])('warns of %j, which does nothing alone', async (inputs, warning) => {
  await scene.start({ answer: hello }, inputs);
  expect(warnings()).toEqual([expect.stringContaining(warning)]);
});

it('does not warn of what is in use', async () => {
  const command = JSON.stringify([process.execPath, '-e', '']);
  await scene.start(
    { answer: hello },
    { command, 'command-environment': { A: 'b' }, 'load-connections': 1, 'previous-image': 'web:1', container: 'web' },
  );
  expect(warnings()).toEqual([]);
});
