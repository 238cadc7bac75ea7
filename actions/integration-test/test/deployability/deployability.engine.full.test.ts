import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEFECTS } from './defects.js';
import { DefectScene, failedCodes, notRun } from './scene.js';

const MODES = Object.keys(DEFECTS) as readonly (keyof typeof DEFECTS)[];

let scene: DefectScene;
beforeAll(async () => {
  scene = await DefectScene.open(['good', ...MODES]);
}, 180_000);
afterAll(() => scene.close());

it('passes a good image', async () => {
  const end = await scene.run('good');
  expect(end.errors).toEqual([]);
  expect(failedCodes(end)).toEqual([]);
  expect(notRun(end)).toEqual([]);
  expect(end.outputs).toMatchObject({ outcome: 'succeeded' });
}, 60_000);

it('finds each defect by its own check and by no other', async () => {
  const found = new Map<string, unknown>();
  const left = [...MODES];
  // Most of the time they wait; three at a time leave each the processors that its figures need.
  const work = async (): Promise<void> => {
    for (let mode = left.shift(); mode; mode = left.shift()) {
      const { outputs, report, ...end } = await scene.run(mode);
      found.set(mode, [failedCodes({ ...end, outputs, report }), outputs['outcome'], outputs['tested-digest']]);
    }
  };
  await Promise.all([work(), work(), work()]);
  const wanted = MODES.map((mode) => [mode, [[DEFECTS[mode]], 'failed', undefined]]);
  expect(Object.fromEntries(found)).toEqual(Object.fromEntries(wanted));
}, 240_000);

/** Sends a signal to the action when its log says so for the first time. */
function signalAt(text: string, signal: NodeJS.Signals) {
  let pid = 0;
  return {
    onStart: (started: number) => void (pid = started),
    onLine: (line: string) => void (line.includes(text) && pid > 0 && process.kill(pid, signal) && (pid = 0)),
  };
}

it('leaves nothing when it is cancelled among its containers', async () => {
  const end = await scene.run('good', {}, signalAt('Starting the image as ECS', 'SIGINT'));
  expect(end.outputs).toMatchObject({ outcome: 'cancelled' });
  expect(await scene.left()).toEqual([]);
}, 60_000);

it('leaves nothing after post when it is killed among its containers', async () => {
  const killed = await scene.run('good', {}, signalAt('Starting the image as ECS', 'SIGKILL'));
  expect(killed.exitCode).toBe(137);
  expect(await scene.left()).not.toEqual([]);
  const post = await scene.run('good', {}, { phase: 'post', state: killed.state });
  expect(post.exitCode).toBe(0);
  expect(await scene.left()).toEqual([]);
}, 60_000);
