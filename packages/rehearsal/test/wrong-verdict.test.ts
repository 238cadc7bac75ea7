import { describe, expect, it } from '@jest/globals';
import { lastDelivery, renderLast, type TakeBack } from '../src/report.js';
import { verdictOf, type Judged, type Wrong } from '../src/verdict.js';

const BACK: Omit<TakeBack, 'because'> = {
  highestPercent: 10,
  percentAtEnd: 0,
  weightsAtEnd: { 'staging-blue': 100, 'staging-green': 0 },
};
const requests = (failed: number, answered: number) => ({
  total: 1000,
  failed,
  byVersion: { '1.0.0': 900, '3.0.0': answered },
});

/** Each scenario as it has to end. */
const RIGHT: Readonly<Record<Wrong, Judged>> = {
  bad: {
    version: '3.0.0',
    outcome: 'rolled-back',
    requests: requests(5, 95),
    takeBack: { ...BACK, because: 'analysis: 10 of 198 requests to the new fleet failed' },
  },
  'never-healthy': {
    version: '3.0.0',
    outcome: 'rolled-back',
    requests: requests(0, 0),
    takeBack: { ...BACK, highestPercent: 0, because: 'rolled back because the circuit breaker threshold was exceeded.' },
  },
  cancel: {
    version: '3.0.0',
    outcome: 'rolled-back',
    requests: requests(0, 95),
    takeBack: { ...BACK, because: 'The run was cancelled.' },
  },
  kill: {
    version: '3.0.0',
    outcome: 'killed',
    requests: requests(0, 95),
    takeBack: { ...BACK, because: 'rolled back because the lifecycle hook 1 timed out at PRE_PRODUCTION_TRAFFIC_SHIFT.' },
  },
};
const wrongs = Object.keys(RIGHT) as readonly Wrong[];

describe('verdictOf', () => {
  it.each(wrongs)('has nothing to say of %s that ended as it has to', (scenario) => {
    expect(verdictOf(scenario, RIGHT[scenario])).toEqual([]);
  });

  it.each(wrongs)('tells of %s that succeeded and has all traffic', (scenario) => {
    const given = { ...BACK, highestPercent: 100, percentAtEnd: 100, because: '' };
    const problems = verdictOf(scenario, { ...RIGHT[scenario], outcome: 'succeeded', takeBack: given }).join('\n');
    expect(problems).toMatch(/It ended as 'succeeded'/);
    expect(problems).toMatch(/was given all traffic|was given 100 %/);
    expect(problems).toMatch(/It was taken back because: ''/);
    expect(problems).toMatch(/was not taken back/);
  });

  it.each(wrongs)('tells of %s after which both fleets have weight', (scenario) => {
    const { takeBack, ...rest } = RIGHT[scenario];
    const weightsAtEnd = { 'staging-blue': 90, 'staging-green': 10 };
    const split = { ...BACK, because: takeBack?.because ?? '', percentAtEnd: 10, weightsAtEnd };
    const problems = verdictOf(scenario, { ...rest, takeBack: split });
    expect(problems.at(-1)).toMatch(/was not taken back/);
  });

  it.each<[string, Wrong, Partial<Judged>, RegExp]>([
    ['a bad version of which nothing failed', 'bad', { requests: requests(0, 95) }, /No request failed/],
    ['a bad version that nobody met', 'bad', { requests: requests(5, 0) }, /never answered/],
    ['a sick version that users met', 'never-healthy', { requests: requests(0, 1) }, /should have none/],
    ['requests that a cancel cost', 'cancel', { requests: requests(1, 95) }, /1 of 1000 requests failed/],
    ['requests that a kill cost', 'kill', { requests: requests(1, 95) }, /1 of 1000 requests failed/],
    ['a killed run that ended by itself', 'kill', { outcome: 'rolled-back' }, /ended as 'rolled-back', not 'killed'/],
  ])('tells of %s', (...[, scenario, change, expected]) => {
    expect(verdictOf(scenario, { ...RIGHT[scenario], ...change })).toEqual([expect.stringMatching(expected)]);
  });
});

describe('the figures of the last delivery', () => {
  const delivery = { ...RIGHT.bad, environment: 'staging', seconds: 1, steps: [], timeline: [] };

  it('are of the last one that users watched', () => {
    const timed = { ...BACK, because: 'analysis: bad', secondsToTakeBack: 16.42 };
    const last = lastDelivery([delivery, { ...delivery, takeBack: timed }]);
    expect(last).toEqual({
      environment: 'staging',
      version: '3.0.0',
      outcome: 'rolled-back',
      requests: 1000,
      failedRequests: 5,
      ...timed,
    });
    expect(last && renderLast(last)).toBe(
      '3.0.0 to staging: rolled-back; 5 of 1000 requests failed; taken back 16.4 s after the first; weights at the end: staging-blue 100, staging-green 0; because: analysis: bad',
    );
  });

  it('are absent where there is none', () => {
    expect(lastDelivery([])).toBeUndefined();
  });
});
