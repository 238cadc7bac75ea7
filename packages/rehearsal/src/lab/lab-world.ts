import type { Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import type { LocalAws, ManualTime } from '@slipway/local-aws';
import { REGION } from '../aws.js';
import { CONTAINER, SERVICE } from '../infrastructure.js';
import { createRoutes, type Elb, type Routes } from './lab-routes.js';
import { imageOf, type LabOptions } from './lab-options.js';

/** What a test does to the world and sees of it, beside the deployer. */
export interface LabWorld {
  readonly routes: Routes;
  /** Calls an operation of local-aws without HTTP between. */
  call<Output = Record<string, unknown>>(service: string, operation: string, input?: object): Promise<Output>;
  /** Registers a revision whose tasks behave by its name; returns `family:revision`. */
  register(behaviour: string, container?: object): Promise<string>;
  service(): Promise<Service>;
  /** Newest first. */
  deployments(): Promise<readonly { readonly arn: string; readonly status: string }[]>;
  deployment(arn: string): Promise<ServiceDeployment>;
  update(input: object): Promise<Service>;
  tasks(status?: 'RUNNING' | 'STOPPED'): Promise<readonly Task[]>;
  /** The weights of the production rule that are not 0, with what their group's tasks run. */
  live(): Promise<readonly { readonly targetGroupArn: string; readonly weight: number }[]>;
  /** The images that answer production traffic now, each once. */
  liveImages(): Promise<readonly string[]>;
}

const CONTEXT = { accountId: '123456789012', region: REGION, accessKeyId: 'LAB', requestId: 'lab' };
const WHERE = { cluster: 'staging', service: SERVICE };

/** createWorld makes the service and lets time go on until it is live. */
export async function createWorld(localAws: LocalAws, time: ManualTime, options: LabOptions): Promise<LabWorld> {
  const call: LabWorld['call'] = async <Output>(id: string, operation: string, input: object = {}) => {
    const run = localAws.services.find((service) => service.id === id)?.operations[operation];
    if (!run) throw new Error(`no operation ${id}:${operation}`);
    return (await run(input as Record<string, unknown>, CONTEXT)) as Output;
  };
  const until = (holds: () => Promise<boolean>): Promise<void> => time.advanceUntil(holds);
  return createWorldOver(call, until, options);
}

/** createWorldOver makes the service by calls that reach a local-aws anywhere; `until` waits for it to be live. */
export async function createWorldOver(
  call: LabWorld['call'],
  until: (holds: () => Promise<boolean>) => Promise<void>,
  options: LabOptions,
): Promise<LabWorld> {
  const elb: Elb = (operation, input) => call('elasticloadbalancing', operation, input);
  const routes = await createRoutes(elb);
  const world = worldOf(call, routes, elb);
  await call('ecs', 'CreateCluster', { clusterName: WHERE.cluster });
  const { service } = await call<{ service: Service }>('ecs', 'CreateService', {
    cluster: WHERE.cluster,
    serviceName: SERVICE,
    taskDefinition: await world.register('first'),
    desiredCount: options.desiredCount ?? 2,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    ...(options.isBehindLoadBalancer === false ? {} : { loadBalancers: [loadBalancerOf(routes)] }),
    deploymentConfiguration: options.deploymentConfiguration ?? { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 5 },
  });
  const first = service.currentServiceDeployment ?? '';
  await until(async () => (await world.deployment(first)).status === 'SUCCESSFUL');
  return world;
}

function loadBalancerOf({ blue, green, production, test }: Routes): object {
  return {
    targetGroupArn: blue,
    containerName: CONTAINER,
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: green,
      productionListenerRule: production.rule,
      testListenerRule: test.rule,
      roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
    },
  };
}

function worldOf(call: LabWorld['call'], routes: Routes, elb: Elb): LabWorld {
  const ecs = <Output>(operation: string, input: object): Promise<Output> => call('ecs', operation, input);
  return {
    routes,
    call,
    register: async (behaviour, container = {}) => {
      const ports = { portMappings: [{ containerPort: 8080 }] };
      const hello = { name: CONTAINER, image: imageOf(behaviour), essential: true, ...ports };
      const { taskDefinition } = await ecs<{ taskDefinition: { revision: number } }>('RegisterTaskDefinition', {
        family: SERVICE,
        networkMode: 'awsvpc',
        requiresCompatibilities: ['FARGATE'],
        cpu: '256',
        memory: '512',
        containerDefinitions: [{ ...hello, ...container }],
      });
      return `${SERVICE}:${taskDefinition.revision}`;
    },
    ...looksAt(ecs),
    update: async (input) => (await ecs<{ service: Service }>('UpdateService', { ...WHERE, ...input })).service,
    live: async () => {
      const { Rules } = await elb('DescribeRules', { RuleArns: [routes.production.rule] });
      const groups = Rules[0]?.Actions[0]?.ForwardConfig.TargetGroups ?? [];
      return groups
        .map(({ TargetGroupArn, Weight }) => ({ targetGroupArn: TargetGroupArn, weight: Number(Weight) }))
        .filter(({ weight }) => weight > 0);
    },
    liveImages: () => answersOf(routes.production.url),
  };
}

type Call = <Output>(operation: string, input: object) => Promise<Output>;

function looksAt(ecs: Call): Pick<LabWorld, 'service' | 'deployments' | 'deployment' | 'tasks'> {
  return {
    service: async () => {
      const input = { cluster: WHERE.cluster, services: [SERVICE], include: ['TAGS'] };
      return (await ecs<{ services: Service[] }>('DescribeServices', input)).services[0] as Service;
    },
    deployments: async () => {
      const { serviceDeployments } = await ecs<{
        serviceDeployments: { serviceDeploymentArn: string; status: string }[];
      }>('ListServiceDeployments', WHERE);
      return serviceDeployments.map(({ serviceDeploymentArn: arn, status }) => ({ arn, status }));
    },
    deployment: async (arn) => {
      const answer = await ecs<{ serviceDeployments: ServiceDeployment[] }>('DescribeServiceDeployments', {
        serviceDeploymentArns: [arn],
      });
      return answer.serviceDeployments[0] as ServiceDeployment;
    },
    tasks: async (desiredStatus = 'RUNNING') => {
      const { taskArns } = await ecs<{ taskArns: string[] }>('ListTasks', { cluster: WHERE.cluster, desiredStatus });
      if (taskArns.length === 0) return [];
      return (await ecs<{ tasks: Task[] }>('DescribeTasks', { cluster: WHERE.cluster, tasks: taskArns })).tasks;
    },
  };
}

/** So many requests meet every fleet that gets a tenth of the traffic. */
const REQUESTS = 20;

async function answersOf(url: string): Promise<readonly string[]> {
  const images = new Set<string>();
  for (let at = 0; at < REQUESTS; at += 1) {
    const answer = await fetch(url);
    if (answer.status !== 200) throw new Error(`production answered ${answer.status}`);
    const { image } = (await answer.json()) as { image: string };
    images.add(/\/([\w-]+)@/.exec(image)?.[1] ?? image);
  }
  return [...images].sort();
}
