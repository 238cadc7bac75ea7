import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Recorder } from '../../src/load/recorder.js';

describe('Recorder', () => {
  it('tells percentiles within a thousandth, as sorting all of them would', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0.01, max: 60_000, noNaN: true }), { minLength: 1 }), (latencies) => {
        const recorder = new Recorder();
        for (const latencyMs of latencies) recorder.ended({ atMs: 0, latencyMs });
        const sorted = [...latencies].sort((a, b) => a - b);
        const exact = (share: number): number => sorted[Math.max(1, Math.floor(share * sorted.length + 0.5)) - 1] ?? 0;
        const { p50, p95, p99, max } = recorder.latency();
        for (const [told, wanted] of [
          [p50, exact(0.5)],
          [p95, exact(0.95)],
          [p99, exact(0.99)],
          [max, exact(1)],
        ] as const) {
          expect(Math.abs(told - wanted)).toBeLessThanOrEqual(wanted / 1000 + 0.011);
        }
      }),
    );
  });

  it('tells second by second, and leaves no gap where nothing ended', () => {
    const recorder = new Recorder();
    recorder.ended({ atMs: 100, latencyMs: 0.5 });
    recorder.ended({ atMs: 900, latencyMs: 0.7, problem: 'status 500' });
    recorder.ended({ atMs: 2500, latencyMs: 0.9 });
    expect(recorder.seconds()).toEqual([
      { ended: 2, failed: 1, p95: 0.7 },
      { ended: 0, failed: 0, p95: 0 },
      { ended: 1, failed: 0, p95: 0.9 },
    ]);
  });

  it('adds up', () => {
    const [one, other] = [new Recorder(), new Recorder()];
    one.ended({ atMs: 0, latencyMs: 1, problem: 'status 500' });
    other.ended({ atMs: 0, latencyMs: 9, problem: 'status 500' });
    other.ended({ atMs: 0, latencyMs: 9, problem: 'no answer in time' });
    one.add(other);
    expect(one.failed).toBe(3);
    expect(Object.fromEntries(one.problems)).toEqual({ 'status 500': 2, 'no answer in time': 1 });
    expect(one.latency()).toEqual({ p50: 9, p95: 9, p99: 9, max: 9 });
  });

  it('is 0 where nothing was counted', () => {
    expect(new Recorder().latency()).toEqual({ p50: 0, p95: 0, p99: 0, max: 0 });
    expect(new Recorder().lagMs()).toBe(0);
  });
});
