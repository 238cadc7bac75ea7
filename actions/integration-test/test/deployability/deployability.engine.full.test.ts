import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DEFECTS } from './defects.js';
import { DefectScene, failedCodes, notRun } from './scene.js';

/** What takes 30 ms is in flight, or is not, when SIGTERM comes: a runner without rest may see none of it. */
const BY_CHANCE = 'drops-fast-requests';
const ALL = Object.keys(DEFECTS) as readonly (keyof typeof DEFECTS)[];
const MODES = ALL.filter((mode) => mode !== BY_CHANCE);

let scene: DefectScene;
beforeAll(async () => {
  scene = await DefectScene.open(['good', ...ALL]);
}, 180_000);
afterAll(() => scene.close());

it('passes a good image', async () => {
  const end = await scene.run('good');
  expect(end.errors).toEqual([]);
  expect(failedCodes(end)).toEqual([]);
  expect(notRun(end)).toEqual([]);
  expect(end.outputs).toMatchObject({ outcome: 'succeeded' });
}, 60_000);

it('tells of an image that does not start beside the one that goes on', async () => {
  const end = await scene.run('takes-lock', { 'keep-running': 'true' });
  expect(failedCodes(end)).toEqual(['IMAGE_RUNS_ONCE']);
  expect(await scene.left()).toEqual([]);
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

it('finds requests of 30 ms that are dropped in one of four runs at least, and blames nothing else in any', async () => {
  const codes: string[] = [];
  for (let run = 0; run < 4 && codes.length === 0; run += 1) codes.push(...failedCodes(await scene.run(BY_CHANCE)));
  expect(codes).toEqual([DEFECTS[BY_CHANCE]]);
}, 240_000);
