import { afterEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { nextRollingStep } from '../../src/services/ecs/service-deployments/rolling.js';
import { BLUE_GROUP, openStage, type EcsStage } from './stage.js';

let stage: EcsStage | undefined;

afterEach(async () => {
  await stage?.close();
  stage = undefined;
});

const PLAIN = [{ targetGroupArn: BLUE_GROUP, containerName: 'app', containerPort: 8080 }];
const ROLLING = { strategy: 'ROLLING' } as const;

async function open(options: Parameters<typeof openStage>[0] = {}): Promise<EcsStage> {
  stage = await openStage(options);
  await stage.createService('1', { loadBalancers: PLAIN, deploymentConfiguration: ROLLING, desiredCount: 3 });
  return stage;
}

describe('a rolling update', () => {
  it('replaces all tasks in the same target group', async () => {
    const on = await open();
    const service = await on.update({ taskDefinition: await on.register('2') });
    const done = await on.untilStatus(service.currentServiceDeployment ?? '', 'SUCCESSFUL');
    expect((await on.tasks()).flatMap(({ containers }) => containers?.map(({ image }) => image))).toEqual(
      Array.from({ length: 3 }, () => 'web:2'),
    );
    expect(on.loadBalancing.targetHealth(BLUE_GROUP).map(({ state }) => state)).toEqual([
      'healthy',
      'healthy',
      'healthy',
    ]);
    expect(done.lifecycleStage).toBeUndefined();
  });

  it('is rolled back by the circuit breaker with the old tasks serving throughout', async () => {
    const on = await open({ simulate: (image) => (image === 'web:2' ? { healthyAfterSeconds: Infinity } : {}) });
    const service = await on.update({
      taskDefinition: await on.register('2'),
      deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
    });
    await on.untilStatus(service.currentServiceDeployment ?? '', 'ROLLBACK_SUCCESSFUL');
    const healthy = on.loadBalancing.targetHealth(BLUE_GROUP).filter(({ state }) => state === 'healthy');
    expect(healthy).toHaveLength(3);
    expect((await on.describeService()).taskDefinition).toMatch(/web:1$/);
  });

  it('says once when the percentages leave it no way to go, and goes on when they do', async () => {
    const on = await open();
    const percentages = { minimumHealthyPercent: 100, maximumPercent: 100 };
    await on.update({ taskDefinition: await on.register('2'), deploymentConfiguration: percentages });
    const stuck = async (): Promise<number> =>
      ((await on.describeService()).events ?? []).filter(({ message }) =>
        message?.includes('is unable to stop or start'),
      ).length;
    await on.until('it says so', async () => (await stuck()) === 1);
    const next = await on.update({ forceNewDeployment: true, deploymentConfiguration: { maximumPercent: 200 } });
    await on.untilStatus(next.currentServiceDeployment ?? '', 'SUCCESSFUL');
    expect(await stuck()).toBe(1);
  });

  it('replaces a task that dies in steady state', async () => {
    const on = await open();
    const [task] = await on.tasks();
    await on.call('StopTask', { cluster: 'staging', task: task?.taskArn, reason: 'by hand' });
    await on.until('three tasks again', async () => {
      const tasks = await on.tasks();
      return tasks.length === 3 && tasks.every(({ lastStatus }) => lastStatus === 'RUNNING');
    });
    await on.until('it stopped', async () => (await on.tasks('STOPPED'))[0]?.lastStatus === 'STOPPED');
    expect((await on.tasks('STOPPED'))[0]).toMatchObject({ stopCode: 'UserInitiated', stoppedReason: 'by hand' });
  });
});

describe('nextRollingStep', () => {
  const count = fc.integer({ min: 0, max: 20 });
  const fleet = fc.tuple(count, count).map(([one, other]) => ({
    requested: Math.max(one, other),
    healthy: Math.min(one, other),
  }));
  const state = fc
    .record({
      desired: count,
      minimumHealthyPercent: fc.integer({ min: 0, max: 100 }),
      maximumPercent: fc.integer({ min: 100, max: 200 }),
      target: fleet,
      source: fleet,
    })
    .filter(({ desired, target }) => target.requested <= desired);

  it('never runs more than the maximum, nor takes healthy tasks below the minimum', () => {
    fc.assert(
      fc.property(state, (before) => {
        const { desired, target, source } = before;
        const step = nextRollingStep(before);
        const most = Math.floor((desired * before.maximumPercent) / 100);
        expect(step.target + source.requested).toBeLessThanOrEqual(Math.max(target.requested + source.requested, most));
        // The unhealthy are stopped first.
        const left = target.healthy + Math.min(source.healthy, step.source);
        const least = Math.ceil((desired * before.minimumHealthyPercent) / 100);
        expect(left).toBeGreaterThanOrEqual(Math.min(target.healthy + source.healthy, least));
        expect(step.target).toBeGreaterThanOrEqual(target.requested);
        expect(step.target).toBeLessThanOrEqual(desired);
        expect(step.source).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
