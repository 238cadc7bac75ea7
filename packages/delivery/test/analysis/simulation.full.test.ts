import { describe, expect, it } from '@jest/globals';
import { play, random, type Course, type Release } from './simulation.js';

const ALPHA = 0.01;
const RUNS = 400;

function courses(release: Release, count = RUNS): readonly Course[] {
  const next = random(20_301);
  return Array.from({ length: count }, () => play(release, next));
}

const share = (all: readonly Course[]): number =>
  all.filter(({ failedAfter }) => failedAfter !== undefined).length / all.length;

/** Three standard errors of a share of alpha: what chance alone may add to it in so many runs. */
const ALLOWED = ALPHA + 3 * Math.sqrt((ALPHA * (1 - ALPHA)) / RUNS);

describe('good releases', () => {
  const kinds = [
    ['steady', {}],
    ['in bursts of 3', { burst: 3 }],
    ['in bursts of 10', { burst: 10 }],
    ['with an incident that both fleets share', { incident: { rate: 0.3, minutes: 3 } }],
  ] as const;
  for (const requestsPerMinute of [6, 30, 120, 600]) {
    it.each(kinds)(
      `are condemned in at most one run in a hundred at ${requestsPerMinute} requests a minute: %s`,
      (_title, kind) => {
        for (const rate of [0.001, 0.01]) {
          const found = share(
            courses(
              { requestsPerMinute, baselineRate: rate, canaryRate: rate, ...kind },
              requestsPerMinute > 100 ? RUNS / 4 : RUNS,
            ),
          );
          expect({ rate, found, isAllowed: found <= ALLOWED }).toMatchObject({ isAllowed: true });
        }
      },
      120_000,
    );
  }

  it('are condemned far more often by a threshold of 1 % a minute: the control', () => {
    const next = random(3);
    const naive = Array.from({ length: 200 }, () =>
      play({ requestsPerMinute: 120, baselineRate: 0.001, canaryRate: 0.001 }, next),
    );
    const overThreshold = naive.filter(({ looks }) =>
      looks.some(({ fresh }) => fresh.errors / Math.max(1, fresh.requests) > 0.01),
    );
    expect(overThreshold.length / naive.length).toBeGreaterThan(0.3);
  });
});

describe('bad releases', () => {
  const median = (values: readonly number[]): number =>
    [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

  it.each([
    // Requests a minute, its rate, the baseline's, least share found, most requests of the new fleet at the median.
    [120, 0.05, 0.001, 0.99, 110],
    [120, 0.2, 0.001, 0.99, 40],
    [120, 1, 0, 1, 16],
    [600, 0.01, 0.001, 0.98, 800],
  ])('at %i requests a minute, %d instead of %d', (...[requestsPerMinute, canaryRate, baselineRate, least, most]) => {
    const all = courses({ requestsPerMinute, canaryRate, baselineRate }, 150);
    const found = all.filter(({ failedAfter }) => failedAfter !== undefined);
    expect(found.length / all.length).toBeGreaterThanOrEqual(least);
    expect(median(found.map(({ requests }) => requests))).toBeLessThanOrEqual(most);
  });

  it('are mostly not found at 30 requests a minute and 1 % instead of 0.1 %: that is doubt, not health', () => {
    expect(share(courses({ requestsPerMinute: 30, canaryRate: 0.01, baselineRate: 0.001 }, 150))).toBeLessThan(0.1);
  });
});
