import { afterEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createWorldTime } from '../../src/world-time.js';
import { createStage, forward, healthOf, newGroup, newListener, register, send, until, type Stage } from './stage.js';

/** A second of the world takes 10 ms: checks come every 50 ms. */
const fast = { time: createWorldTime(600) };

let stage: Stage;
afterEach(() => stage.close());

/** A target whose health check answers what `status` says, or nothing at all while that is undefined. */
async function patient(status: { now: number | undefined }) {
  let checks = 0;
  const held: { end(): void }[] = [];
  const target = await stage.target((incoming, response) => {
    if (incoming.url !== '/health') return void response.end('served');
    checks += 1;
    if (status.now === undefined) return void held.push(response);
    response.writeHead(status.now).end();
  });
  return { ...target, checks: () => checks, release: () => held.splice(0).forEach((response) => response.end()) };
}

it('takes a new target from initial to healthy with one passing check', async () => {
  stage = createStage();
  const group = await newGroup(stage, { HealthyThresholdCount: '10' });
  await newListener(stage, forward([group, 1]));
  const target = await patient({ now: undefined });
  stage.elb.loadBalancing.registerTarget(group, target.target);
  expect(healthOf(stage, group, target.target)).toEqual({
    ...target.target,
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  });
  await until(() => target.checks() === 1);
  target.release();
  await until(() => healthOf(stage, group, target.target)?.state === 'healthy');
  expect(healthOf(stage, group, target.target)).toEqual({ ...target.target, state: 'healthy' });
  expect(target.checks()).toBe(1);
});

it('goes to unhealthy and back by the thresholds, and fails open when nobody is healthy', async () => {
  stage = createStage(fast);
  const group = await newGroup(stage, { UnhealthyThresholdCount: '3', HealthyThresholdCount: '4' });
  const listener = await newListener(stage, forward([group, 1]));
  const status = { now: 200 as number | undefined };
  const target = await patient(status);
  await register(stage, group, target);
  status.now = 500;
  const before = target.checks();
  await until(() => healthOf(stage, group, target.target)?.state === 'unhealthy');
  // One check more may have come before the status changed.
  expect(target.checks() - before).toBeGreaterThanOrEqual(3);
  expect(healthOf(stage, group, target.target)).toMatchObject({
    reason: 'Target.ResponseCodeMismatch',
    description: 'Health checks failed with these codes: [500]',
  });
  expect((await send(listener.url)).body).toBe('served');
  status.now = 200;
  const ill = target.checks();
  await until(() => healthOf(stage, group, target.target)?.state === 'healthy');
  expect(target.checks() - ill).toBeGreaterThanOrEqual(4);
});

it('prefers the healthy to the unhealthy, and sends the unjudged nothing', async () => {
  stage = createStage(fast);
  const group = await newGroup(stage);
  const listener = await newListener(stage, forward([group, 1]));
  const [ill, silent] = [await patient({ now: 500 }), await patient({ now: undefined })];
  stage.elb.loadBalancing.registerTarget(group, silent.target);
  expect((await send(listener.url)).status).toBe(503);
  stage.elb.loadBalancing.registerTarget(group, ill.target);
  await until(() => healthOf(stage, group, ill.target)?.state === 'unhealthy');
  const well = await stage.target((_incoming, response) => response.end('well'));
  await register(stage, group, well);
  const bodies = await Promise.all(Array.from({ length: 10 }, async () => (await send(listener.url)).body));
  expect(new Set(bodies)).toEqual(new Set(['well']));
});

it('calls silence a timeout and a closed port a failure', async () => {
  stage = createStage(fast);
  const group = await newGroup(stage);
  await newListener(stage, forward([group, 1]));
  const silent = await patient({ now: undefined });
  const closed = await stage.target(() => undefined, '127.0.0.13');
  await closed.stop();
  for (const { target } of [silent, closed]) stage.elb.loadBalancing.registerTarget(group, target);
  await until(() => healthOf(stage, group, closed.target)?.reason === 'Elb.InitialHealthChecking');
  await until(() => healthOf(stage, group, closed.target)?.reason === 'Target.FailedHealthChecks');
  await until(() => healthOf(stage, group, silent.target)?.reason === 'Target.Timeout');
});

it('checks the port, path and codes that the group says, and follows a change of them', async () => {
  stage = createStage(fast);
  const own = await stage.target((incoming, response) => response.writeHead(incoming.url === '/up' ? 204 : 404).end());
  const group = await newGroup(stage, {
    HealthCheckPort: String(own.target.port),
    HealthCheckPath: '/up',
    Matcher: { HttpCode: '200,202-210' },
  });
  await newListener(stage, forward([group, 1]));
  const target = await stage.target((_incoming, response) => response.writeHead(500).end());
  await register(stage, group, target);
  await stage.call('ModifyTargetGroup', { TargetGroupArn: group, Matcher: { HttpCode: '200' } });
  await until(() => healthOf(stage, group, target.target)?.state === 'unhealthy');
});

