import { afterEach, expect, it } from '@jest/globals';
import { SlipwayError } from '@slipway/core';
import { Stage } from '../../src/deployability/stage.js';
import type { Test } from '../../src/test.js';
import { hello, RunScene } from '../run-scene.js';
import { SimpleEngine, type Behaviour } from '../simple-engine.js';

const scene = new RunScene();
afterEach(() => scene.close());

/** The second container is the first of the deployability checks. */
function failingFrom(container: number, error: Error): Behaviour {
  let started = 0;
  const onCall = (name: string): void => {
    if (name === 'startContainer' && (started += 1) >= container) throw error;
  };
  return { answer: hello, onCall };
}

const imageNotStarted = new SlipwayError({
  code: 'TEST_IMAGE_NOT_STARTED',
  message: 'The image cannot be started: "./server": permission denied: unknown\nError: failed to start containers: x',
  hint: 'none',
});

it('tells what the engine cannot start as the finding of a check', async () => {
  const inputs = { deployability: { runs: 'warn', ready: 'error' } };
  await scene.start(failingFrom(2, imageNotStarted), inputs);
  expect(scene.setting.facts['deployability']).toEqual([
    expect.objectContaining({
      check: 'runs',
      state: 'failed',
      because: 'The image cannot be started: "./server": permission denied: unknown',
    }),
    expect.objectContaining({ check: 'ready', state: 'not-run' }),
  ]);
  await scene.expectNothingLeft();
});

it('lets an engine that fails otherwise fail the test', async () => {
  const engineFailed = new SlipwayError({ code: 'TEST_ENGINE_FAILED', message: 'No.', hint: 'none' });
  const started = scene.start(failingFrom(2, engineFailed), { deployability: { runs: 'warn' } });
  await expect(started).rejects.toBe(engineFailed);
  await scene.expectNothingLeft();
});

it('starts one variant after the other, and has ended each before the next', async () => {
  const running: number[] = [];
  let now = 0;
  const onCall = (name: string): void => {
    if (name === 'startContainer') running.push((now += 1));
    if (name === 'stop') now -= 1;
  };
  const inputs = { deployability: { twice: 'warn', 'read-only': 'warn', previous: 'warn' }, 'previous-image': 'web:1' };
  await scene.start({ answer: hello, onCall }, inputs);
  // The container under test, the first of the checks, and beside it each variant alone.
  expect(running).toEqual([1, 1, 2, 2, 2]);
  await scene.expectNothingLeft();
});

it.each<[Behaviour, string, string]>([
  [{ log: ['listening'] }, 'passed', 'it has logged'],
  [{}, 'failed', 'nothing came on stdout and stderr'],
  [{ failing: ['logTail'] }, 'not-run', 'the engine does not tell its log: logTail failed.'],
])('judges the log of an image that behaves so: %j', async (behaviour, state, because) => {
  await scene.start({ answer: hello });
  const { context } = scene.setting;
  const setting = { port: 8080, furtherPorts: [], environment: {}, constraints: {} };
  const plan = { name: 'n', label: 'l', reference: 'r' };
  const stage = new Stage({ context, engine: new SimpleEngine(behaviour), plan, setting } as unknown as Test);
  expect(await stage.judgeLog({ id: 'c1' })).toEqual({ state, because });
});
