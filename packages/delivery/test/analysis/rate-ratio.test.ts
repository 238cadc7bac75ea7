import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RATE_RATIOS, RateLimitTest, RateRatioTest, type Look } from '../../src/index.js';

interface Vectors {
  readonly rateRatioGrid: readonly number[];
  readonly looks: readonly { xc: number; nc: number; xb: number; nb: number; eProcess: number }[];
}

const vectors = JSON.parse(readFileSync(new URL('./vectors/rate-ratio.json', import.meta.url), 'utf8')) as Vectors;

const look = fc.record({
  canaryRequests: fc.nat(1000),
  baselineRequests: fc.nat(10_000),
  canaryErrors: fc.nat(50),
  baselineErrors: fc.nat(50),
});

describe('RateRatioTest', () => {
  it('bets on the ratios of the reference', () => {
    expect(RATE_RATIOS).toEqual(vectors.rateRatioGrid);
  });

  it.each(
    vectors.looks.map((vector) => [`${vector.xc}/${vector.nc} beside ${vector.xb}/${vector.nb}`, vector] as const),
  )('agrees with the reference: %s', (_title, { xc, nc, xb, nb, eProcess }) => {
    const test = new RateRatioTest();
    test.add({ canaryRequests: nc, baselineRequests: nb, canaryErrors: xc, baselineErrors: xb });
    expect(Math.abs(test.value() / eProcess - 1)).toBeLessThan(1e-9);
  });

  it('says the same whether minutes of one share come one by one or together', () => {
    const [one, other] = [new RateRatioTest(), new RateRatioTest()];
    const minute: Look = { canaryRequests: 10, baselineRequests: 90, canaryErrors: 1, baselineErrors: 2 };
    for (let at = 0; at < 5; at += 1) one.add(minute);
    other.add({ canaryRequests: 50, baselineRequests: 450, canaryErrors: 5, baselineErrors: 10 });
    expect(one.value()).toBeCloseTo(other.value(), 9);
  });

  it('remembers its highest value, and no look lowers it', () => {
    fc.assert(
      fc.property(fc.array(look, { maxLength: 20 }), (looks) => {
        const test = new RateRatioTest();
        let before = 1;
        for (const each of looks) {
          test.add(each);
          if (test.highest() < before || test.highest() < test.value()) return false;
          before = test.highest();
        }
        return Number.isFinite(test.value());
      }),
    );
  });

  it('stays a number that a report can hold, however clear the evidence is', () => {
    const test = new RateRatioTest();
    for (let at = 0; at < 20; at += 1) {
      test.add({ canaryRequests: 1, baselineRequests: 4_000, canaryErrors: 50, baselineErrors: 0 });
    }
    expect(test.value()).toBe(Number.MAX_VALUE);
    expect(JSON.parse(JSON.stringify({ evidence: test.highest() }))).toEqual({ evidence: Number.MAX_VALUE });
  });

  it('learns nothing from errors where one side had no requests', () => {
    const test = new RateRatioTest();
    test.add({ canaryRequests: 0, baselineRequests: 100, canaryErrors: 0, baselineErrors: 50 });
    test.add({ canaryRequests: 100, baselineRequests: 0, canaryErrors: 50, baselineErrors: 0 });
    expect(test.value()).toBe(1);
  });

  it.each([Number.NaN, -1, Number.POSITIVE_INFINITY])('refuses %s as a count', (canaryErrors) => {
    const add = () =>
      new RateRatioTest().add({ canaryRequests: 1, baselineRequests: 1, canaryErrors, baselineErrors: 0 });
    expect(add).toThrow(expect.objectContaining({ code: 'ANALYSIS_COUNTS' }));
  });
});

describe('RateLimitTest', () => {
  it('grows with errors above the allowed rate and not with those below', () => {
    const [bad, good] = [new RateLimitTest(0.01), new RateLimitTest(0.01)];
    for (let at = 0; at < 10; at += 1) {
      bad.add({ requests: 100, errors: 8 });
      good.add({ requests: 100, errors: 0 });
    }
    expect(bad.highest()).toBeGreaterThan(1_000);
    expect(good.highest()).toBe(1);
  });
});