describe('a group that no rule refers to', () => {
  it('has unused targets, which are checked as soon as one does', async () => {
    stage = createStage(fast);
    const [group, other] = [await newGroup(stage), await newGroup(stage)];
    const target = await patient({ now: 200 });
    stage.elb.loadBalancing.registerTarget(group, target.target);
    expect(healthOf(stage, group, target.target)).toMatchObject({ state: 'unused', reason: 'Target.NotInUse' });
    expect(stage.elb.loadBalancing.targetGroup(group)).toEqual({ attached: false });
    const listener = await newListener(stage, forward([other, 1], [group, 0]));
    expect(stage.elb.loadBalancing.targetGroup(group)).toEqual({ attached: true });
    await until(() => healthOf(stage, group, target.target)?.state === 'healthy');
    await stage.call('ModifyListener', { ListenerArn: listener.arn, DefaultActions: [forward([other, 1])] });
    expect(healthOf(stage, group, target.target)?.state).toBe('unused');
    await stage.elb.loadBalancing.deregisterTarget(group, target.target);
    expect(stage.elb.loadBalancing.targetHealth(group)).toEqual([]);
  });
});

describe('a deregistered target', () => {
  it('drains for the delay: it gets nothing new, finishes what it has, and is gone after', async () => {
    stage = createStage();
    const group = await newGroup(stage);
    const listener = await newListener(stage, forward([group, 1]));
    const answers: (() => void)[] = [];
    const target = await stage.target((incoming, response) => {
      if (incoming.url === '/health') response.end();
      else answers.push(() => response.end('late'));
    });
    await register(stage, group, target);
    const inFlight = send(listener.url);
    await until(() => answers.length === 1);
    const startedMs = performance.now();
    const drained = stage.elb.loadBalancing.deregisterTarget(group, target.target);
    expect(stage.elb.loadBalancing.deregisterTarget(group, target.target)).toBeDefined();
    expect(healthOf(stage, group, target.target)).toMatchObject({
      state: 'draining',
      reason: 'Target.DeregistrationInProgress',
    });
    expect((await send(listener.url)).status).toBe(503);
    answers[0]?.();
    expect((await inFlight).body).toBe('late');
    await drained;
    // 5 s of the world; timers may be a millisecond early.
    expect(performance.now() - startedMs).toBeGreaterThan(498);
    expect(stage.elb.loadBalancing.targetHealth(group)).toEqual([]);
  });

  it('is cut when the delay is over', async () => {
    stage = createStage(fast);
    const group = await newGroup(stage);
    const listener = await newListener(stage, forward([group, 1]));
    let arrived = false;
    const target = await stage.target((incoming, response) => {
      if (incoming.url === '/health') response.end();
      else arrived = true;
    });
    await register(stage, group, target);
    const inFlight = send(listener.url);
    await until(() => arrived);
    await stage.elb.loadBalancing.deregisterTarget(group, target.target);
    expect((await inFlight).status).toBe(502);
  });

  it('begins anew when it is registered again while it drains', async () => {
    stage = createStage();
    const group = await newGroup(stage);
    await newListener(stage, forward([group, 1]));
    const target = await patient({ now: 200 });
    await register(stage, group, target);
    const drained = stage.elb.loadBalancing.deregisterTarget(group, target.target);
    stage.elb.loadBalancing.registerTarget(group, target.target);
    expect(stage.elb.loadBalancing.targetHealth(group)).toMatchObject([{ state: 'initial' }]);
    await until(() => healthOf(stage, group, target.target)?.state === 'healthy');
    await drained;
    expect(healthOf(stage, group, target.target)?.state).toBe('healthy');
  });
});

it('close() ends checks, ports, connections and drains, and leaves no handle open', async () => {
  const network = () => process.getActiveResourcesInfo().filter((name) => /^(TCP|Pipe)/.test(name)).length;
  const before = network();
  stage = createStage();
  const group = await newGroup(stage);
  const listener = await newListener(stage, forward([group, 1]));
  const [stays, leaves] = [await patient({ now: 200 }), await patient({ now: 200 })];
  await register(stage, group, stays);
  await register(stage, group, leaves);
  await send(listener.url);
  const drained = stage.elb.loadBalancing.deregisterTarget(group, leaves.target);
  await stage.elb.close();
  await stage.elb.close();
  await drained;
  await expect(send(listener.url)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  const checks = stays.checks();
  for (const { server, stop } of [stays, leaves]) await Promise.all([once(server, 'close'), stop()]);
  await until(() => network() <= before);
  expect(stays.checks()).toBe(checks);
});
