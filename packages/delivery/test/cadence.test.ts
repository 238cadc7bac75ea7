import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { expectedEnd, nextLookMs } from '../src/index.js';

const MINUTE = 60_000;
const pace = { now: 0, status: 'IN_PROGRESS', isJudging: false, usualMs: 5_000, secondMs: 1_000 };

describe('nextLookMs', () => {
  it.each([
    ['nothing is known', {}, 5_000],
    ['a bake has just begun', { expectedEnd: 10 * MINUTE }, 15_000],
    ['a bake ends soon', { expectedEnd: 10_000 }, 6_000],
    ['a bake is about to end', { expectedEnd: 3_000 }, 2_000],
    ['a bake should have ended', { now: 30_000, expectedEnd: 10_000 }, 2_000],
    ['a bake should have ended long ago', { now: 5 * MINUTE, expectedEnd: 10_000 }, 5_000],
    ['it is on its way back', { status: 'ROLLBACK_IN_PROGRESS' }, 2_000],
    ['a gate judges', { isJudging: true }, 15_000],
    ['it has ended', { status: 'SUCCESSFUL' }, 0],
  ])('when %s', (_title, change, expected) => {
    expect(nextLookMs({ ...pace, ...change })).toBe(expected);
  });

  it('stays under fifteen looks a minute through any bake of an hour and more', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 1440 }), (minutes) => {
        const end = minutes * MINUTE;
        let looks = 0;
        for (let now = 0; now < end; now += nextLookMs({ ...pace, now, expectedEnd: end })) looks += 1;
        return looks / minutes < 15;
      }),
    );
  });
});

describe('expectedEnd', () => {
  const standing = {
    percent: 10,
    since: 1_000,
    minuteMs: MINUTE,
    settings: { strategy: 'CANARY', bakeTimeInMinutes: 5 },
  };
  it.each([
    ['a canary’s time', { lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT' }, 1_000 + 10 * MINUTE],
    ['the bake', { lifecycleStage: 'BAKE_TIME', percent: 100 }, 1_000 + 5 * MINUTE],
    ['a scale-up', { lifecycleStage: 'SCALE_UP', percent: 0 }, undefined],
    ['the last shift', { lifecycleStage: 'PRODUCTION_TRAFFIC_SHIFT', percent: 100 }, undefined],
  ])('of %s', (_title, change, expected) => {
    expect(expectedEnd({ ...standing, ...change })).toBe(expected);
  });
});
