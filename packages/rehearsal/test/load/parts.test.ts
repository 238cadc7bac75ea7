import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseAnswer } from '../../src/load/answer.js';
import { addCounts, latencyBin, latencyFigures } from '../../src/load/histogram.js';
import { createPace, isPicked } from '../../src/load/pace.js';

describe('createPace', () => {
  it('spaces requests evenly when they all come at once', () => {
    const pace = createPace(400);
    expect([0, 0, 0, 0].map((nowMs) => pace.next(nowMs))).toEqual([0, 2.5, 5, 7.5]);
  });

  it('lets one that comes late go at once, and makes up for nothing', () => {
    const pace = createPace(100);
    expect([0, 50, 50, 51].map((nowMs) => pace.next(nowMs))).toEqual([0, 50, 60, 70]);
  });

  it('never gives two slots closer than the rate allows, and none in the past', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(50)), fc.integer({ min: 1, max: 1000 }), (steps, ratePerSecond) => {
        const pace = createPace(ratePerSecond);
        let nowMs = 0;
        let before = Number.NEGATIVE_INFINITY;
        for (const step of steps) {
          nowMs += step;
          const slot = pace.next(nowMs);
          expect(slot).toBeGreaterThanOrEqual(nowMs);
          expect(slot - before).toBeGreaterThanOrEqual(1000 / ratePerSecond - 1e-6);
          before = slot;
        }
      }),
    );
  });
});

describe('isPicked', () => {
  it.each([
    { share: 0, picked: 0 },
    { share: 0.02, picked: 20 },
    { share: 0.5, picked: 500 },
    { share: 1, picked: 1000 },
  ])('picks $picked of 1000 for a share of $share', ({ share, picked }) => {
    expect(Array.from({ length: 1000 }, (_, n) => n).filter((n) => isPicked(n, share))).toHaveLength(picked);
  });
});

describe('latencyFigures', () => {
  it('is at most 5 % above the true percentile and never above the longest', () => {
    const latency = fc.double({ min: 0.1, max: 2000, noNaN: true });
    fc.assert(
      fc.property(fc.array(latency, { minLength: 1 }), (latencies) => {
        const figures = latencyFigures(
          addCounts(latencies.map((latencyMs) => ({ [latencyBin(latencyMs)]: 1 }))),
          Math.max(...latencies),
        );
        const sorted = [...latencies].sort((a, b) => a - b);
        const truth = sorted[Math.ceil(0.95 * sorted.length) - 1] ?? 0;
        // A hundredth of a millisecond is what rounding takes.
        expect(figures.p95).toBeGreaterThanOrEqual(truth - 0.01);
        expect(figures.p95).toBeLessThanOrEqual(truth * 1.05 + 0.01);
        expect(figures.p50).toBeLessThanOrEqual(figures.p95);
        expect(figures.p99).toBeLessThanOrEqual(figures.max);
      }),
    );
  });
});

describe('parseAnswer', () => {
  const answer = { service: 'hello-service', version: '2', host: 'h', calls: 7 };

  it('reads the four members and leaves others alone', () => {
    expect(parseAnswer(JSON.stringify({ ...answer, more: true }))).toEqual(answer);
  });

  it.each([
    '',
    'null',
    '[]',
    '"text"',
    '{',
    JSON.stringify({ ...answer, calls: '7' }),
    JSON.stringify({ ...answer, version: '' }),
    JSON.stringify({ ...answer, version: 2 }),
    JSON.stringify({ ...answer, version: 'v'.repeat(129) }),
    JSON.stringify({ ...answer, host: undefined }),
    JSON.stringify({ ...answer, service: null }),
  ])('refuses %s', (text) => {
    expect(parseAnswer(text)).toBeUndefined();
  });
});
