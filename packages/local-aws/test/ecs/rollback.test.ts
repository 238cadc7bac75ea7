import { afterEach, describe, expect, it } from '@jest/globals';
import type { SimulatedBehaviour } from '../../src/tasks/index.js';
import { GREEN_GROUP, openStage, PRODUCTION, type EcsStage } from './stage.js';

let stage: EcsStage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

async function open(second: SimulatedBehaviour = {}): Promise<EcsStage> {
  stage = await openStage({ simulate: (image) => (image === 'web:2' ? second : {}) });
  await stage.createService('1');
  return stage;
}

async function deploy(on: EcsStage, deploymentConfiguration: object = {}): Promise<string> {
  const service = await on.update({ taskDefinition: await on.register('2'), deploymentConfiguration });
  return service.currentServiceDeployment ?? '';
}

async function expectBlueOnly(on: EcsStage): Promise<void> {
  expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([100, 0]);
  // Of tasks that died on their own the targets may still be draining.
  expect(on.loadBalancing.targetHealth(GREEN_GROUP).filter(({ state }) => state !== 'draining')).toEqual([]);
  expect((await on.tasks()).flatMap(({ containers }) => containers?.map(({ image }) => image))).toEqual([
    'web:1',
    'web:1',
  ]);
  expect((await on.describeService()).taskDefinition).toMatch(/web:1$/);
}

const pauseAt = (stageName: string, action = 'ROLLBACK', timeoutInMinutes = 60) => ({
  lifecycleHooks: [
    { targetType: 'PAUSE', lifecycleStages: [stageName], timeoutConfiguration: { action, timeoutInMinutes } },
  ],
});

async function untilPaused(on: EcsStage, arn: string): Promise<string> {
  await on.until(
    'it pauses',
    async () =>
      (await on.describeDeployment(arn)).lifecycleHookDetails?.some(({ status }) => status === 'AWAITING_ACTION') ??
      false,
  );
  return (await on.describeDeployment(arn)).lifecycleHookDetails?.at(-1)?.hookId ?? '';
}

describe('a PAUSE hook', () => {
  it.each([
    'PRE_SCALE_UP',
    'POST_SCALE_UP',
    'POST_TEST_TRAFFIC_SHIFT',
    'PRE_PRODUCTION_TRAFFIC_SHIFT',
    'POST_PRODUCTION_TRAFFIC_SHIFT',
  ])('at %s holds the deployment until it is continued', async (stageName) => {
    const on = await open();
    const arn = await deploy(on, { ...pauseAt(stageName), bakeTimeInMinutes: 0 });
    const hookId = await untilPaused(on, arn);
    expect(await on.describeDeployment(arn)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: stageName });
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId });
    const done = await on.untilStatus(arn, 'SUCCESSFUL');
    expect(done.lifecycleHookDetails).toMatchObject([{ hookId, status: 'SUCCEEDED', timeoutAction: 'ROLLBACK' }]);
    await expect(
      on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId, action: 'ROLLBACK' }),
    ).rejects.toMatchObject({ code: 'InvalidParameterException' });
  });

  it.each(['PRE_SCALE_UP', 'POST_TEST_TRAFFIC_SHIFT', 'POST_PRODUCTION_TRAFFIC_SHIFT'])(
    'at %s that is answered with ROLLBACK takes the service back',
    async (stageName) => {
      const on = await open();
      const arn = await deploy(on, pauseAt(stageName));
      const hookId = await untilPaused(on, arn);
      await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId, action: 'ROLLBACK' });
      const done = await on.untilStatus(arn, 'ROLLBACK_SUCCESSFUL');
      expect(done.lifecycleHookDetails).toMatchObject([{ status: 'FAILED' }]);
      expect(done.rollback?.reason).toContain(hookId);
      await expectBlueOnly(on);
    },
  );

  it.each([
    { action: 'ROLLBACK', status: 'ROLLBACK_SUCCESSFUL' },
    { action: 'CONTINUE', status: 'SUCCESSFUL' },
  ])('that nobody answers does $action when it expires', async ({ action, status }) => {
    const on = await open();
    const arn = await deploy(on, { ...pauseAt('POST_PRODUCTION_TRAFFIC_SHIFT', action, 2), bakeTimeInMinutes: 0 });
    const done = await on.untilStatus(arn, 'ROLLBACK_SUCCESSFUL', 'SUCCESSFUL');
    expect(done.status).toBe(status);
    expect(done.lifecycleHookDetails).toMatchObject([{ status: 'TIMED_OUT' }]);
  });

  it('stands before every step of a canary', async () => {
    const on = await open();
    const arn = await deploy(on, {
      ...pauseAt('PRE_PRODUCTION_TRAFFIC_SHIFT'),
      strategy: 'CANARY',
      canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 0 },
    });
    await on.call('ContinueServiceDeployment', { serviceDeploymentArn: arn, hookId: await untilPaused(on, arn) });
    await on.until('a second hook', async () => (await on.describeDeployment(arn)).lifecycleHookDetails?.length === 2);
    expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([90, 10]);
    await on.call('ContinueServiceDeployment', {
      serviceDeploymentArn: arn,
      hookId: await untilPaused(on, arn),
      action: 'ROLLBACK',
    });
    await on.untilStatus(arn, 'ROLLBACK_SUCCESSFUL');
    await expectBlueOnly(on);
  });
});

