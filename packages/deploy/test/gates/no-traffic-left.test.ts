import { beforeEach, describe, expect, it } from '@jest/globals';
import type { HttpAnswer } from '@slipway/http-checks';
import { createNoTrafficLeftGate } from '../../src/gates/no-traffic-left.js';
import type { ProbeProof } from '../../src/gates/new-fleet-probes.js';
import { START_MS } from '../virtual-clock.js';
import { FLEETS, GateWorld, MINUTE, NEW, OLD, denied, pauseAt, throttled } from './world.js';

let world: GateWorld;
beforeEach(() => {
  world = new GateWorld();
  world.weights = [
    { targetGroupArn: OLD, weight: 0 },
    { targetGroupArn: NEW, weight: 100 },
  ];
});
/** The shift was seen in the middle of a minute: the first whole one begins at 1:00. */
const shifted = { shareSince: START_MS + 30_000 };
const judge = (pause = {}, minutes?: number) =>
  world.judge(createNoTrafficLeftGate(world.surroundings), { ...shifted, ...pause }, minutes);
const begins = (minute: number) => START_MS + minute * MINUTE;

describe('by CloudWatch', () => {
  it('passes after a whole minute without an answer, once that is counted', async () => {
    world.traffic = (_, at) => ({ requests: at < begins(1) ? 40 : 0, errors: 0 });
    const result = await judge();
    // It begins at 1:00, is over at 2:00 and counted at 4:00.
    expect(result).toMatchObject({ verdict: 'pass', seconds: 240, position: 'after-traffic' });
    expect(result.because).toContain('answered nothing in the minute from 2030-01-01T00:01:00.000Z');
    expect(world.queries).toEqual([
      {
        ...{ loadBalancer: 'app/shop/50dc', targetGroups: ['targetgroup/blue/1111'] },
        ...{ since: begins(1), now: begins(4), minuteMs: MINUTE },
      },
    ]);
  });

  it('counts no minute in which the old fleet answered, or refused, anything', async () => {
    world.traffic = (_, at) => ({ requests: at === begins(1) ? 1 : 0, errors: at === begins(2) ? 1 : 0 });
    expect(await judge()).toMatchObject({ verdict: 'pass', seconds: 360 });
  });

  it('is inconclusive at its deadline, with what was seen', async () => {
    world.traffic = () => ({ requests: 7, errors: 0 });
    expect(await judge()).toMatchObject({
      verdict: 'inconclusive',
      because: 'blue still answered 7 requests in its last counted minute.',
      evidence: { weight: 0, minutes: expect.arrayContaining([{ at: begins(1), requests: 7, errors: 0 }]) },
      seconds: 480,
    });
  });

  it('is inconclusive while the rule gives the old fleet a weight, and does not look at minutes', async () => {
    world.weights = [{ targetGroupArn: OLD, weight: 5 }];
    expect(await judge()).toMatchObject({ verdict: 'inconclusive', evidence: { weight: 5 } });
    expect(world.calls).not.toContain('targetGroupMinutes');
  });

  it('counts from the moment at which the weight was seen to be 0', async () => {
    world.weights = [{ targetGroupArn: OLD, weight: 5 }];
    void world.clock.sleep(2.5 * MINUTE).then(() => (world.weights = []));
    // Seen at 2:30: the whole minute is that from 3:00, counted at 6:00.
    expect(await judge({}, 20)).toMatchObject({ verdict: 'pass', seconds: 360 });
  });

  it('without the time of the shift counts from its own first look', async () => {
    expect(await world.judge(createNoTrafficLeftGate(world.surroundings))).toMatchObject({ seconds: 180 });
  });

  it('passes where there is no old fleet', async () => {
    const { productionRuleArn, newTargetGroupArn } = FLEETS;
    const fleets = { productionRuleArn, newTargetGroupArn };
    expect(await judge({ fleets })).toMatchObject({ verdict: 'pass', seconds: 0 });
    expect(world.calls).toEqual([]);
  });

  it('says what it cannot prove behind a Network Load Balancer', async () => {
    const loadBalancerArn = 'arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/net/shop/50dc';
    const result = await judge({ fleets: { ...FLEETS, loadBalancerArn } });
    expect(result).toMatchObject({ verdict: 'pass', evidence: { proved: 'weight only' } });
    expect(result.because).toContain('was not proved');
  });

  it('outlasts a throttled read, and says what stood in the way when it lasts', async () => {
    world.failures = [throttled(), throttled()];
    expect(await judge()).toMatchObject({ verdict: 'pass' });
    world.failures = [throttled()];
    world.staysBroken = true;
    expect(await judge()).toMatchObject({ verdict: 'inconclusive', because: 'Too much.' });
    world.failures = [denied()];
    expect(await judge()).toMatchObject({ verdict: 'inconclusive', because: 'Not allowed. Grant it.', seconds: 0 });
  });

  it('rejects with the reason of its signal', async () => {
    const judging = createNoTrafficLeftGate(world.surroundings).judge(pauseAt(shifted), world.controller.signal);
    await world.clock.settle();
    world.controller.abort(new Error('cancelled'));
    await expect(judging).rejects.toThrow('cancelled');
  });
});

describe('by probes', () => {
  const answer = (version: string): HttpAnswer => ({
    ...{ status: 200, headers: new Map([['x-version', version]]), truncated: false },
    body: `version ${version}`,
  });
  const proofOf = (proof: Partial<ProbeProof>) =>
    createNoTrafficLeftGate(world.surroundings, {
      ...{ kind: 'probes', baseUrl: 'http://shop.example.com', path: '/', count: 20 },
      marker: { kind: 'header', name: 'X-Version', value: '2' },
      ...proof,
    });

  it('passes after so many answers of the new fleet in a row', async () => {
    let sent = 0;
    const send = async () => answer((sent += 1) === 7 ? '1' : '2');
    expect(await world.judge(proofOf({ send }))).toMatchObject({
      verdict: 'pass',
      because: '20 answers in a row came from the new fleet, after 7 others.',
      seconds: 2.6,
    });
  });

  it('knows the new fleet by a text in the body too', async () => {
    const send = async () => answer('2');
    const marker = { kind: 'body', contains: 'version 2' } as const;
    expect(await world.judge(proofOf({ send, marker }))).toMatchObject({ verdict: 'pass' });
  });

  it('is inconclusive when the old fleet goes on answering', async () => {
    let sent = 0;
    const send = async () => answer((sent += 1) % 10 === 0 ? '1' : '2');
    expect(await world.judge(proofOf({ send }), {}, 1)).toMatchObject({
      verdict: 'inconclusive',
      because: expect.stringContaining('At most 9 of 20'),
      seconds: 60,
    });
  });

  it('counts an answer that did not come as one of nobody', async () => {
    const send = () => Promise.reject(new Error('the connection was refused'));
    expect(await world.judge(proofOf({ send }), {}, 1)).toMatchObject({
      verdict: 'inconclusive',
      because: expect.stringContaining('last problem: the connection was refused'),
    });
  });

  it('sends nothing while the rule gives the old fleet a weight', async () => {
    world.weights = [{ targetGroupArn: OLD, weight: 1 }];
    const send = () => Promise.reject(new Error('never asked'));
    expect(await world.judge(proofOf({ send }), {}, 1)).toMatchObject({ evidence: { weight: 1 } });
  });
});
