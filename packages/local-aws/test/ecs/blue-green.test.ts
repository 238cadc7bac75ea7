import { afterEach, describe, expect, it } from '@jest/globals';
import { GREEN_GROUP, BLUE_GROUP, openStage, PRODUCTION, TEST, type EcsStage } from './stage.js';

let stage: EcsStage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function open(options: Parameters<typeof openStage>[0] = {}): Promise<EcsStage> {
  stage = await openStage(options);
  return stage;
}

async function deploy(on: EcsStage, version: string, input: object = {}): Promise<string> {
  const service = await on.update({ taskDefinition: await on.register(version), ...input });
  return service.currentServiceDeployment ?? '';
}

describe('a first deployment', () => {
  it('is made by CreateService and ends SUCCESSFUL with all traffic on the first group', async () => {
    const on = await open();
    await on.createService('1');
    const service = await on.describeService();
    expect(service).toMatchObject({ status: 'ACTIVE', desiredCount: 2, runningCount: 2, pendingCount: 0 });
    expect(service.deployments).toHaveLength(1);
    expect(service.deployments?.[0]).toMatchObject({ status: 'PRIMARY', rolloutState: 'COMPLETED', runningCount: 2 });
    expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([100, 0]);
    expect(on.loadBalancing.targetHealth(BLUE_GROUP).map(({ state }) => state)).toEqual(['healthy', 'healthy']);
    expect(service.events?.map(({ message }) => message)[0]).toBe('(service web) has reached a steady state.');
  });
});

describe('a blue/green deployment', () => {
  it('goes through the stages in order, shifts test before production traffic, and drains blue before stopping it', async () => {
    const on = await open();
    await on.createService('1');
    const before = (await on.tasks()).map(({ taskArn }) => taskArn);
    const arn = await deploy(on, '2');
    const done = await on.untilStatus(arn, 'SUCCESSFUL');

    const stages = on.history(arn).flatMap(({ stage: name }) => name ?? []);
    expect([...new Set(stages)]).toEqual([
      'PRE_SCALE_UP',
      'SCALE_UP',
      'POST_SCALE_UP',
      'TEST_TRAFFIC_SHIFT',
      'POST_TEST_TRAFFIC_SHIFT',
      'PRE_PRODUCTION_TRAFFIC_SHIFT',
      'PRODUCTION_TRAFFIC_SHIFT',
      'POST_PRODUCTION_TRAFFIC_SHIFT',
      'BAKE_TIME',
      'CLEAN_UP',
    ]);
    expect([...new Set(on.history(arn).map(({ status }) => status))]).toEqual(['PENDING', 'IN_PROGRESS', 'SUCCESSFUL']);
    expect(
      on.loadBalancing.events.map((event) =>
        event.kind === 'weights'
          ? `${event.rule === TEST ? 'test' : 'production'} ${event.weights.join('/')}`
          : `${event.kind} ${event.group === GREEN_GROUP ? 'green' : 'blue'}`,
      ),
    ).toEqual([
      'registered green',
      'registered green',
      'test 0/100',
      'production 0/100',
      'deregistered blue',
      'deregistered blue',
      'drained blue',
      'drained blue',
    ]);
    expect(done.targetServiceRevision).toMatchObject({
      requestedTaskCount: 2,
      runningTaskCount: 2,
      requestedProductionTrafficWeight: 100,
      requestedTestTrafficWeight: 100,
    });
    const stopped = await on.tasks('STOPPED');
    expect(stopped.map(({ taskArn }) => taskArn).sort()).toEqual(before.sort());
    expect(stopped[0]).toMatchObject({ lastStatus: 'STOPPED', stopCode: 'ServiceSchedulerInitiated' });
    expect((await on.describeService()).deployments).toHaveLength(1);
  });

  it('uses the first group again for the deployment after', async () => {
    const on = await open();
    await on.createService('1');
    await on.untilStatus(await deploy(on, '2'), 'SUCCESSFUL');
    await on.untilStatus(await deploy(on, '3'), 'SUCCESSFUL');
    expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([100, 0]);
    expect(on.loadBalancing.targetHealth(GREEN_GROUP)).toEqual([]);
    const { serviceDeployments } = await on.call<{ serviceDeployments: { status: string }[] }>(
      'ListServiceDeployments',
      {
        cluster: 'staging',
        service: 'web',
      },
    );
    expect(serviceDeployments.map(({ status }) => status)).toEqual(['SUCCESSFUL', 'SUCCESSFUL', 'SUCCESSFUL']);
  });

  it('waits for the green tasks to be healthy before any shift', async () => {
    const on = await open({ simulate: (image) => (image === 'web:2' ? { healthyAfterSeconds: 60 } : {}) });
    await on.createService('1');
    // The green tasks answer 503 at first; a grace period keeps ECS from replacing them.
    const arn = await deploy(on, '2', { healthCheckGracePeriodSeconds: 600 });
    await on.until('green runs', async () => (await on.tasks()).length === 4);
    await on.until('green is unhealthy', () =>
      on.loadBalancing.targetHealth(GREEN_GROUP).some(({ state }) => state === 'unhealthy'),
    );
    expect(await on.describeDeployment(arn)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
    expect(on.loadBalancing.events.some(({ kind }) => kind === 'weights')).toBe(false);
    await on.untilStatus(arn, 'SUCCESSFUL');
  });

  it.each([
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 }, weights: [10, 100] },
    {
      strategy: 'LINEAR',
      linearConfiguration: { stepPercent: 30, stepBakeTimeInMinutes: 0 },
      weights: [30, 60, 90, 100],
    },
  ])('$strategy shifts $weights percent', async ({ weights, ...deploymentConfiguration }) => {
    const on = await open();
    await on.createService('1');
    const arn = await deploy(on, '2', { deploymentConfiguration });
    await on.untilStatus(arn, 'SUCCESSFUL');
    const shifted = on.loadBalancing.events.flatMap((event) =>
      event.kind === 'weights' && event.rule === PRODUCTION ? [event.weights] : [],
    );
    expect(shifted).toEqual(weights.map((percent) => [100 - percent, percent]));
  });

  it('does not start when the listener rule sends traffic where the service has no tasks', async () => {
    const on = await open();
    await on.createService('1');
    on.loadBalancing.addRule(PRODUCTION, [
      { targetGroupArn: BLUE_GROUP, weight: 50 },
      { targetGroupArn: GREEN_GROUP, weight: 50 },
    ]);
    const stopped = await on.untilStatus(await deploy(on, '2'), 'STOPPED');
    expect(stopped.statusReason).toContain('sends 50 percent');
    expect(await on.tasks()).toHaveLength(2);
  });
});