describe('StopServiceDeployment', () => {
  it('in bake takes the weights back first, then removes green, while blue keeps running', async () => {
    const on = await open();
    const before = (await on.tasks()).map(({ taskArn }) => taskArn);
    const arn = await deploy(on, { bakeTimeInMinutes: 60 });
    await on.until('it bakes', async () => (await on.describeDeployment(arn)).lifecycleStage === 'BAKE_TIME');
    on.loadBalancing.events.length = 0;
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn, stopType: 'ROLLBACK' });
    expect((await on.describeDeployment(arn)).status).toBe('ROLLBACK_REQUESTED');
    const done = await on.untilStatus(arn, 'ROLLBACK_SUCCESSFUL');
    expect(on.loadBalancing.events.map(({ kind }) => kind)).toEqual([
      'weights',
      'weights',
      'deregistered',
      'deregistered',
      'drained',
      'drained',
    ]);
    expect(on.loadBalancing.events[0]).toMatchObject({ rule: PRODUCTION, weights: [100, 0] });
    expect([...new Set(on.history(arn).map(({ status }) => status))]).toEqual([
      'PENDING',
      'IN_PROGRESS',
      'ROLLBACK_REQUESTED',
      'ROLLBACK_IN_PROGRESS',
      'ROLLBACK_SUCCESSFUL',
    ]);
    expect(done.targetServiceRevision).toMatchObject({ requestedProductionTrafficWeight: 0, runningTaskCount: 0 });
    await expectBlueOnly(on);
    expect((await on.tasks()).map(({ taskArn }) => taskArn)).toEqual(before);
    await expect(on.call('StopServiceDeployment', { serviceDeploymentArn: arn })).rejects.toMatchObject({
      code: 'ConflictException',
    });
  });

  it('may be repeated, and works while the deployment is still PENDING', async () => {
    const on = await open();
    const arn = await deploy(on);
    expect((await on.describeDeployment(arn)).status).toBe('PENDING');
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.call('StopServiceDeployment', { serviceDeploymentArn: arn });
    await on.untilStatus(arn, 'ROLLBACK_SUCCESSFUL');
    await expectBlueOnly(on);
  });
});

describe('the circuit breaker', () => {
  const breaker = { deploymentCircuitBreaker: { enable: true, rollback: true } };

  it.each<{ name: string; behaviour: SimulatedBehaviour; stopCode: string; reason: string }>([
    {
      name: 'never get healthy',
      behaviour: { healthyAfterSeconds: Infinity },
      stopCode: 'ServiceSchedulerInitiated',
      reason: 'Task failed ELB health checks in (target-group',
    },
    {
      name: 'crash',
      behaviour: { exitAfterSeconds: 1, exitCode: 3, healthyAfterSeconds: Infinity },
      stopCode: 'EssentialContainerExited',
      reason: 'Essential container in task exited',
    },
    {
      name: 'cannot be pulled',
      behaviour: { failsToStart: 'CannotPullContainerError: not found' },
      stopCode: 'TaskFailedToStart',
      reason: 'CannotPullContainerError: not found',
    },
  ])('rolls back when tasks $name', async ({ behaviour, stopCode, reason }) => {
    const on = await open(behaviour);
    const arn = await deploy(on, breaker);
    const done = await on.untilStatus(arn, 'ROLLBACK_SUCCESSFUL');
    expect(done.deploymentCircuitBreaker).toEqual({ status: 'TRIGGERED', failureCount: 3, threshold: 3 });
    expect(done.statusReason).toContain('circuit breaker');
    expect(on.loadBalancing.events.some(({ kind }) => kind === 'weights')).toBe(false);
    const stopped = await on.tasks('STOPPED');
    expect(stopped.length).toBeGreaterThanOrEqual(3);
    // Where the machine stalls for a moment, some of them fail the load balancer's checks before they come to their own end.
    const failed = stopped.filter((task) => task.stopCode === stopCode);
    expect(failed.length).toBeGreaterThanOrEqual(1);
    expect(failed[0]?.stoppedReason).toContain(reason);
    if (behaviour.exitCode) expect(failed[0]?.containers?.[0]?.exitCode).toBe(behaviour.exitCode);
    await expectBlueOnly(on);
  });

  it('without rollback stops the deployment and starts no more tasks', async () => {
    const on = await open({ failsToStart: 'CannotPullContainerError: not found' });
    const arn = await deploy(on, { deploymentCircuitBreaker: { enable: true, rollback: false } });
    await on.untilStatus(arn, 'STOPPED');
    const { deployments } = await on.describeService();
    expect(deployments?.find(({ status }) => status === 'PRIMARY')).toMatchObject({ rolloutState: 'FAILED' });
    expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([100, 0]);
  });

  it('when it is off lets ECS try for ever', async () => {
    const on = await open({ failsToStart: 'CannotPullContainerError: not found' });
    const arn = await deploy(on);
    await on.until('eight tasks failed', async () => (await on.tasks('STOPPED')).length >= 8);
    expect(await on.describeDeployment(arn)).toMatchObject({ status: 'IN_PROGRESS', lifecycleStage: 'SCALE_UP' });
  });
});
