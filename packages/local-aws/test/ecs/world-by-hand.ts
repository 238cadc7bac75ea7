import type { DeploymentConfiguration, Service, ServiceDeployment, Task } from '@aws-sdk/client-ecs';
import { createManualTime, startLocalAws, type LocalAws, type ManualTime, type Simulate } from '../../src/index.js';

const CONTEXT = { accountId: '123456789012', region: 'us-east-1', accessKeyId: 'AKIDTEST', requestId: 'request' };
const IN_SERVICE = { cluster: 'staging', service: 'web' };

/** A service behind a real load balancer on simulated tasks, in a world whose time goes on by hand. */
export interface WorldByHand {
  readonly localAws: LocalAws;
  readonly time: ManualTime;
  /** Calls an operation of a service of local-aws without HTTP between. */
  call<Output = Record<string, unknown>>(service: string, operation: string, input?: object): Promise<Output>;
  /** Registers `web` with the image `web:<version>`; returns the ARN. */
  register(version: string, container?: object): Promise<string>;
  /** Starts a deployment of a version and returns the ARN of the service deployment. */
  deploy(version: string, input?: object): Promise<string>;
  update(input: object): Promise<Service>;
  deployment(arn: string): Promise<ServiceDeployment>;
  service(): Promise<Service>;
  tasks(desiredStatus?: 'RUNNING' | 'STOPPED'): Promise<Task[]>;
  /** Where the load balancer answers production traffic. */
  readonly productionUrl: string;
  /** The weights of the production rule, of the first and the second target group. */
  weights(): Promise<number[]>;
  /** Lets time go on until the deployment has one of the statuses. */
  until(arn: string, ...statuses: string[]): Promise<ServiceDeployment>;
  /** Lets time go on until the deployment waits at a hook; returns its id. */
  untilPaused(arn: string): Promise<string>;
}

export interface WorldByHandOptions {
  readonly simulate?: Simulate;
  readonly desiredCount?: number;
  readonly deploymentConfiguration?: DeploymentConfiguration;
  readonly container?: object;
}

interface Elb {
  readonly TargetGroups: readonly { TargetGroupArn: string }[];
  readonly LoadBalancers: readonly { LoadBalancerArn: string; DNSName: string }[];
  readonly Listeners: readonly { ListenerArn: string; Port: number }[];
  readonly Rules: readonly {
    RuleArn: string;
    Actions: readonly { ForwardConfig: { TargetGroups: readonly { TargetGroupArn: string; Weight: number }[] } }[];
  }[];
}

/** openWorldByHand starts the world and its service `web`, of version 1, and waits until that is live. */
export async function openWorldByHand(options: WorldByHandOptions = {}): Promise<WorldByHand> {
  const time = createManualTime({ startsAt: new Date('2026-01-01T00:00:00Z') });
  const { simulate } = options;
  const localAws = await startLocalAws({ tasks: 'simulated', time, ...(simulate ? { simulate } : {}) });
  const call: WorldByHand['call'] = async <Output>(id: string, operation: string, input: object = {}) => {
    const run = localAws.services.find((service) => service.id === id)?.operations[operation];
    if (!run) throw new Error(`no operation ${id}:${operation}`);
    return (await run(input as Record<string, unknown>, CONTEXT)) as Output;
  };
  const elb = (operation: string, input: object): Promise<Elb> => call('elasticloadbalancing', operation, input);
  const routes = await createRoutes(elb);
  const world = worldOf({ localAws, time, call, elb, routes });
  await call('ecs', 'CreateCluster', { clusterName: 'staging' });
  const { service } = await call<{ service: Service }>('ecs', 'CreateService', {
    cluster: 'staging',
    serviceName: 'web',
    taskDefinition: await world.register('1', options.container),
    desiredCount: options.desiredCount ?? 2,
    launchType: 'FARGATE',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    loadBalancers: [loadBalancerOf(routes)],
    deploymentConfiguration: options.deploymentConfiguration ?? { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 30 },
  });
  await world.until(service.currentServiceDeployment ?? '', 'SUCCESSFUL');
  return world;
}

interface Routes {
  readonly blue: string;
  readonly green: string;
  readonly production: string;
  readonly test: string;
  readonly productionUrl: string;
}

