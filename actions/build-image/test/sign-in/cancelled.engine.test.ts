import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { openEcrScene, type EcrScene } from './ecr-scene.js';

/** Later than any test waits. */
const NEVER_MS = 600_000;
const LOOK_MS = 5;

let scene: EcrScene;
beforeEach(async () => {
  scene = await openEcrScene();
}, 60_000);
afterEach(() => scene.close());

/** The folders with a configuration for Docker that lie there. */
async function written(): Promise<readonly string[]> {
  const names = await readdir(scene.temp);
  return names.filter((name) => name.startsWith('slipway-docker-')).map((name) => path.join(scene.temp, name));
}

/** Builds from an image that the registry never answers for, and gives the signal then. */
async function endedBy(signal: NodeJS.Signals, look: () => Promise<void>): Promise<ActionEnd> {
  const fault = scene.aws.faults.add({ operation: 'registry:*', always: true, kind: 'delay', delayMs: NEVER_MS });
  let looked: Promise<void> | undefined;
  const signalWhenReached = async (pid: number): Promise<void> => {
    while (fault.hits === 0) await setTimeout(LOOK_MS);
    await look().finally(() => process.kill(pid, signal));
  };
  const onStart = (pid: number): void => void (looked = signalWhenReached(pid));
  const end = await scene.build(`FROM ${scene.base}\n`, { onStart });
  await looked;
  return end;
}

describe('a step that is signed in', () => {
  it('leaves nothing of it when it is cancelled', async () => {
    const end = await endedBy('SIGINT', async () => expect(await written()).toHaveLength(1));
    expect(end.errors).toEqual([expect.stringMatching(/^RUN_CANCELLED: /)]);
    expect(await written()).toEqual([]);
  }, 60_000);

  it('and is killed leaves what only its user may read, until its post step', async () => {
    const plugins = path.join(scene.home, '.docker/plugin.txt');
    await writeFile(plugins, "the user's");
    const { state, exitCode } = await endedBy('SIGKILL', () => Promise.resolve());
    expect(exitCode).toBe(137);
    const [folder = ''] = await written();
    expect(state['dockerConfig']).toBe(folder);
    const modeOf = async (file: string) => ((await lstat(file)).mode & 0o777).toString(8);
    expect([await modeOf(folder), await modeOf(path.join(folder, 'config.json'))]).toEqual(['700', '600']);
    expect(await readFile(path.join(folder, 'plugin.txt'), 'utf8')).toBe("the user's");
    const where = { workspace: scene.temp, temp: scene.temp };
    const post = await runAction({ action: 'build-image', inputs: {}, ...where, phase: 'post', state });
    expect({ exitCode: post.exitCode, is: existsSync(folder) }).toEqual({ exitCode: 0, is: false });
    expect(await readFile(plugins, 'utf8')).toBe("the user's");
  }, 60_000);
});
