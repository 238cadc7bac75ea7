import type { Service } from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BLUE_GROUP, LOAD_BALANCERS, NETWORK, openStage, PRODUCTION, type EcsStage } from './stage.js';

let stage: EcsStage;
beforeEach(async () => {
  // A crashing revision, for a rollback that finds nothing to go back to.
  stage = await openStage({ simulate: (image) => (image === 'web:crash' ? { exitAfterSeconds: 1, exitCode: 1 } : {}) });
});
afterEach(() => stage.close());

async function create(deploymentConfiguration: object): Promise<string> {
  const { service } = await stage.call<{ service: Service }>('CreateService', {
    cluster: 'staging',
    serviceName: 'web',
    taskDefinition: await stage.register('1'),
    desiredCount: 2,
    launchType: 'FARGATE',
    networkConfiguration: NETWORK,
    loadBalancers: LOAD_BALANCERS,
    deploymentConfiguration,
  });
  return service.currentServiceDeployment ?? '';
}

describe('the first service deployment', () => {
  it.each([
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 } },
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
  ])('goes to 100 percent at once, for nobody else could answer the rest: $strategy', async (configuration) => {
    const arn = await create({ ...configuration, bakeTimeInMinutes: 0 });
    await stage.untilStatus(arn, 'SUCCESSFUL');
    const weights = stage.history(arn).map(({ productionWeight }) => productionWeight);
    expect(new Set(weights)).toEqual(new Set([undefined, 0, 100]));
  });

  it('that never began is nothing to go back to', async () => {
    const first = await create({ strategy: 'ROLLING' });
    await stage.call('StopServiceDeployment', { serviceDeploymentArn: first, stopType: 'ROLLBACK' });
    expect((await stage.untilStatus(first, 'ROLLBACK_FAILED')).startedAt).toBeUndefined();
    const updated = await stage.update({
      taskDefinition: await stage.register('crash'),
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: 0,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
    });
    const second = await stage.untilStatus(updated.currentServiceDeployment ?? '', 'STOPPED', 'ROLLBACK_FAILED');
    expect(second.sourceServiceRevisions).toEqual([]);
    expect(stage.loadBalancing.forwardWeights(PRODUCTION)?.[0]).toEqual({ targetGroupArn: BLUE_GROUP, weight: 100 });
    const images = (await stage.tasks()).flatMap(({ containers }) => containers?.map(({ image }) => image));
    expect(images).not.toContain('web:1');
  });
});
