import { describe, expect, it } from '@jest/globals';
import {
  atMost,
  createAnalyst,
  detectableRate,
  dispersionOf,
  errorsNeeded,
  highestRate,
  type FleetsLook,
} from '../../src/index.js';
import { play, random, type Release } from './simulation.js';

const analyst = createAnalyst();
const minute = (fresh: readonly [number, number], old: readonly [number, number]): FleetsLook => ({
  fresh: { requests: fresh[0], errors: fresh[1] },
  old: { requests: old[0], errors: old[1] },
});

describe('compare', () => {
  it('passes on evidence that the release is good', () => {
    const { verdict, evidence } = analyst.compare([minute([30, 0], [300, 0]), minute([30, 0], [300, 0])], []);
    expect(verdict).toBe('pass');
    expect(evidence.highestErrorRate).toBeLessThan(0.05);
  });

  it('does not take silence for health', () => {
    const opinion = analyst.compare([minute([59, 0], [1000, 0])], []);
    expect(opinion).toMatchObject({ verdict: 'inconclusive', because: expect.stringContaining('60 are needed') });
  });

  it('does not pass a release that fails too often to be told from a bad one', () => {
    expect(analyst.compare([minute([60, 2], [600, 20])], []).verdict).toBe('inconclusive');
  });

  it('condemns a release that fails in two minutes', () => {
    const { verdict, because } = analyst.compare([minute([50, 3], [500, 0]), minute([50, 3], [500, 1])], []);
    expect(verdict).toBe('fail');
    expect(because).toContain('6 of 100 requests to the new fleet failed, and 1 of 1000');
  });

  it('does not condemn it for one bad minute, unless half of its answers fail', () => {
    expect(analyst.compare([minute([100, 6], [1000, 0])], []).verdict).not.toBe('fail');
    expect(analyst.compare([minute([12, 8], [1000, 0])], []).verdict).toBe('fail');
  });

  it('does not condemn it for an incident that hits both fleets alike', () => {
    const looks = Array.from({ length: 5 }, () => minute([100, 40], [900, 360]));
    expect(analyst.compare(looks, []).verdict).not.toBe('fail');
  });

  it('condemns a release whose answers are slow', () => {
    const slow = (count: number, requests: number) => ({ requests, errors: 0, slow: count });
    const looks = [1, 2, 3].map(() => ({ fresh: slow(20, 60), old: slow(30, 600) }));
    const opinion = analyst.compare(looks, []);
    expect(opinion).toMatchObject({ verdict: 'fail', because: expect.stringContaining('were slow') });
  });

  it('takes bursts that the baseline is known for as fewer errors', () => {
    const looks = [minute([100, 4], [900, 0]), minute([100, 5], [900, 0])];
    const bursts = Array.from({ length: 60 }, (_, at) => ({ requests: 1000, errors: at % 10 === 0 ? 12 : 0 }));
    expect(analyst.compare(looks, []).verdict).toBe('fail');
    expect(analyst.compare(looks, bursts).verdict).not.toBe('fail');
  });

  it('says what it could have seen', () => {
    const { because, evidence } = analyst.compare([minute([100, 0], [1900, 0])], []);
    expect(evidence.detectableRate).toBeGreaterThan(0.02);
    expect(evidence.detectableRate).toBeLessThan(0.07);
    expect(because).toMatch(/a rate of [\d.]+ % or more would have been seen with 95 % certainty, less would not/);
  });
});

describe('holdAgainst', () => {
  it.each([
    ['condemns what fails more often than allowed', 10, 'fail'],
    ['passes what is certain to fail less often', 0, 'pass'],
  ])('%s', (_title, errors, verdict) => {
    const minutes = Array.from({ length: 5 }, () => ({ requests: 100, errors }));
    expect(analyst.holdAgainst(minutes, 0.01).verdict).toBe(verdict);
  });

  it('leaves doubt where there is too little', () => {
    expect(analyst.holdAgainst([{ requests: 100, errors: 0 }], 0.01).verdict).toBe('inconclusive');
  });
});

