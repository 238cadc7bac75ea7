import { beforeEach, describe, expect, it } from '@jest/globals';
import { createAnalysisGate, type AnalysisOptions } from '../../src/gates/analysis.js';
import type { Analyst, Counts, Opinion, SharedLook } from '../../src/gates/analyst.js';
import type { PairedProbes } from '../../src/gates/paired-probes.js';
import { START_MS } from '../virtual-clock.js';
import { FLEETS, GateWorld, MINUTE, denied, pauseAt, throttled } from './world.js';

/** An analyst of few words: errors of the new fleet fail, a hundred of its requests without one pass. */
class PlainAnalyst implements Analyst {
  readonly compared: (readonly SharedLook[])[] = [];
  before: readonly Counts[] = [];
  compare(looks: readonly SharedLook[], before: readonly Counts[]): Opinion {
    this.compared.push(looks);
    this.before = before;
    return opinionOn(looks.map(({ fresh }) => fresh));
  }
  holdAgainst(minutes: readonly Counts[], rate: number): Opinion {
    return { ...opinionOn(minutes), evidence: { rate } };
  }
}

function opinionOn(counts: readonly Counts[]): Opinion {
  const sum = (member: 'requests' | 'errors') => counts.reduce((all, one) => all + one[member], 0);
  const because = `${sum('requests')} requests, ${sum('errors')} errors.`;
  if (sum('errors') > 0) return { verdict: 'fail', because };
  return { verdict: sum('requests') >= 100 ? 'pass' : 'inconclusive', because };
}

let world: GateWorld;
let analyst: PlainAnalyst;
beforeEach(() => {
  world = new GateWorld();
  analyst = new PlainAnalyst();
});
const gateOf = (options: Partial<AnalysisOptions> = {}) =>
  createAnalysisGate({ analyst, minutes: 15, onInconclusive: 'wait', ...options }, world.surroundings);
/** The share began with the test; nothing is read of its first minute. */
const share = { trafficSince: START_MS, shareSince: START_MS, percent: 5 } as const;
const step = { ...share, position: 'step' } as const;
const answers = (requests: number, errors = 0) => {
  world.traffic = (group) => ({
    requests: group.includes('green') ? requests : 900,
    errors: group.includes('green') ? errors : 0,
  });
};

describe('analysis at a step', () => {
  it('waits until minutes are counted, and passes on evidence', async () => {
    answers(60);
    // The minutes from 1:00 and 2:00 are counted at 5:00.
    expect(await world.judge(gateOf(), step)).toMatchObject({
      ...{ gate: 'analysis', position: 'step', verdict: 'pass', because: '120 requests, 0 errors.', seconds: 300 },
    });
    expect(analyst.before).toHaveLength(60);
  });

  it('fails as soon as there is evidence of it', async () => {
    answers(60, 5);
    expect(await world.judge(gateOf(), step)).toMatchObject({ verdict: 'fail', seconds: 240 });
  });

  it.each([
    { onInconclusive: 'wait', verdict: 'inconclusive', because: '12 requests, 0 errors.', seconds: 900 },
    // What was over at the pause is counted two minutes later.
    {
      onInconclusive: 'pass',
      verdict: 'pass',
      because: 'Not judged, and passed by on-inconclusive. 0 r',
      seconds: 120,
    },
    { onInconclusive: 'fail', verdict: 'fail', because: 'Failed by on-inconclusive. 0 requests', seconds: 120 },
    { onInconclusive: 'probe', verdict: 'inconclusive', because: 'No URLs were given to probe.', seconds: 120 },
  ] as const)('with too few requests, $onInconclusive is $verdict', async (expected) => {
    answers(1);
    const { onInconclusive, verdict, because, seconds } = expected;
    const result = await world.judge(gateOf({ onInconclusive }), step);
    expect(result).toMatchObject({ verdict, seconds, because: expect.stringContaining(because) });
  });

  it('a policy also ends a time that is too short for any minute', async () => {
    answers(1);
    expect(await world.judge(gateOf({ onInconclusive: 'pass', minutes: 1 }), step)).toMatchObject({
      ...{ verdict: 'pass', seconds: 60 },
    });
  });

  it('outlasts a throttled read; what lasts is doubt, and what is denied is doubt at once', async () => {
    answers(60);
    world.failures = [throttled(), throttled()];
    expect(await world.judge(gateOf(), step)).toMatchObject({ verdict: 'pass' });
    world.failures = [throttled()];
    world.staysBroken = true;
    const late = { ...step, trafficSince: world.clock.now(), shareSince: world.clock.now() };
    expect(await world.judge(gateOf(), late)).toMatchObject({
      verdict: 'inconclusive',
      because: 'Too much.',
      seconds: 900,
    });
    world.failures = [denied()];
    expect(await world.judge(gateOf(), late)).toMatchObject({
      verdict: 'inconclusive',
      because: 'Not allowed. Grant it.',
    });
  });

  it('cannot compare behind a Network Load Balancer', async () => {
    const fleets = { ...FLEETS, loadBalancerArn: 'arn:aws:x:y:z:loadbalancer/net/shop/1' };
    const result = await world.judge(gateOf(), { ...step, fleets });
    expect(result).toMatchObject({ verdict: 'inconclusive', seconds: 0, evidence: { judged: false } });
    expect(world.calls).toEqual([]);
  });

  it('rejects with the reason of its signal', async () => {
    const judging = gateOf().judge(pauseAt(step), world.controller.signal);
    await world.clock.settle();
    world.controller.abort(new Error('cancelled'));
    await expect(judging).rejects.toThrow('cancelled');
  });
});

