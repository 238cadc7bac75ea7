import { describe, expect, it } from '@jest/globals';
import type { Comparison } from '../../src/load/compare.js';
import type { LoadFigures } from '../../src/load/figures.js';
import { judgeLoad, type LoadLimits, type LoadVerdict } from '../../src/load/judge.js';

const FIGURES: LoadFigures = {
  seconds: 10,
  perSecond: 5000,
  asked: 50_000,
  sent: 50_000,
  failed: 0,
  errorPercent: 0,
  problems: {},
  latencyMs: { p50: 5, p95: 40, p99: 90, max: 200 },
  lagMs: 1,
  busy: { process: 0.5, machine: 0.5 },
  series: [],
};
const BUSY = { process: 0.99, machine: 0.99 };

interface Row {
  readonly name: string;
  readonly figures?: Partial<LoadFigures>;
  readonly limits?: Partial<LoadLimits>;
  readonly told: readonly [LoadVerdict['limit'], LoadVerdict['state'], string | RegExp];
}

function judged(figures: Partial<LoadFigures>, limits: Partial<LoadLimits> = {}, comparison?: Comparison) {
  const verdicts = judgeLoad({ ...FIGURES, ...figures }, { errorPercent: 0, ...limits }, comparison);
  return Object.fromEntries(verdicts.map(({ limit, state, because }) => [limit, [state, because]]));
}

describe('judgeLoad', () => {
  it.each<Row>([
    { name: 'all sent', told: ['rate', 'passed', '5000 per second were sent'] },
    {
      name: 'a service that takes no more',
      figures: { sent: 39_000 },
      told: ['rate', 'failed', 'asked for 5000 per second, sent 3900: all connections were waiting for the service'],
    },
    {
      name: 'a load that can do no more',
      figures: { sent: 39_000, busy: BUSY },
      told: ['rate', 'inconclusive', /5000 .* 3900: the load/],
    },
    {
      name: 'a machine without rest',
      figures: { sent: 39_000, busy: { process: 0.7, machine: 1 } },
      told: ['rate', 'inconclusive', /no rest/],
    },
    { name: 'no failures', told: ['error-rate', 'passed', '0 of 50000 failed (0 %)'] },
    {
      name: 'as many as may',
      figures: { failed: 500, errorPercent: 1 },
      limits: { errorPercent: 1 },
      told: ['error-rate', 'passed', '500 of 50000 failed (1 %)'],
    },
    {
      name: 'too many, whatever the machine',
      figures: { failed: 500, errorPercent: 1, busy: BUSY, problems: { 'status 503': 499, 'connection lost': 1 } },
      told: ['error-rate', 'failed', '500 of 50000 failed (1 %), 499 × status 503, 1 × connection lost'],
    },
    {
      name: 'no answers in time, on a machine without rest',
      figures: { failed: 500, errorPercent: 1, busy: BUSY, problems: { 'no answer in time': 500 } },
      told: ['error-rate', 'inconclusive', /500 × no answer in time, and the load/],
    },
    {
      name: 'no answers in time, on a machine that had rest',
      figures: { failed: 500, errorPercent: 1, problems: { 'no answer in time': 500 } },
      told: ['error-rate', 'failed', /500 × no answer in time$/],
    },
    {
      name: 'nothing sent at all',
      figures: { sent: 0, asked: 0, errorPercent: 100 },
      limits: { errorPercent: 100 },
      told: ['error-rate', 'failed', /^0 of 0/],
    },
    { name: 'fast enough', limits: { p95Ms: 40 }, told: ['p95', 'passed', 'it is 40 ms'] },
    { name: 'too slow', limits: { p99Ms: 60 }, told: ['p99', 'failed', 'it is 90 ms, 30 ms (50 %) too much'] },
    {
      name: 'slow on a machine without rest',
      figures: { busy: BUSY },
      limits: { p50Ms: 4 },
      told: ['p50', 'inconclusive', /could do no more/],
    },
    {
      name: 'late by what we were late',
      figures: { lagMs: 5 },
      limits: { p95Ms: 36 },
      told: ['p95', 'inconclusive', /up to 5 ms too late/],
    },
  ])('$name', ({ figures = {}, limits = {}, told: [limit, state, because] }) => {
    const why: unknown = typeof because === 'string' ? because : expect.stringMatching(because);
    expect(judged(figures, limits)[limit]).toEqual([state, why]);
  });

  it('asks for no rate where none was asked for, and for no limit that is not set', () => {
    const { perSecond, asked, ...closed } = FIGURES;
    expect([perSecond, asked]).toEqual([5000, 50_000]);
    expect(judgeLoad(closed, { errorPercent: 0 }).map(({ limit }) => limit)).toEqual(['error-rate']);
  });

  it.each<{ how: string; before: number; halves: Comparison['halves']; state: LoadVerdict['state'] }>([
    { how: 'as before', before: 40, halves: { now: [39, 41], previous: [39, 40] }, state: 'passed' },
    { how: 'slower in each half', before: 30, halves: { now: [38, 42], previous: [29, 31] }, state: 'failed' },
    { how: 'slower in one half', before: 30, halves: { now: [30, 60], previous: [29, 31] }, state: 'inconclusive' },
    { how: 'faster', before: 80, halves: { now: [39, 41], previous: [79, 81] }, state: 'passed' },
  ])('against the previous image: $how', ({ before, halves, state }) => {
    const previous = { ...FIGURES, latencyMs: { ...FIGURES.latencyMs, p95: before } };
    expect(judged({}, { slowerPercent: 20 }, { previous, halves })['previous']?.[0]).toBe(state);
  });

  it('does not take a millisecond for a difference', () => {
    const comparison = {
      previous: { ...FIGURES, latencyMs: { ...FIGURES.latencyMs, p95: 0.5 } },
      halves: { now: [1.2, 1.3], previous: [0.5, 0.5] },
    };
    const latencyMs = { ...FIGURES.latencyMs, p95: 1.3 };
    expect(judged({ latencyMs }, { slowerPercent: 20 }, comparison)['previous']?.[0]).toBe('passed');
  });

  it('cannot tell without a previous image that runs', () => {
    expect(judged({}, { slowerPercent: 20 })['previous']).toEqual([
      'inconclusive',
      expect.stringContaining('could not'),
    ]);
  });
});
