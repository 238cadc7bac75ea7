import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { inFlightAt, MAX_FAILURES, requestsAround, slice } from '../../src/load/figures.js';
import { Recorder, type EndedRequest } from '../../src/load/recorder.js';

const good = (version: string) => ({ isGood: true, version }) as const;
const bad = { isGood: false, kind: 'reset', message: 'gone' } as const;

function recorded(requests: readonly EndedRequest[]): Recorder {
  const recorder = new Recorder(1_000_000);
  for (const request of requests) recorder.started(request.startedMs, request.isSlow);
  for (const request of requests) recorder.ended(request);
  return recorder;
}

/** Version 1 until 1000 ms, version 2 from then on, one request every 10 ms of 5 ms each. */
const SHIFT = Array.from({ length: 200 }, (_, n) => ({
  startedMs: n * 10,
  endedMs: n * 10 + 5,
  isSlow: false,
  result: good(n < 100 ? '1' : '2'),
}));

describe('Recorder', () => {
  it('tells nothing of a load in which nothing happened', () => {
    expect(new Recorder(7).figures()).toEqual({
      startedAt: 7,
      started: 0,
      total: 0,
      failed: 0,
      failedByKind: {},
      byVersion: {},
      failures: [],
      latencyMs: { p50: 0, p95: 0, p99: 0, max: 0 },
      intervalMs: 100,
      series: [],
    });
  });

  it('counts a request when it ends, in the interval in which it ends', () => {
    const figures = recorded([{ startedMs: 90, endedMs: 310, isSlow: true, result: good('1') }]).figures();
    expect(figures.series.map(({ atMs, started, ended }) => [atMs, started, ended])).toEqual([
      [0, 1, 0],
      [100, 0, 0],
      [200, 0, 0],
      [300, 0, 1],
    ]);
  });

  it('shows what is in flight as started but not in the total', () => {
    const recorder = new Recorder(0);
    recorder.started(1, false);
    expect(recorder.figures()).toMatchObject({ started: 1, total: 0 });
  });

  it('keeps the first failures and counts all', () => {
    const requests = Array.from({ length: 50 }, (_, n) => ({ startedMs: n, endedMs: n, isSlow: false, result: bad }));
    const figures = recorded(requests).figures();
    expect(figures.failed).toBe(50);
    expect(figures.failures.map(({ atMs }) => atMs)).toEqual(Array.from({ length: MAX_FAILURES }, (_, n) => n));
  });

  it('grows with time, not with the number of requests', () => {
    const recorder = new Recorder(0);
    for (let n = 0; n < 20_000; n += 1) {
      recorder.ended({ startedMs: 0, endedMs: n % 100, isSlow: false, result: good(`v${n}`) });
    }
    const figures = recorder.figures();
    expect(figures.total).toBe(20_000);
    expect(figures.series).toHaveLength(1);
    expect(Object.keys(figures.byVersion)).toHaveLength(33);
    expect(Object.keys(figures.series[0]?.latencyCounts ?? {}).length).toBeLessThan(200);
  });
});

describe('slice', () => {
  it.each([
    { from: 0, to: 2000, total: 200, byVersion: { 1: 100, 2: 100 } },
    { from: 0, to: 1000, total: 100, byVersion: { 1: 100 } },
    { from: 950, to: 1050, total: 10, byVersion: { 1: 10 } },
    { from: 1000, to: 5000, total: 100, byVersion: { 2: 100 } },
    { from: 3000, to: 4000, total: 0, byVersion: {} },
  ])('has the requests that ended from $from to $to ms', ({ from, to, ...expected }) => {
    expect(slice(recorded(SHIFT).figures(), from, to)).toMatchObject(expected);
  });

  it('has the failures of its window only', () => {
    const figures = recorded([50, 150, 250].map((endedMs) => ({ startedMs: 0, endedMs, isSlow: false, result: bad })));
    expect(slice(figures.figures(), 100, 200)).toMatchObject({ failed: 1, failures: [{ atMs: 150 }] });
  });

  it('neither loses a request nor counts it twice wherever a load is cut', () => {
    const request = fc.record({
      startedMs: fc.integer({ min: 0, max: 2000 }),
      tookMs: fc.integer({ min: 0, max: 2000 }),
      isSlow: fc.boolean(),
      result: fc.constantFrom(good('1'), good('2'), bad),
    });
    fc.assert(
      fc.property(fc.array(request), fc.integer({ min: 0, max: 5000 }), (requests, cutMs) => {
        const whole = recorded(
          requests.map(({ tookMs, ...rest }) => ({ ...rest, endedMs: rest.startedMs + tookMs })),
        ).figures();
        const [before, after] = [slice(whole, 0, cutMs), slice(whole, cutMs, 10_000)];
        expect(before.total + after.total).toBe(requests.length);
        expect(before.started + after.started).toBe(requests.length);
        expect(before.failed + after.failed).toBe(whole.failed);
        const byVersion = Object.values(whole.byVersion).reduce((sum, count) => sum + count, 0);
        expect(byVersion + whole.failed).toBe(whole.total);
      }),
    );
  });
});

describe('requestsAround', () => {
  it.each([
    { atMs: 1000, windowMs: 300, total: 60, byVersion: { 1: 30, 2: 30 } },
    { atMs: 1050, windowMs: 100, total: 10, byVersion: { 2: 10 } },
    { atMs: 1000, windowMs: 50, total: 0, byVersion: {} },
  ])('counts whole intervals within $windowMs ms of $atMs ms', ({ atMs, windowMs, ...expected }) => {
    expect(requestsAround(recorded(SHIFT).figures(), atMs, windowMs)).toMatchObject(expected);
  });
});

describe('inFlightAt', () => {
  const figures = recorded([
    { startedMs: 20, endedMs: 1220, isSlow: true, result: good('1') },
    { startedMs: 480, endedMs: 620, isSlow: false, result: good('1') },
    { startedMs: 700, endedMs: 705, isSlow: false, result: good('2') },
  ]).figures();

  it.each([
    { atMs: 0, all: 0, slow: 0 },
    { atMs: 100, all: 1, slow: 1 },
    { atMs: 500, all: 2, slow: 1 },
    { atMs: 599, all: 2, slow: 1 },
    { atMs: 700, all: 1, slow: 1 },
    { atMs: 1300, all: 0, slow: 0 },
  ])('finds $all at $atMs ms, $slow of them slow', ({ atMs, ...expected }) => {
    expect(inFlightAt(figures, atMs)).toEqual(expected);
  });
});
