import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LOAD_BALANCERS, NETWORK, openStage, PRODUCTION, type EcsStage } from './stage.js';

let on: EcsStage;

beforeAll(async () => {
  on = await openStage();
  await on.createService('1');
});

afterAll(async () => {
  await on.close();
});

async function errorOf(operation: string, input: object): Promise<{ code: string; message: string }> {
  try {
    await on.call(operation, input);
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error(`${operation} did not fail`);
}

const service = { cluster: 'staging', serviceName: 'other', taskDefinition: 'web', networkConfiguration: NETWORK };
const blueGreen = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 };
const container = { name: 'app', image: 'web:1', memory: 64 };
const configured = (deploymentConfiguration: object) => ({
  cluster: 'staging',
  service: 'web',
  deploymentConfiguration,
});
const hook = (hook: object) => configured({ lifecycleHooks: [hook] });

describe('errors', () => {
  it.each<[string, object, string, RegExp]>([
    ['DescribeServices', { cluster: 'nowhere', services: ['web'] }, 'ClusterNotFoundException', /Cluster not found/],
    ['UpdateService', { cluster: 'staging', service: 'nobody' }, 'ServiceNotFoundException', /Service not found/],
    ['UpdateService', { cluster: 'staging' }, 'InvalidParameterException', /service/],
    [
      'UpdateService',
      { cluster: 'staging', service: 'web', colour: 'blue' },
      'InvalidParameterException',
      /Unknown parameter: colour/,
    ],
    [
      'UpdateService',
      { cluster: 'staging', service: 'web', desiredCount: '2' },
      'InvalidParameterException',
      /desiredCount/,
    ],
    [
      'UpdateService',
      { cluster: 'staging', service: 'web', desiredCount: -1 },
      'InvalidParameterException',
      /desiredCount/,
    ],
    [
      'UpdateService',
      { cluster: 'staging', service: 'web', taskDefinition: 'web:99' },
      'ClientException',
      /TaskDefinition not found/,
    ],
    [
      'UpdateService',
      { cluster: 'staging', service: 'web', deploymentController: { type: 'CODE_DEPLOY' } },
      'InvalidParameterException',
      /CODE_DEPLOY/,
    ],
    ['UpdateService', configured({ strategy: 'PURPLE' }), 'InvalidParameterException', /PURPLE/],
    ['UpdateService', configured({ bakeTimeInMinutes: 1441 }), 'InvalidParameterException', /bakeTimeInMinutes/],
    ['UpdateService', configured({ bakeTime: 1 }), 'InvalidParameterException', /deploymentConfiguration.bakeTime\b/],
    [
      'UpdateService',
      configured({ canaryConfiguration: { canaryPercent: 10 } }),
      'InvalidParameterException',
      /canaryConfiguration/,
    ],
    [
      'UpdateService',
      configured({ strategy: 'LINEAR', linearConfiguration: { stepPercent: 2 } }),
      'InvalidParameterException',
      /stepPercent/,
    ],
    [
      'UpdateService',
      configured({ alarms: { enable: true, rollback: true, alarmNames: ['a'] } }),
      'InvalidParameterException',
      /alarms/,
    ],
    [
      'UpdateService',
      hook({ hookTargetArn: 'arn', lifecycleStages: ['PRE_SCALE_UP'] }),
      'InvalidParameterException',
      /AWS_LAMBDA/,
    ],
    [
      'UpdateService',
      hook({ targetType: 'PAUSE', lifecycleStages: ['BAKE_TIME'] }),
      'InvalidParameterException',
      /BAKE_TIME/,
    ],
    [
      'UpdateService',
      hook({ targetType: 'PAUSE', lifecycleStages: ['TEST_TRAFFIC_SHIFT'] }),
      'InvalidParameterException',
      /TEST_TRAFFIC_SHIFT/,
    ],
    [
      'UpdateService',
      hook({ targetType: 'PAUSE', lifecycleStages: ['PRE_SCALE_UP'], timeoutConfiguration: { timeoutInMinutes: 0 } }),
      'InvalidParameterException',
      /timeoutInMinutes/,
    ],
    ['CreateService', { ...service, serviceName: 'web' }, 'InvalidParameterException', /idempotent/],
    [
      'CreateService',
      { ...service, networkConfiguration: undefined },
      'InvalidParameterException',
      /Network Configuration/,
    ],
    [
      'CreateService',
      { ...service, deploymentConfiguration: { strategy: 'BLUE_GREEN' } },
      'InvalidParameterException',
      /bakeTimeInMinutes/,
    ],
    [
      'CreateService',
      { ...service, capacityProviderStrategy: [{ capacityProvider: 'FARGATE' }] },
      'InvalidParameterException',
      /capacityProviderStrategy/,
    ],
    [
      'CreateService',
      { ...service, loadBalancers: [{ ...LOAD_BALANCERS[0], containerName: 'sidecar' }] },
      'InvalidParameterException',
      /sidecar does not exist/,
    ],
    [
      'CreateService',
      { ...service, loadBalancers: [{ ...LOAD_BALANCERS[0], containerPort: 81 }] },
      'InvalidParameterException',
      /container port 81/,
    ],
    [
      'CreateService',
      { ...service, loadBalancers: [{ ...LOAD_BALANCERS[0], targetGroupArn: 'arn:gone' }] },
      'InvalidParameterException',
      /arn:gone/,
    ],
    [
      'CreateService',
      {
        ...service,
        deploymentConfiguration: blueGreen,
        loadBalancers: [{ ...LOAD_BALANCERS[0], advancedConfiguration: undefined }],
      },
      'InvalidParameterException',
      /advancedConfiguration/,
    ],
    ['RegisterTaskDefinition', { family: 'a b', containerDefinitions: [container] }, 'ClientException', /Family/],
    ['RegisterTaskDefinition', { family: 'x', containerDefinitions: [] }, 'ClientException', /empty/],
    [
      'RegisterTaskDefinition',
      { family: 'x', containerDefinitions: [{ name: 'app', image: 'web:1' }] },
      'ClientException',
      /memory/,
    ],
    [
      'RegisterTaskDefinition',
      { family: 'x', requiresCompatibilities: ['FARGATE'], networkMode: 'awsvpc', containerDefinitions: [container] },
      'ClientException',
      /'cpu'/,
    ],
    ['DescribeTaskDefinition', { taskDefinition: 'nothing' }, 'ClientException', /Unable to describe task definition/],
    ['StopServiceDeployment', { serviceDeploymentArn: 'arn:none' }, 'ServiceDeploymentNotFoundException', /not found/],
    [
      'ContinueServiceDeployment',
      { serviceDeploymentArn: 'arn:none', hookId: 'x' },
      'ServiceDeploymentNotFoundException',
      /not found/,
    ],
    ['StopTask', { cluster: 'staging', task: 'f00' }, 'InvalidParameterException', /referenced task/],
    ['ListTasks', { cluster: 'staging', maxResults: 101 }, 'InvalidParameterException', /maxResults/],
    ['ListTasks', { cluster: 'staging', nextToken: 'zzz' }, 'InvalidParameterException', /token/],
    ['TagResource', { resourceArn: 'arn:none', tags: [] }, 'InvalidParameterException', /not found/],
    ['DeleteCluster', { cluster: 'staging' }, 'ClusterContainsServicesException', /Services are active/],
    ['DeleteService', { cluster: 'staging', service: 'web' }, 'InvalidParameterException', /scaled above 0/],
  ])('%s %j is a %s', async (...[operation, input, code, message]) => {
    const error = await errorOf(operation, input);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
  });

  it('are told of what is registered and not run here, when it is to run', async () => {
    const containerDefinitions = [{ ...container, secrets: [{ name: 'A', valueFrom: 'b' }] }];
    await on.call('RegisterTaskDefinition', { family: 'secret', networkMode: 'awsvpc', containerDefinitions });
    for (const [operation, input] of [
      ['CreateService', { ...service, taskDefinition: 'secret' }],
      ['UpdateService', { cluster: 'staging', service: 'web', taskDefinition: 'secret' }],
      ['RunTask', { cluster: 'staging', taskDefinition: 'secret' }],
    ] as const) {
      const error = await errorOf(operation, input);
      expect(error.code).toBe('InvalidParameterException');
      expect(error.message).toMatch(/containerDefinitions\[0\].secrets/);
    }
  });

  it('change nothing', async () => {
    expect((await on.describeService()).deploymentConfiguration).toMatchObject({
      strategy: 'BLUE_GREEN',
      bakeTimeInMinutes: 1,
    });
    expect(on.loadBalancing.forwardWeights(PRODUCTION)?.map(({ weight }) => weight)).toEqual([100, 0]);
  });
});