describe('binomial bounds', () => {
  it.each([
    // Zero errors in so many requests exclude such a rate at 95 %: 1 - (1 - p)^n.
    [14, 0.2],
    [29, 0.1],
    [59, 0.05],
    [149, 0.02],
    [299, 0.01],
    [2995, 0.001],
  ])('%i good answers exclude %d', (requests, rate) => {
    expect(highestRate(0, requests, 0.95)).toBeLessThanOrEqual(rate);
    expect(highestRate(0, requests - 1, 0.95)).toBeGreaterThan(rate);
  });

  it('sums up to 1', () => {
    expect(atMost(10, 10, 0.3)).toBe(1);
    expect(atMost(4, 10, 0.3)).toBeCloseTo(0.8497316674, 9);
  });
});

describe('errorsNeeded', () => {
  it.each([
    // Share in percent, errors of the canary at alpha 0.05, 0.01, 0.001 with none of the baseline.
    [1, 1, 2, 2],
    [5, 2, 2, 3],
    [10, 2, 3, 4],
    [25, 3, 4, 6],
    [50, 6, 8, 12],
    [75, 13, 19, 28],
    [90, 34, 51, 74],
  ])('at a share of %i %%', (share, ...needed) => {
    const size = { canaryRequests: share * 100, baselineRequests: (100 - share) * 100, baselineErrors: 0 };
    expect([0.05, 0.01, 0.001].map((alpha) => errorsNeeded(size, alpha))).toEqual(needed);
  });

  it('is nothing where no number would do', () => {
    const size = { canaryRequests: 1, baselineRequests: 1, baselineErrors: 0 };
    expect(errorsNeeded(size, 0.01)).toBeUndefined();
    expect(detectableRate(size, 0.01, 0.95)).toBeUndefined();
  });
});

describe('dispersionOf', () => {
  const evenly = (counts: readonly number[]) => counts.map((count) => ({ requests: 100, count }));

  it.each([
    ['too few minutes', [9, 0, 0, 0], 1],
    ['no errors', [0, 0, 0, 0, 0, 0], 1],
    ['even errors', [2, 2, 2, 2, 2, 2], 1],
  ])('%s', (_title, counts, expected) => {
    expect(dispersionOf(evenly(counts))).toBe(expected);
  });

  it('is above 1 for bursts', () => {
    expect(dispersionOf(evenly([0, 0, 12, 0, 0, 0, 11, 0, 0, 0]))).toBeGreaterThan(5);
  });

  it('is not above 1 where the traffic scatters and the errors go with it', () => {
    const requests = [100, 5000, 200, 4000, 100, 3000, 50, 5000];
    expect(dispersionOf(requests.map((of) => ({ requests: of, count: of / 50 })))).toBe(1);
  });

  it('is not above 1 for a service that lives since some minutes: those before say nothing', () => {
    const before = Array.from({ length: 50 }, () => ({ requests: 0, count: 0 }));
    expect(dispersionOf([...before, ...evenly([40, 41, 39, 40, 40, 41])])).toBe(1);
    expect(dispersionOf([...before, ...evenly([40, 41, 39, 40])])).toBe(1);
  });

  it('leaves a bad release to be seen when the service lives since some minutes', () => {
    const before = [...Array.from({ length: 57 }, () => [0, 0]), [400, 4], [400, 4], [400, 4]];
    const looks = [minute([40, 4], [360, 4]), minute([40, 4], [360, 4])];
    const counts = before.map(([requests = 0, errors = 0]) => ({ requests, errors }));
    expect(analyst.compare(looks, counts).verdict).toBe('fail');
  });
});

describe('by simulation', () => {
  const courses = (release: Release, count: number) => {
    const next = random(7);
    return Array.from({ length: count }, () => play(release, next));
  };
  const condemned = (release: Release, count: number) =>
    courses(release, count).filter(({ failedAfter }) => failedAfter !== undefined).length / count;

  it.each([6, 30, 120])(
    'condemns at most one good release in a hundred at %i requests a minute',
    (requestsPerMinute) => {
      expect(condemned({ requestsPerMinute, baselineRate: 0.01, canaryRate: 0.01 }, 300)).toBeLessThanOrEqual(0.01);
    },
  );

  it('finds a release that fails at one request in five, at 120 a minute', () => {
    expect(condemned({ requestsPerMinute: 120, baselineRate: 0.001, canaryRate: 0.2 }, 100)).toBe(1);
  });
});
