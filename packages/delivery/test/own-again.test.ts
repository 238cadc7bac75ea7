import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addedHooks, ownAgain, type Hook, type Settings } from '../src/index.js';

const pause = (stage: string, timeoutInMinutes: number): Hook => ({
  targetType: 'PAUSE',
  lifecycleStages: [stage],
  timeoutConfiguration: { timeoutInMinutes, action: 'ROLLBACK' },
});
const [ours, theirs] = [pause('PRE_PRODUCTION_TRAFFIC_SHIFT', 4), pause('POST_SCALE_UP', 30)];
const own: Settings = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 };
const sent: Settings = {
  strategy: 'CANARY',
  bakeTimeInMinutes: 5,
  canaryConfiguration: { canaryPercent: 10 },
  lifecycleHooks: [ours],
};

describe('what a service gets back', () => {
  it.each<[string, Settings, Settings]>([
    ['its own, where ours stands', sent, own],
    [
      'its own, where ECS added its defaults to ours',
      { ...sent, canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 10 } },
      own,
    ],
    ['its own, by a read from before our change', own, own],
    [
      'a bake time that somebody set, and not our strategy',
      { ...sent, bakeTimeInMinutes: 9 },
      { ...own, bakeTimeInMinutes: 9 },
    ],
    [
      'the strategy of whoever set other steps',
      { ...sent, canaryConfiguration: { canaryPercent: 20 } },
      { strategy: 'CANARY', bakeTimeInMinutes: 5, canaryConfiguration: { canaryPercent: 20 } },
    ],
    [
      'a hook that somebody added to ours',
      { ...sent, lifecycleHooks: [ours, theirs] },
      { ...own, lifecycleHooks: [theirs] },
    ],
    [
      'no steps and no hooks where somebody chose a rolling update',
      { strategy: 'ROLLING', bakeTimeInMinutes: 5 },
      { strategy: 'ROLLING', bakeTimeInMinutes: 5, lifecycleHooks: [] },
    ],
  ])('%s', (_title, present, expected) => {
    expect(ownAgain({ own, sent }, present)).toEqual(expected);
  });

  it('is settled: what was put back once stays so', () => {
    const bake = fc.record({ bakeTimeInMinutes: fc.integer({ min: 0, max: 9 }) });
    fc.assert(
      fc.property(bake, bake, bake, (one, two, three) => {
        const change = { own: { ...own, ...one }, sent: { ...sent, ...two } };
        const once = ownAgain(change, { ...sent, ...three });
        expect(ownAgain(change, once)).toEqual(once);
      }),
    );
  });

  it('knows the hooks that a delivery added', () => {
    const change = { own: { lifecycleHooks: [theirs] }, sent: { lifecycleHooks: [theirs, ours] } };
    expect(addedHooks(change)).toEqual([ours]);
  });
});