describe('UpdateService', () => {
  it('starts no deployment when nothing changes that takes one', async () => {
    const on = await open();
    const { currentServiceDeployment: first } = await on.createService('1');
    const same = await on.update({ taskDefinition: 'web', deploymentConfiguration: { bakeTimeInMinutes: 2 } });
    expect(same.currentServiceDeployment).toBe(first);
    expect(same.deploymentConfiguration).toMatchObject({ strategy: 'BLUE_GREEN', bakeTimeInMinutes: 2 });
    const forced = await on.update({ forceNewDeployment: true });
    expect(forced.currentServiceDeployment).not.toBe(first);
    await on.untilStatus(forced.currentServiceDeployment ?? '', 'SUCCESSFUL');
  });

  it('scales without a deployment', async () => {
    const on = await open();
    await on.createService('1');
    await on.update({ desiredCount: 4 });
    await on.until('four tasks run', async () => (await on.describeService()).runningCount === 4);
    await on.update({ desiredCount: 1 });
    await on.until('one task runs', async () => (await on.describeService()).runningCount === 1);
    expect(((await on.describeService()).deployments ?? []).length).toBe(1);
  });

  it('scales a deployment in flight, also from nothing', async () => {
    const on = await open();
    await on.createService('1', { desiredCount: 0 });
    const deploymentConfiguration = {
      bakeTimeInMinutes: 0,
      lifecycleHooks: [{ targetType: 'PAUSE', lifecycleStages: ['POST_SCALE_UP'] }],
    };
    const arn = await deploy(on, '2', { deploymentConfiguration });
    const hooks = async () => (await on.describeDeployment(arn)).lifecycleHookDetails ?? [];
    await on.until('it pauses', async () => (await hooks()).length === 1);
    await on.update({ desiredCount: 3 });
    const [hook] = await hooks();
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: hook?.hookId });
    await on.untilStatus(arn, 'SUCCESSFUL');
    expect(on.loadBalancing.targetHealth(GREEN_GROUP).map(({ state }) => state)).toEqual([
      'healthy',
      'healthy',
      'healthy',
    ]);
  });

  it('supersedes a deployment in flight', async () => {
    const on = await open();
    await on.createService('1');
    const second = await deploy(on, '2', { deploymentConfiguration: { bakeTimeInMinutes: 60 } });
    await on.until('2 bakes', async () => (await on.describeDeployment(second)).lifecycleStage === 'BAKE_TIME');
    const third = await deploy(on, '3', { deploymentConfiguration: { bakeTimeInMinutes: 0 } });
    expect(await on.untilStatus(second, 'STOPPED')).toMatchObject({ statusReason: expect.stringContaining(third) });
    const done = await on.untilStatus(third, 'SUCCESSFUL');
    expect(done.sourceServiceRevisions).toHaveLength(2);
    expect(on.history(third).map(({ stage: name }) => name)).toContain('RECONCILE_SERVICE');
    // 2 had the traffic, so it was 1 that had to go first, and 3 took 1's group.
    expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([100, 0]);
    expect((await on.tasks()).flatMap(({ containers }) => containers?.map(({ image }) => image))).toEqual([
      'web:3',
      'web:3',
    ]);
  });
});
