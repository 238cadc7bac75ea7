import { Agent, createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ClusterNotFoundException,
  ContinueServiceDeploymentCommand,
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  ListTasksCommand,
  RegisterTaskDefinitionCommand,
  ServiceDeploymentNotFoundException,
  StopServiceDeploymentCommand,
  UpdateServiceCommand,
  waitUntilServicesStable,
  type ServiceDeployment,
} from '@aws-sdk/client-ecs';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { createCallLog } from '../../src/call-record.js';
import { createApi } from '../../src/http/api.js';
import { oneAccount } from '../one-account.js';
import { createResponseCheck } from '../../src/schemas/response-check.js';
import { createEcsService } from '../../src/services/ecs/index.js';
import { createElbv2Service } from '../../src/services/elbv2/index.js';
import { createTaskEngine } from '../../src/tasks/index.js';
import type { World } from '../../src/world.js';
import { createWorldTime } from '../../src/world-time.js';

const world: World = {
  accountId: '123456789012',
  region: 'us-east-1',
  time: createWorldTime(2_000),
  draining: true,
  instanceId: `sdk-${process.pid}`,
  endpointForTasks: () => undefined,
};

const elbv2 = createElbv2Service(world);
const taskEngine = createTaskEngine({ kind: 'simulated', world, simulate: () => ({ slowMs: 5 }) });
const ecsService = createEcsService({ world, loadBalancing: elbv2.loadBalancing, taskEngine });

let server: Server;
let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
let traffic: Traffic;
let rules: { production: string; test: string };
let groups: string[];

beforeAll(async () => {
  const api = createApi({
    ...oneAccount({ accountId: world.accountId, region: world.region, services: [ecsService, elbv2] }),
    log: createCallLog(),
    check: createResponseCheck(),
  });
  server = createServer((call, response) => void api(call, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = {
    endpoint,
    region: world.region,
    credentials: { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' },
  };
  ecs = new ECSClient(options);
  elb = new ElasticLoadBalancingV2Client(options);
  await buildLoadBalancer();
});

afterAll(async () => {
  ecs.destroy();
  elb.destroy();
  await ecsService.close();
  await elbv2.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function buildLoadBalancer(): Promise<void> {
  const balancer = (await elb.send(new CreateLoadBalancerCommand({ Name: 'web', Subnets: ['subnet-1', 'subnet-2'] })))
    .LoadBalancers?.[0];
  const group = async (Name: string): Promise<string> => {
    const health = { HealthCheckPath: '/health', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 };
    const made = await elb.send(
      new CreateTargetGroupCommand({ Name, Protocol: 'HTTP', Port: 8080, VpcId: 'vpc-1', TargetType: 'ip', ...health }),
    );
    const arn = made.TargetGroups?.[0]?.TargetGroupArn ?? '';
    const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }];
    await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes }));
    return arn;
  };
  groups = [await group('one'), await group('two')];
  const TargetGroups = groups.map((TargetGroupArn, index) => ({ TargetGroupArn, Weight: index === 0 ? 100 : 0 }));
  const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  const listener = async (Port: number) =>
    (
      await elb.send(
        new CreateListenerCommand({
          LoadBalancerArn: balancer?.LoadBalancerArn,
          Protocol: 'HTTP',
          Port,
          DefaultActions: Actions,
        }),
      )
    ).Listeners?.[0];
  const [production, test] = [await listener(80), await listener(8081)];
  const rule = async (ListenerArn: string | undefined): Promise<string> => {
    const Conditions = [{ Field: 'path-pattern', Values: ['/*'] }];
    return (
      (await elb.send(new CreateRuleCommand({ ListenerArn, Priority: 1, Conditions, Actions }))).Rules?.[0]?.RuleArn ??
      ''
    );
  };
  rules = { production: await rule(production?.ListenerArn), test: await rule(test?.ListenerArn) };
  traffic = new Traffic(balancer?.DNSName ?? '', production?.Port ?? 0);
}

/** Keep-alive clients that never retry, and count what they get. */
class Traffic {
  readonly byImage = new Map<string, number>();
  readonly failures: string[] = [];
  readonly #url: string;
  readonly #agent = new Agent({ keepAlive: true });
  #clients: Promise<void>[] = [];
  #running = false;

  constructor(host: string, port: number) {
    this.#url = `http://${host}:${port}/`;
  }

  start(): void {
    this.#running = true;
    this.#clients = Array.from({ length: 8 }, () => this.#client());
  }

  async stop(): Promise<void> {
    this.#running = false;
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async #client(): Promise<void> {
    while (this.#running) {
      await this.#once().then(
        (image) => this.byImage.set(image, (this.byImage.get(image) ?? 0) + 1),
        (error: unknown) => this.failures.push(String(error)),
      );
    }
  }

  #once(): Promise<string> {
    return new Promise((resolve, reject) => {
      const call = request(this.#url, { agent: this.#agent, timeout: 2_000 }, (answer) => {
        let body = '';
        answer.on('data', (chunk: Buffer) => (body += chunk.toString()));
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve((JSON.parse(body) as { image: string }).image);
          else reject(new Error(`${String(answer.statusCode)} ${body}`));
        });
      });
      call.on('timeout', () => call.destroy(new Error('timeout')));
      call.on('error', reject);
      call.end();
    });
  }
}

