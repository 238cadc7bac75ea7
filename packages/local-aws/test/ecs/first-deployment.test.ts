import {
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  type DeploymentConfiguration,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openFaultScene, type FaultScene } from '../fault-runs/scene.js';
import { readTruth } from '../fault-runs/state.js';

let scene: FaultScene;
beforeEach(async () => {
  scene = await openFaultScene();
});
afterEach(() => scene.close());

async function create(deploymentConfiguration: DeploymentConfiguration): Promise<string> {
  const { targetGroups, productionRule, testRule, taskDefinitions } = scene;
  const { service } = await scene.ecs.send(
    new CreateServiceCommand({
      cluster: 'staging',
      serviceName: 'web',
      taskDefinition: taskDefinitions[0],
      desiredCount: 2,
      launchType: 'FARGATE',
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
      deploymentConfiguration,
      loadBalancers: [
        {
          targetGroupArn: targetGroups[0],
          containerName: 'app',
          containerPort: 8080,
          advancedConfiguration: {
            alternateTargetGroupArn: targetGroups[1],
            productionListenerRule: productionRule,
            testListenerRule: testRule,
            roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
          },
        },
      ],
    }),
  );
  return service?.currentServiceDeployment ?? '';
}

async function ended(arn: string): Promise<ServiceDeployment> {
  await scene.time.advance(3_600);
  const asked = new DescribeServiceDeploymentsCommand({ serviceDeploymentArns: [arn] });
  return (await scene.ecs.send(asked)).serviceDeployments?.[0] ?? {};
}

describe('the first service deployment', () => {
  it.each<DeploymentConfiguration>([
    { strategy: 'LINEAR', linearConfiguration: { stepPercent: 50, stepBakeTimeInMinutes: 1 } },
    { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 10, canaryBakeTimeInMinutes: 1 } },
  ])('goes to 100 percent at once, for nobody else could answer the rest: $strategy', async (configuration) => {
    expect(await ended(await create({ ...configuration, bakeTimeInMinutes: 0 }))).toMatchObject({
      status: 'SUCCESSFUL',
    });
    const [history] = readTruth(scene.localAws).services.flatMap(({ serviceDeployments }) =>
      serviceDeployments.map((deployment) => deployment.history as readonly { productionWeight?: number }[]),
    );
    const weights = history?.map(({ productionWeight }) => productionWeight);
    expect(new Set(weights)).toEqual(new Set([undefined, 0, 100]));
  });

  it('that never began is nothing to go back to', async () => {
    const first = await create({ strategy: 'ROLLING' });
    await scene.ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: first, stopType: 'ROLLBACK' }));
    const stopped = await ended(first);
    expect(stopped).toMatchObject({ status: 'ROLLBACK_FAILED' });
    expect(stopped.startedAt).toBeUndefined();
    const { service } = await scene.ecs.send(
      new UpdateServiceCommand({
        cluster: 'staging',
        service: 'web',
        // Its image cannot be pulled.
        taskDefinition: scene.taskDefinitions[6],
        deploymentConfiguration: {
          strategy: 'BLUE_GREEN',
          bakeTimeInMinutes: 0,
          deploymentCircuitBreaker: { enable: true, rollback: true },
        },
      }),
    );
    const second = await ended(service?.currentServiceDeployment ?? '');
    expect(second).toMatchObject({ sourceServiceRevisions: [] });
    expect(second.status).toMatch(/^(STOPPED|ROLLBACK_FAILED)$/);
    const { tasks } = readTruth(scene.localAws);
    const never = scene.taskDefinitions[0];
    expect(tasks.filter(({ taskDefinitionArn }) => taskDefinitionArn === never)).toEqual([]);
  });
});