describe('analysis while traffic moves', () => {
  const moving = pauseAt(share);

  it('fails as soon as a bad minute is counted, and asks once a minute at most', async () => {
    answers(60, 5);
    const gate = gateOf();
    for (let second = 0; second < 239; second += 1) {
      expect(await gate.watch?.(moving)).toBeUndefined();
      await world.clock.advance(1_000);
    }
    await world.clock.advance(1_000);
    expect(await gate.watch?.(moving)).toMatchObject({ verdict: 'fail', position: 'step' });
    // Once an hour of the old fleet; once the minute of the share's beginning; once the bad one.
    expect(world.calls).toHaveLength(3);
  });

  it('has nothing to tell of what is good, or not read', async () => {
    answers(60);
    const gate = gateOf();
    world.failures = [throttled()];
    expect(await gate.watch?.(moving)).toBeUndefined();
    expect(world.log.lines).toEqual(['The minutes of the fleets could not be read (AWS_THROTTLED).']);
    await world.clock.advance(10 * MINUTE);
    expect(await gate.watch?.(moving)).toBeUndefined();
    expect(analyst.compared.at(-1)).toHaveLength(7);
  });

  it('keeps what it saw for the pause', async () => {
    answers(60);
    const gate = gateOf();
    await world.clock.advance(5 * MINUTE);
    await gate.watch?.(moving);
    const asked = world.calls.length;
    expect(await world.judge(gate, step)).toMatchObject({ verdict: 'pass', seconds: 0 });
    expect(world.calls).toHaveLength(asked);
  });
});

describe('analysis after 100 %', () => {
  const after = { trafficSince: START_MS, shareSince: START_MS, percent: 100, position: 'after-traffic' } as const;

  it('passes and says that nothing was judged where no rate is given', async () => {
    const result = await world.judge(gateOf({ onInconclusive: 'fail' }), after);
    expect(result).toMatchObject({ verdict: 'pass', evidence: { judged: false }, seconds: 0 });
    expect(result.because).toContain('Not judged');
  });

  it.each([
    [60, 0, 'pass', 300],
    [60, 9, 'fail', 240],
    [1, 0, 'inconclusive', 900],
  ] as const)(
    'holds %i requests with %i errors a minute against the rate: %s',
    async (...[requests, errors, verdict, seconds]) => {
      answers(requests, errors);
      const result = await world.judge(gateOf({ allowedErrorRate: 0.01 }), { ...after, shareSince: START_MS + 1 });
      expect(result).toMatchObject({ verdict, seconds, evidence: { rate: 0.01 } });
    },
  );

  it('fails while it bakes', async () => {
    answers(60, 9);
    const gate = gateOf({ allowedErrorRate: 0.01 });
    await world.clock.advance(5 * MINUTE);
    expect(await gate.watch?.(pauseAt(after))).toMatchObject({ verdict: 'fail', position: 'after-traffic' });
    expect(await gateOf().watch?.(pauseAt(after))).toBeUndefined();
  });
});

describe('probes', () => {
  const probesOf = (send: PairedProbes['send'] & object): PairedProbes => ({
    test: { baseUrl: 'https://test.example.com', headers: { 'x-fleet': 'green' } },
    production: { baseUrl: 'https://www.example.com' },
    path: '/health',
    send,
  });
  const answer = (status: number) => ({ status, headers: new Map<string, string>(), body: '', truncated: false });

  it('ask both fleets in pairs, in alternating order, until that tells', async () => {
    const asked: string[] = [];
    const probes = probesOf(async ({ baseUrl, path, headers }) => {
      asked.push(`${new URL(baseUrl).hostname}${path} ${headers['x-fleet'] ?? '-'}`);
      return answer(200);
    });
    const result = await world.judge(gateOf({ onInconclusive: 'probe', probes }), step);
    // Two minutes for what was counted, then ten rounds of ten seconds.
    expect(result).toMatchObject({
      verdict: 'pass',
      seconds: 220,
      because: 'By 10 rounds of probes: 100 requests, 0 errors.',
    });
    const [test, production] = ['test.example.com/health green', 'www.example.com/health -'];
    expect(asked.slice(0, 4)).toEqual([test, production, production, test]);
    expect(asked).toHaveLength(200);
  });

  it('count a 5xx and no answer as errors, and slow answers as slow', async () => {
    let sent = 0;
    const probes = probesOf(async ({ baseUrl }) => {
      sent += 1;
      if (!baseUrl.includes('test')) return answer(404);
      if (sent < 5) return answer(503);
      if (sent < 9) throw new Error('refused');
      await world.clock.sleep(700);
      return answer(200);
    });
    const result = await world.judge(gateOf({ onInconclusive: 'probe', probes, slowSeconds: 0.5 }), step);
    expect(result).toMatchObject({ verdict: 'fail' });
    expect(analyst.compared.at(-1)).toMatchObject([
      { fresh: { requests: 10, errors: 4, slow: 6 }, old: { requests: 10, errors: 0, slow: 0 } },
    ]);
  });

  it('are sent also where CloudWatch does not answer', async () => {
    world.failures = [throttled()];
    world.staysBroken = true;
    const probes = probesOf(() => Promise.resolve(answer(200)));
    expect(await world.judge(gateOf({ onInconclusive: 'probe', probes }), step)).toMatchObject({
      ...{ verdict: 'pass', seconds: 280 },
    });
  });

  it('leave doubt when the time is over', async () => {
    const probes = probesOf(() => Promise.resolve(answer(200)));
    const result = await world.judge(gateOf({ onInconclusive: 'probe', probes }), step, 3);
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      seconds: 180,
      because: expect.stringContaining('By 5 rounds'),
    });
  });
});