async function register(version: string): Promise<string> {
  const containerDefinitions = [{ name: 'app', image: `web:${version}`, portMappings: [{ containerPort: 8080 }] }];
  const registered = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: 'web',
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions,
    }),
  );
  return registered.taskDefinition?.taskDefinitionArn ?? '';
}

async function describeDeployment(arn: string | undefined): Promise<ServiceDeployment> {
  const serviceDeploymentArns = [arn ?? ''];
  const described = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  return described.serviceDeployments?.[0] ?? {};
}

async function untilDeployment(arn: string | undefined, holds: (deployment: ServiceDeployment) => boolean) {
  for (;;) {
    const deployment = await describeDeployment(arn);
    if (holds(deployment)) return deployment;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function productionWeights(): Promise<(number | undefined)[]> {
  const described = await elb.send(new DescribeRulesCommand({ RuleArns: [rules.production] }));
  return described.Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroups?.map(({ Weight }) => Weight) ?? [];
}

describe('ECS with the unmodified SDK, before a real load balancer', () => {
  it('creates a service that gets stable', async () => {
    await ecs.send(new CreateClusterCommand({ clusterName: 'staging' }));
    const [one, two] = groups;
    const created = await ecs.send(
      new CreateServiceCommand({
        cluster: 'staging',
        serviceName: 'web',
        taskDefinition: await register('1'),
        desiredCount: 2,
        launchType: 'FARGATE',
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
        deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
        loadBalancers: [
          {
            targetGroupArn: one,
            containerName: 'app',
            containerPort: 8080,
            advancedConfiguration: {
              alternateTargetGroupArn: two,
              productionListenerRule: rules.production,
              testListenerRule: rules.test,
              roleArn: 'arn:aws:iam::123456789012:role/ecs',
            },
          },
        ],
      }),
    );
    expect(created.service?.createdAt).toBeInstanceOf(Date);
    await untilDeployment(created.service?.currentServiceDeployment, ({ status }) => status === 'SUCCESSFUL');
    const waited = await waitUntilServicesStable(
      { client: ecs, minDelay: 1, maxWaitTime: 10 },
      { cluster: 'staging', services: ['web'] },
    );
    expect(waited.state).toBe('SUCCESS');
  });

  it('shifts from blue to green with a pause in between, and no request fails', async () => {
    traffic.start();
    const update = await ecs.send(
      new UpdateServiceCommand({
        cluster: 'staging',
        service: 'web',
        taskDefinition: await register('2'),
        deploymentConfiguration: {
          bakeTimeInMinutes: 0,
          lifecycleHooks: [
            {
              targetType: 'PAUSE',
              lifecycleStages: ['POST_TEST_TRAFFIC_SHIFT'],
              timeoutConfiguration: { timeoutInMinutes: 60, action: 'ROLLBACK' },
            },
          ],
        },
      }),
    );
    const arn = update.service?.currentServiceDeployment;
    const waiting = ({ lifecycleHookDetails }: ServiceDeployment) =>
      lifecycleHookDetails?.[0]?.status === 'AWAITING_ACTION';
    const paused = await untilDeployment(arn, waiting);
    expect(paused.lifecycleHookDetails?.[0]?.expiresAt).toBeInstanceOf(Date);
    expect(await productionWeights()).toEqual([100, 0]);
    expect([...traffic.byImage.keys()]).toEqual(['web:1']);
    const hookId = paused.lifecycleHookDetails?.[0]?.hookId;
    await ecs.send(new ContinueServiceDeploymentCommand({ serviceDeploymentArn: arn, hookId, action: 'CONTINUE' }));
    const done = await untilDeployment(arn, ({ status }) => status !== 'IN_PROGRESS' && status !== 'PENDING');
    await traffic.stop();
    expect(done.status).toBe('SUCCESSFUL');
    expect(await productionWeights()).toEqual([0, 100]);
    expect(traffic.failures).toEqual([]);
    expect([...traffic.byImage.keys()].sort()).toEqual(['web:1', 'web:2']);
    const health = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: groups[0] }));
    expect(health.TargetHealthDescriptions).toEqual([]);
  });

  it('tells which tasks run, and throws the SDK’s own exceptions', async () => {
    const { taskArns } = await ecs.send(new ListTasksCommand({ cluster: 'staging', serviceName: 'web' }));
    const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster: 'staging', tasks: taskArns }));
    expect(tasks?.map(({ containers }) => containers?.[0]?.image)).toEqual(['web:2', 'web:2']);
    expect(tasks?.[0]?.startedAt).toBeInstanceOf(Date);
    await expect(
      ecs.send(new DescribeServicesCommand({ cluster: 'nowhere', services: ['web'] })),
    ).rejects.toBeInstanceOf(ClusterNotFoundException);
    await expect(
      ecs.send(new StopServiceDeploymentCommand({ serviceDeploymentArn: 'arn:none', stopType: 'ROLLBACK' })),
    ).rejects.toBeInstanceOf(ServiceDeploymentNotFoundException);
  });
});
