import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Distribution } from '../../src/services/cloudwatch/distribution.js';
import { rankStatistic } from '../../src/services/cloudwatch/statistics.js';

function of(...values: number[]): Distribution {
  const distribution = new Distribution();
  for (const value of values) distribution.add(value);
  return distribution;
}

/** The least value that so many percent do not exceed, found the long way. */
function percentileOf(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length - 1e-9) - 1)] ?? Number.NaN;
}

describe('a distribution', () => {
  it('knows percentiles exactly while there are few different values', () => {
    const values = Array.from({ length: 100 }, (_, index) => index + 1);
    expect([0, 50, 90, 99, 99.5, 100].map((percent) => of(...values).percentile(percent))).toEqual([
      1, 50, 90, 99, 100, 100,
    ]);
  });

  it('is less than 1 % off with any number of values', () => {
    const value = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 101, maxLength: 600 }),
        fc.integer({ min: 0, max: 100 }),
        (values, p) => {
          const exact = percentileOf(values, p);
          expect(Math.abs((of(...values).percentile(p) ?? 0) - exact)).toBeLessThanOrEqual(exact * 0.01);
        },
      ),
      { numRuns: 50 },
    );
  });

  it.each([
    ['PR(:2)', 50],
    ['PR(2:)', 50],
    ['PR(1:3)', 50],
    ['PR(:0.5)', 0],
    ['PR(:4)', 100],
  ])('has ranks, without the lower bound and with the upper one: %s', (name, percent) => {
    expect(rankStatistic(name)?.(of(1, 2, 3, 4))).toBe(percent);
  });

  it.each(['PR(:)', 'PR(.:1)', 'PR(a:1)', 'PR(1)', 'pr(:1)', 'PR(-1:1)'])('has no rank %s', (name) => {
    expect(rankStatistic(name)).toBeUndefined();
  });

  it('merged from parts is the distribution of the whole', () => {
    const [one, other] = [of(1, 2, 3), of(0, 9)];
    one.merge(other);
    const { sampleCount, sum, minimum, maximum } = one;
    expect({ sampleCount, sum, minimum, maximum }).toEqual({ sampleCount: 5, sum: 15, minimum: 0, maximum: 9 });
    expect(one.percentile(50)).toBe(2);
  });

  it('has no percentiles of negative values, nor of sets that hide their values', () => {
    expect(of(1, -1).percentile(50)).toBeUndefined();
    const set = of(1);
    set.addSet({ sampleCount: 2, sum: 4, minimum: 1, maximum: 3 });
    expect(set.percentile(50)).toBeUndefined();
    expect(set.rank(0, 2)).toBeUndefined();
    const same = of(1);
    same.addSet({ sampleCount: 2, sum: 6, minimum: 3, maximum: 3 });
    expect(same.percentile(99)).toBe(3);
  });
});
