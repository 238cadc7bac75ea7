import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { RequestListener } from 'node:http';
import {
  createStage,
  figuresOf,
  forward,
  load,
  newGroup,
  newListener,
  register,
  send,
  until,
  type Stage,
} from './stage.js';

let stage: Stage;
afterEach(() => stage.close());

const saying =
  (word: string): RequestListener =>
  (request, response) => {
    request.resume();
    response.end(word);
  };

/** One answer in eight takes longer than a weight change, and much less than the deregistration delay (500 ms). */
function sometimesSlow(word: string): RequestListener {
  let served = 0;
  return (request, response) => {
    request.resume();
    if (request.url === '/health') return void response.end();
    served += 1;
    if (served % 8 !== 0) return void response.end(word);
    response.write(word.slice(0, 1));
    void delay(150).then(() => response.end(word.slice(1)));
  };
}

async function twoGroups(blueWeight: number, greenWeight: number) {
  const [blueGroup, greenGroup] = [await newGroup(stage), await newGroup(stage)];
  const listener = await newListener(stage, forward([blueGroup, blueWeight], [greenGroup, greenWeight]));
  return { blueGroup, greenGroup, listener };
}

describe('weights', () => {
  it.each([
    { weights: [100, 0], expected: [5_000, 0] },
    { weights: [90, 10], expected: [4_500, 500] },
    { weights: [50, 50], expected: [2_500, 2_500] },
  ])('$weights share 5,000 requests as they say', async ({ weights, expected }) => {
    stage = createStage();
    const { blueGroup, greenGroup, listener } = await twoGroups(weights[0] ?? 0, weights[1] ?? 0);
    await register(stage, blueGroup, await stage.target(saying('blue'), '127.0.0.11'));
    await register(stage, greenGroup, await stage.target(saying('green'), '127.0.0.12'));
    const { bodies, failures } = await load(listener.url, 16, (sent) => sent < 5_000);
    expect(failures).toEqual([]);
    expect([bodies.get('blue') ?? 0, bodies.get('green') ?? 0]).toEqual(expected);
    const { total, target2xx, inFlight, byTargetGroup } = figuresOf(stage, listener.arn);
    expect({ total, target2xx, inFlight }).toEqual({ total: 5_000, target2xx: 5_000, inFlight: 0 });
    expect([byTargetGroup[blueGroup]?.total ?? 0, byTargetGroup[greenGroup]?.total ?? 0]).toEqual(expected);
  });

  it('go by turns over the targets of a group', async () => {
    stage = createStage();
    const group = await newGroup(stage);
    const listener = await newListener(stage, forward([group, 1]));
    for (const word of ['a', 'b', 'c']) await register(stage, group, await stage.target(saying(word)));
    const { bodies } = await load(listener.url, 1, (sent) => sent < 30);
    expect(Object.fromEntries(bodies)).toEqual({ a: 10, b: 10, c: 10 });
  });
});

describe('a shift from blue to green under load', () => {
  async function shift(draining: boolean) {
    stage = createStage({ draining });
    const { blueGroup, greenGroup, listener } = await twoGroups(100, 0);
    const blue = await stage.target(sometimesSlow('blue'), '127.0.0.11');
    const green = await stage.target(sometimesSlow('green'), '127.0.0.12');
    await register(stage, blueGroup, blue);
    await register(stage, greenGroup, green);
    let stop = false;
    const loading = load(listener.url, 24, () => !stop);
    await until(() => figuresOf(stage, listener.arn).total > 1_000);
    expect(figuresOf(stage, listener.arn).byTargetGroup[greenGroup]).toBeUndefined();
    stage.elb.loadBalancing.setForwardWeights(listener.defaultRuleArn, [
      { targetGroupArn: blueGroup, weight: 0 },
      { targetGroupArn: greenGroup, weight: 100 },
    ]);
    const blueTotal = figuresOf(stage, listener.arn).byTargetGroup[blueGroup]?.total;
    await stage.elb.loadBalancing.deregisterTarget(blueGroup, blue.target);
    await blue.stop();
    const afterRemoval = figuresOf(stage, listener.arn).total;
    await until(() => figuresOf(stage, listener.arn).total > afterRemoval + 1_000);
    stop = true;
    const result = await loading;
    const figures = figuresOf(stage, listener.arn);
    expect(figures.byTargetGroup[blueGroup]?.total).toBe(blueTotal);
    expect(figures).toMatchObject({ total: result.total, inFlight: 0 });
    return { ...result, figures };
  }

  it('fails no request, and sends blue not one more', async () => {
    const { failures, bodies, figures, total } = await shift(true);
    expect(failures).toEqual([]);
    expect(figures.target2xx).toBe(total);
    expect(bodies.get('green')).toBeGreaterThan(1_000);
  });

  it('fails requests in flight when draining is switched off', async () => {
    const { failures, figures } = await shift(false);
    expect(failures.length).toBeGreaterThan(0);
    expect(figures.elb5xx + figures.brokenByTarget).toBe(failures.length);
  });
});

it('keeps a test listener apart from production', async () => {
  stage = createStage();
  const { blueGroup, greenGroup, listener } = await twoGroups(1, 0);
  await register(stage, blueGroup, await stage.target(saying('blue')));
  await register(stage, greenGroup, await stage.target(saying('green')));
  const [loadBalancer] = (await stage.call('DescribeLoadBalancers')).LoadBalancers;
  const on = { arn: loadBalancer?.LoadBalancerArn ?? '', dnsName: loadBalancer?.DNSName ?? '', port: '18081' };
  const test = await newListener(stage, forward([greenGroup, 1]), on);
  expect((await load(test.url, 2, (sent) => sent < 20)).bodies).toEqual(new Map([['green', 20]]));
  expect((await load(listener.url, 2, (sent) => sent < 20)).bodies).toEqual(new Map([['blue', 20]]));
  expect(figuresOf(stage, test.arn).total).toBe(20);
  expect((await send(test.url)).body).toBe('green');
});
