import { afterEach, describe, expect, it } from '@jest/globals';
import { openWorldByHand, type WorldByHand, type WorldByHandOptions } from './world-by-hand.js';

let world: WorldByHand | undefined;

afterEach(async () => {
  await world?.localAws.close();
  world = undefined;
});

async function open(options: WorldByHandOptions = {}): Promise<WorldByHand> {
  world = await openWorldByHand(options);
  return world;
}

const CHECKED = { healthCheck: { command: ['CMD-SHELL', 'true'], interval: 10, retries: 3 } };

async function deployChecked(on: WorldByHand, version: string): Promise<string> {
  const taskDefinition = await on.register(version, CHECKED);
  return (await on.update({ taskDefinition })).currentServiceDeployment ?? '';
}

describe('the health check of a container', () => {
  it('is told of the container and of the task, first UNKNOWN', async () => {
    const on = await open();
    const arn = await deployChecked(on, '2');
    await on.time.advance(5);
    const green = async () => (await on.tasks()).filter(({ containers }) => containers?.[0]?.image === 'web:2');
    expect((await green()).map(({ healthStatus }) => healthStatus)).toEqual(['UNKNOWN', 'UNKNOWN']);
    await on.time.advance(10);
    expect(await green()).toMatchObject([
      { healthStatus: 'HEALTHY', containers: [{ healthStatus: 'HEALTHY' }] },
      { healthStatus: 'HEALTHY', containers: [{ healthStatus: 'HEALTHY' }] },
    ]);
    await on.until(arn, 'SUCCESSFUL');
  });

  it('holds a deployment up until it has passed, however healthy the load balancer finds the task', async () => {
    const on = await open();
    const arn = await deployChecked(on, '2');
    await on.time.advance(9);
    expect(await on.deployment(arn)).toMatchObject({ lifecycleStage: 'SCALE_UP' });
    await on.time.advance(5);
    expect(await on.deployment(arn)).toMatchObject({ lifecycleStage: 'BAKE_TIME' });
  });

  it('has a task replaced that fails it, in the words of ECS, and trips the circuit breaker', async () => {
    const on = await open({ simulate: (image) => ({ failsContainerHealthCheck: image === 'web:2' }) });
    await on.update({ deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } });
    const arn = await deployChecked(on, '2');
    await on.time.advance(32);
    const stopped = await on.tasks('STOPPED');
    expect(stopped[0]).toMatchObject({
      stopCode: 'ServiceSchedulerInitiated',
      stoppedReason: 'Task failed container health checks',
    });
    const { events } = await on.service();
    const id = stopped[0]?.taskArn?.split('/').at(-1) ?? '';
    expect(events?.map(({ message }) => message)).toContain(
      `(service web) (task ${id}) failed container health checks.`,
    );
    const done = await on.until(arn, 'ROLLBACK_SUCCESSFUL');
    expect(done.deploymentCircuitBreaker).toMatchObject({ status: 'TRIGGERED', failureCount: 3, threshold: 3 });
    expect(await on.weights()).toEqual([100, 0]);
  });

  it('has a task of a live service replaced that becomes unhealthy later', async () => {
    const on = await open({
      container: CHECKED,
      simulate: () => ({ unhealthyAfterSeconds: 600 }),
      deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
    });
    const before = (await on.tasks()).map(({ taskArn }) => taskArn);
    await on.time.advance(700);
    const after = (await on.tasks()).map(({ taskArn }) => taskArn);
    expect(after).toHaveLength(2);
    expect(after.filter((arn) => before.includes(arn))).toEqual([]);
  });

  it('does not count while the grace period of the service lasts', async () => {
    const on = await open({ simulate: (image) => ({ failsContainerHealthCheck: image === 'web:2' }) });
    await on.update({ healthCheckGracePeriodSeconds: 120 });
    await deployChecked(on, '2');
    await on.time.advance(115);
    expect((await on.tasks('STOPPED')).length).toBe(0);
    await on.time.advance(10);
    expect((await on.tasks('STOPPED')).length).toBe(2);
  });

  it.each([
    [{ command: ['true'] }, 'CMD or CMD-SHELL'],
    [{ command: ['CMD'] }, 'CMD or CMD-SHELL'],
    [{ command: ['CMD', 'true'], interval: 4 }, 'interval must be from 5 to 300'],
    [{ command: ['CMD', 'true'], timeout: 61 }, 'timeout must be from 2 to 60'],
    [{ command: ['CMD', 'true'], retries: 0 }, 'retries must be from 1 to 10'],
    [{ command: ['CMD', 'true'], startPeriod: 301 }, 'startPeriod must be from 0 to 300'],
  ])('is refused as %j', async (healthCheck, message) => {
    const on = await open();
    await expect(on.register('2', { healthCheck })).rejects.toMatchObject({
      code: 'ClientException',
      message: expect.stringContaining(message),
    });
  });
});
