import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RequestListener } from 'node:http';
import {
  createStage,
  forward,
  newGroup,
  newListener,
  register,
  send,
  until,
  type Stage,
  type TestListener,
} from './stage.js';

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.close());

const saying =
  (word: string): RequestListener =>
  (_request, response) =>
    void response.end(word);

/** A weighted forward whose clients stay; a second of the world takes 100 ms. */
function sticky(seconds: number, ...weights: readonly [targetGroupArn: string, weight: number][]): object {
  const { ForwardConfig } = forward(...weights) as { ForwardConfig: object };
  const TargetGroupStickinessConfig = { Enabled: 'true', DurationSeconds: String(seconds) };
  return { Type: 'forward', ForwardConfig: { ...ForwardConfig, TargetGroupStickinessConfig } };
}

interface Colours {
  readonly blue: string;
  readonly green: string;
  readonly listener: TestListener;
}

async function colours(seconds = 600): Promise<Colours> {
  const [blue, green] = [await newGroup(stage), await newGroup(stage)];
  const listener = await newListener(stage, sticky(seconds, [blue, 100], [green, 0]));
  await register(stage, blue, await stage.target(saying('blue')));
  await register(stage, green, await stage.target(saying('green')));
  return { blue, green, listener };
}

async function shift(listener: TestListener, action: object): Promise<void> {
  await stage.call('ModifyListener', { ListenerArn: listener.arn, DefaultActions: [action] });
}

async function ask(listener: TestListener, cookie?: string) {
  const reply = await send(listener.url, cookie === undefined ? {} : { headers: { Cookie: cookie } });
  const cookies = (reply.headers['set-cookie'] ?? []).map((each) => each.split(';', 1)[0] ?? '');
  return { body: reply.body, cookies, whole: reply.headers['set-cookie'] ?? [] };
}

describe('stickiness of target groups', () => {
  it('keeps a client where it was, whatever the weights become; others follow the weights', async () => {
    const { blue, green, listener } = await colours();
    const first = await ask(listener);
    expect(first.whole).toEqual([
      expect.stringMatching(/^AWSALBTG=[\w.-]+; Expires=.+ GMT; Path=\/$/),
      expect.stringMatching(/^AWSALBTGCORS=[\w.-]+; Expires=.+ GMT; Path=\/; SameSite=None$/),
    ]);
    await shift(listener, sticky(600, [blue, 0], [green, 100]));
    for (const cookie of first.cookies) {
      expect((await ask(listener, `a=b; ${cookie}; c=d`)).body).toBe('blue');
      expect((await ask(listener)).body).toBe('green');
    }
  });

  it('ends when the rule no longer names the group, and when the rule is no longer sticky', async () => {
    const { blue, green, listener } = await colours();
    const [cookie] = (await ask(listener)).cookies;
    await shift(listener, forward([blue, 0], [green, 100]));
    const unsticky = await ask(listener, cookie);
    expect(unsticky).toMatchObject({ body: 'green', cookies: [] });
    await shift(listener, sticky(600, [green, 1]));
    const moved = await ask(listener, cookie);
    expect(moved.body).toBe('green');
    await shift(listener, sticky(600, [blue, 100], [green, 0]));
    expect((await ask(listener, moved.cookies[0])).body).toBe('green');
  });

  it('ends with its duration, which every answer begins anew', async () => {
    const { blue, green, listener } = await colours(3);
    let [cookie] = (await ask(listener)).cookies;
    const [old] = [cookie];
    await shift(listener, sticky(3, [blue, 0], [green, 100]));
    const startedMs = performance.now();
    // Longer than the duration, with a request now and then.
    while (performance.now() - startedMs < 450) {
      const reply = await ask(listener, cookie);
      expect(reply.body).toBe('blue');
      [cookie] = reply.cookies;
    }
    expect((await ask(listener, old)).body).toBe('green');
  });

  it('believes no cookie that is not its own', async () => {
    const { blue, green, listener } = await colours();
    const [cookie = ''] = (await ask(listener)).cookies;
    await shift(listener, sticky(600, [blue, 0], [green, 100]));
    const [payload = '', signature = ''] = cookie.split('.');
    for (const forged of [`${payload}x.${signature}`, `${payload}.`, 'AWSALBTG=', 'AWSALBTG=.', `${payload}.é`]) {
      expect((await ask(listener, forged)).body).toBe('green');
    }
  });

  it('is kept by ECS, which changes weights alone', async () => {
    const { blue, green, listener } = await colours();
    stage.elb.loadBalancing.setForwardWeights(listener.defaultRuleArn, [
      { targetGroupArn: blue, weight: 0 },
      { targetGroupArn: green, weight: 100 },
    ]);
    const { Rules } = await stage.call('DescribeRules', { RuleArns: [listener.defaultRuleArn] });
    const config = { Enabled: true, DurationSeconds: 600 };
    expect(Rules[0]?.Actions).toMatchObject([{ ForwardConfig: { TargetGroupStickinessConfig: config } }]);
  });

  it('fails the requests of its clients when their group is empty', async () => {
    const { blue, listener } = await colours();
    const [cookie] = (await ask(listener)).cookies;
    const { TargetHealthDescriptions } = await stage.call('DescribeTargetHealth', { TargetGroupArn: blue });
    const { Id = '', Port = 0 } = TargetHealthDescriptions[0]?.Target ?? {};
    await stage.elb.loadBalancing.deregisterTarget(blue, { id: Id, port: Port });
    expect((await send(listener.url, { headers: { Cookie: cookie ?? '' } })).status).toBe(503);
  });
});

describe('stickiness of targets', () => {
  it('keeps a client at its target until that is gone', async () => {
    const group = await newGroup(stage);
    const Attributes = [
      { Key: 'stickiness.enabled', Value: 'true' },
      { Key: 'stickiness.lb_cookie.duration_seconds', Value: '600' },
    ];
    await stage.call('ModifyTargetGroupAttributes', { TargetGroupArn: group, Attributes });
    const listener = await newListener(stage, forward([group, 1]));
    const targets = { a: await stage.target(saying('a')), b: await stage.target(saying('b')) };
    await register(stage, group, targets.a);
    await register(stage, group, targets.b);
    const first = await ask(listener);
    expect(first.cookies.map((cookie) => cookie.split('=', 1)[0])).toEqual(['AWSALB', 'AWSALBCORS']);
    const others = await Promise.all([1, 2, 3, 4].map(() => ask(listener, first.cookies[0])));
    expect(others.map(({ body }) => body)).toEqual(Array(4).fill(first.body));
    const { target } = first.body === 'a' ? targets.a : targets.b;
    void stage.elb.loadBalancing.deregisterTarget(group, target);
    await until(() => stage.elb.loadBalancing.targetHealth(group).some(({ state }) => state === 'draining'));
    const after = await ask(listener, first.cookies[0]);
    expect(after.body).not.toBe(first.body);
    expect((await ask(listener, after.cookies[0])).body).toBe(after.body);
  });
});