async function createRoutes(elb: (operation: string, input: object) => Promise<Elb>): Promise<Routes> {
  const group = async (name: string): Promise<string> => {
    const wanted = { Name: name, Protocol: 'HTTP', Port: '8080', TargetType: 'ip', VpcId: 'vpc-1' };
    return (await elb('CreateTargetGroup', wanted)).TargetGroups[0]?.TargetGroupArn ?? '';
  };
  const [blue, green] = [await group('blue'), await group('green')];
  const { LoadBalancers } = await elb('CreateLoadBalancer', { Name: 'lb', Subnets: ['subnet-1', 'subnet-2'] });
  const route = async (port: string): Promise<{ rule: string; url: string }> => {
    const TargetGroups = [
      { TargetGroupArn: blue, Weight: '100' },
      { TargetGroupArn: green, Weight: '0' },
    ];
    const { Listeners } = await elb('CreateListener', {
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [{ Type: 'forward', ForwardConfig: { TargetGroups } }],
    });
    const { Rules } = await elb('DescribeRules', { ListenerArn: Listeners[0]?.ListenerArn });
    const url = `http://${LoadBalancers[0]?.DNSName ?? ''}:${Listeners[0]?.Port ?? 0}/`;
    return { rule: Rules[0]?.RuleArn ?? '', url };
  };
  const [production, test] = [await route('80'), await route('8080')];
  return { blue, green, production: production.rule, test: test.rule, productionUrl: production.url };
}

function loadBalancerOf({ blue, green, production, test }: Routes): object {
  return {
    targetGroupArn: blue,
    containerName: 'app',
    containerPort: 8080,
    advancedConfiguration: {
      alternateTargetGroupArn: green,
      productionListenerRule: production,
      testListenerRule: test,
      roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
    },
  };
}

interface WorldParts extends Pick<WorldByHand, 'localAws' | 'time' | 'call'> {
  readonly elb: (operation: string, input: object) => Promise<Elb>;
  readonly routes: Routes;
}

function worldOf({ localAws, time, call, elb, routes }: WorldParts): WorldByHand {
  const ecs = <Output>(operation: string, input: object): Promise<Output> => call('ecs', operation, input);
  const world: WorldByHand = {
    localAws,
    time,
    call,
    productionUrl: routes.productionUrl,
    async register(version, container = {}) {
      const app = { name: 'app', image: `web:${version}`, memory: 64, portMappings: [{ containerPort: 8080 }] };
      const { taskDefinition } = await ecs<{ taskDefinition: { taskDefinitionArn: string } }>(
        'RegisterTaskDefinition',
        { family: 'web', networkMode: 'awsvpc', containerDefinitions: [{ ...app, ...container }] },
      );
      return taskDefinition.taskDefinitionArn;
    },
    async deploy(version, input = {}) {
      const taskDefinition = await world.register(version);
      return (await world.update({ taskDefinition, ...input })).currentServiceDeployment ?? '';
    },
    update: async (input) => (await ecs<{ service: Service }>('UpdateService', { ...IN_SERVICE, ...input })).service,
    async deployment(arn) {
      const answer = await ecs<{ serviceDeployments: ServiceDeployment[] }>('DescribeServiceDeployments', {
        serviceDeploymentArns: [arn],
      });
      return answer.serviceDeployments[0] as ServiceDeployment;
    },
    async service() {
      const input = { cluster: 'staging', services: ['web'] };
      return (await ecs<{ services: Service[] }>('DescribeServices', input)).services[0] as Service;
    },
    async tasks(desiredStatus = 'RUNNING') {
      const { taskArns } = await ecs<{ taskArns: string[] }>('ListTasks', { cluster: 'staging', desiredStatus });
      if (taskArns.length === 0) return [];
      return (await ecs<{ tasks: Task[] }>('DescribeTasks', { cluster: 'staging', tasks: taskArns })).tasks;
    },
    async weights() {
      const { Rules } = await elb('DescribeRules', { RuleArns: [routes.production] });
      const weights = new Map(
        Rules[0]?.Actions[0]?.ForwardConfig.TargetGroups.map((group) => [group.TargetGroupArn, Number(group.Weight)]),
      );
      return [routes.blue, routes.green].map((arn) => weights.get(arn) ?? 0);
    },
    async until(arn, ...statuses) {
      await time.advanceUntil(async () => statuses.includes((await world.deployment(arn)).status ?? ''));
      return world.deployment(arn);
    },
    async untilPaused(arn) {
      const waiting = async () =>
        (await world.deployment(arn)).lifecycleHookDetails?.find(({ status }) => status === 'AWAITING_ACTION');
      await time.advanceUntil(async () => (await waiting()) !== undefined);
      return (await waiting())?.hookId ?? '';
    },
  };
  return world;
}
