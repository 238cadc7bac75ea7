import type { DeploymentConfiguration, Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { createResponseCheck } from '../../src/schemas/response-check.js';
import { createEcsService } from '../../src/services/ecs/index.js';
import type { AwsService } from '../../src/service.js';
import { createTaskEngine, type Simulate, type TaskEngine } from '../../src/tasks/index.js';
import type { World } from '../../src/world.js';
import { createWorldTime } from '../../src/world-time.js';
import { FakeLoadBalancing } from './fake-load-balancing.js';

export const BLUE_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/one/1';
export const GREEN_GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/two/2';
export const PRODUCTION = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/lb/1/2/3';
export const TEST = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:listener-rule/app/lb/1/9/4';

const responses = createResponseCheck();
const CONTEXT = { accountId: '123456789012', region: 'us-east-1', accessKeyId: 'AKIDTEST', requestId: 'request' };

/** What one line of a deployment's history says, for comparing. */
export interface HistoryLine {
  readonly status: string;
  readonly stage?: string;
  readonly productionWeight?: number;
  readonly testWeight?: number;
}

/** An ECS with a cluster, two target groups, two rules, and tasks that are simulated. */
export interface EcsStage {
  readonly ecs: AwsService;
  readonly world: World;
  readonly loadBalancing: FakeLoadBalancing;
  call<Output = Record<string, unknown>>(operation: string, input?: object): Promise<Output>;
  /** Registers a revision of the family `web` whose image is `web:<version>`; returns its ARN. */
  register(version: string, container?: object): Promise<string>;
  createService(version: string, options?: CreateOptions): Promise<Service>;
  update(input: object): Promise<Service>;
  describeService(): Promise<Service>;
  describeDeployment(arn: string): Promise<ServiceDeployment>;
  history(arn: string): HistoryLine[];
  tasks(desiredStatus?: string): Promise<Task[]>;
  /** Resolves when the condition holds; fails the test when it does not within ten seconds. */
  until(what: string, holds: () => Promise<boolean> | boolean): Promise<void>;
  untilStatus(deploymentArn: string, ...statuses: string[]): Promise<ServiceDeployment>;
  close(): Promise<void>;
}

export interface CreateOptions {
  readonly desiredCount?: number;
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly loadBalancers?: object[];
}

export interface StageOptions {
  readonly simulate?: Simulate;
  readonly minuteMs?: number;
  readonly taskEngine?: (world: World) => TaskEngine;
  /** Called whenever ECS looks at the clock, which it does at every change that it records. */
  readonly onNow?: () => void;
}

export const LOAD_BALANCERS = [
  {
    targetGroupArn: BLUE_GROUP,
    containerName: 'app',
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: GREEN_GROUP,
      productionListenerRule: PRODUCTION,
      testListenerRule: TEST,
      roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
    },
  },
];

export const NETWORK = { awsvpcConfiguration: { subnets: ['subnet-1'] } };

export async function openStage(options: StageOptions = {}): Promise<EcsStage> {
  const time = createWorldTime(options.minuteMs ?? 300);
  const now = (): Date => {
    options.onNow?.();
    return time.now();
  };
  const world: World = {
    accountId: CONTEXT.accountId,
    region: CONTEXT.region,
    time: { ...time, now },
    draining: true,
    instanceId: 'test',
    endpointForTasks: () => undefined,
  };
  const loadBalancing = new FakeLoadBalancing();
  loadBalancing.addGroup(BLUE_GROUP);
  loadBalancing.addGroup(GREEN_GROUP);
  for (const rule of [PRODUCTION, TEST]) {
    loadBalancing.addRule(rule, [
      { targetGroupArn: BLUE_GROUP, weight: 100 },
      { targetGroupArn: GREEN_GROUP, weight: 0 },
    ]);
  }
  const taskEngine =
    options.taskEngine?.(world) ??
    createTaskEngine({ kind: 'simulated', world, ...(options.simulate ? { simulate: options.simulate } : {}) });
  const ecs = createEcsService({ world, loadBalancing, taskEngine });
  const stage = stageOf(ecs, world, loadBalancing);
  await stage.call('CreateCluster', { clusterName: 'staging' });
  return stage;
}

function stageOf(ecs: AwsService, world: World, loadBalancing: FakeLoadBalancing): EcsStage {
  const call = async <Output>(operation: string, input: object = {}): Promise<Output> => {
    const run = ecs.operations[operation];
    if (!run) throw new Error(`no operation ${operation}`);
    const output = await run(input as Record<string, unknown>, CONTEXT);
    await responses.output(ecs, operation, output);
    return output as Output;
  };
  const where = { cluster: 'staging', service: 'web' };
  const stage: EcsStage = {
    ecs,
    world,
    loadBalancing,
    call,
    async register(version, container = {}) {
      const { taskDefinition } = await call<{ taskDefinition: { taskDefinitionArn: string } }>(
        'RegisterTaskDefinition',
        {
          family: 'web',
          networkMode: 'awsvpc',
          containerDefinitions: [
            { name: 'app', image: `web:${version}`, memory: 64, portMappings: [{ containerPort: 8080 }], ...container },
          ],
        },
      );
      return taskDefinition.taskDefinitionArn;
    },
    async createService(version, create = {}) {
      const taskDefinition = await stage.register(version);
      const { service } = await call<{ service: Service }>('CreateService', {
        cluster: 'staging',
        serviceName: 'web',
        taskDefinition,
        desiredCount: create.desiredCount ?? 2,
        launchType: 'FARGATE',
        networkConfiguration: NETWORK,
        loadBalancers: create.loadBalancers ?? LOAD_BALANCERS,
        deploymentConfiguration: create.deploymentConfiguration ?? { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 },
      });
      await stage.untilStatus(service.currentServiceDeployment ?? '', 'SUCCESSFUL');
      loadBalancing.events.length = 0;
      return service;
    },
    update: async (input) => (await call<{ service: Service }>('UpdateService', { ...where, ...input })).service,
    async describeService() {
      const { services } = await call<{ services: Service[] }>('DescribeServices', {
        cluster: 'staging',
        services: ['web'],
      });
      return services[0] as Service;
    },
    async describeDeployment(arn) {
      const { serviceDeployments } = await call<{ serviceDeployments: ServiceDeployment[] }>(
        'DescribeServiceDeployments',
        {
          serviceDeploymentArns: [arn],
        },
      );
      return serviceDeployments[0] as ServiceDeployment;
    },
    history: (arn) => historyOf(ecs, arn),
    async tasks(desiredStatus = 'RUNNING') {
      const { taskArns } = await call<{ taskArns: string[] }>('ListTasks', { cluster: 'staging', desiredStatus });
      if (taskArns.length === 0) return [];
      return (await call<{ tasks: Task[] }>('DescribeTasks', { cluster: 'staging', tasks: taskArns })).tasks;
    },
    async until(what, holds) {
      const deadline = Date.now() + 10_000;
      while (!(await holds())) {
        if (Date.now() > deadline)
          throw new Error(`not within ten seconds: ${what}\n${JSON.stringify(ecs.state(), null, 1)}`);
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async untilStatus(arn, ...statuses) {
      await stage.until(`${arn} is ${statuses.join(' or ')}`, async () =>
        statuses.includes((await stage.describeDeployment(arn)).status ?? ''),
      );
      return stage.describeDeployment(arn);
    },
    async close() {
      await ecs.close();
      loadBalancing.close();
    },
  };
  return stage;
}

function historyOf(ecs: AwsService, arn: string): HistoryLine[] {
  const { clusters } = ecs.state() as {
    clusters: { services: { serviceDeployments: { serviceDeploymentArn: string; history: HistoryLine[] }[] }[] }[];
  };
  const deployments = clusters.flatMap(({ services }) =>
    services.flatMap(({ serviceDeployments }) => serviceDeployments),
  );
  return deployments.find(({ serviceDeploymentArn }) => serviceDeploymentArn === arn)?.history ?? [];
}
