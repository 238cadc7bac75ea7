import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { CreateClusterCommand, CreateServiceCommand, DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { CreateTableCommand, DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeRulesCommand,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { SlipwayError, abortAfter, poll } from '@slipway/core';
import { systemClock } from '@slipway/runtime';
import type { Aws } from './aws.js';

/** The name of the service, its repository and its container's image everywhere. */
export const SERVICE = 'hello-service';
export const CONTAINER = 'hello';
const CONTAINER_PORT = 8080;
const DESIRED_COUNT = 2;

/** Seconds and minutes of AWS. Long enough that a busy laptop is not taken for a sick service. */
const HEALTH_INTERVAL_SECONDS = 15;
const HEALTH_TIMEOUT_SECONDS = 10;
const HEALTH_GRACE_SECONDS = 60;
const DEREGISTRATION_SECONDS = 60;

/** What a team's infrastructure code sets up once for an environment, before anything is delivered to it. */
export interface Environment {
  /** The cluster's name too. */
  readonly name: string;
  /** Where users reach the service. */
  readonly url: string;
  readonly listenerArn: string;
  readonly productionRule: string;
  readonly testRule: string;
  readonly targetGroups: readonly [string, string];
  /** The DynamoDB table with the service's state. */
  readonly table: string;
}

/** createRepository makes a service's repository of the registry, that all environments share. */
export async function createRepository(aws: Aws, repositoryName: string = SERVICE): Promise<void> {
  await aws.ecr.send(new CreateRepositoryCommand({ repositoryName }));
}

/** createEnvironment makes a cluster, a load balancer with two target groups and two listeners, and a table. */
export async function createEnvironment(aws: Aws, name: string): Promise<Environment> {
  const table = `${SERVICE}-${name}`;
  await createTable(aws, table);
  await aws.ecs.send(new CreateClusterCommand({ clusterName: name }));
  const balancer = await aws.elb.send(
    new CreateLoadBalancerCommand({ Name: name, Subnets: ['subnet-a', 'subnet-b'], Scheme: 'internet-facing' }),
  );
  const { LoadBalancerArn = '', DNSName = '' } = balancer.LoadBalancers?.[0] ?? {};
  const blue = await createTargetGroup(aws, `${name}-blue`);
  const green = await createTargetGroup(aws, `${name}-green`);
  const production = await createListener(aws, { LoadBalancerArn, port: 80, blue, green });
  const test = await createListener(aws, { LoadBalancerArn, port: 8443, blue, green });
  return {
    name,
    url: `http://${DNSName}:${production.port}`,
    listenerArn: production.listenerArn,
    productionRule: production.ruleArn,
    testRule: test.ruleArn,
    targetGroups: [blue, green],
    table,
  };
}

async function createTable({ dynamodb }: Aws, name: string): Promise<void> {
  await dynamodb.send(
    new CreateTableCommand({
      TableName: name,
      AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      BillingMode: 'PAY_PER_REQUEST',
    }),
  );
  await poll({
    clock: systemClock,
    intervalMs: 50,
    deadline: systemClock.now() + 10_000,
    look: () => dynamodb.send(new DescribeTableCommand({ TableName: name })),
    done: ({ Table }) => Table?.TableStatus === 'ACTIVE',
  });
}

async function createTargetGroup({ elb }: Aws, name: string): Promise<string> {
  const created = await elb.send(
    new CreateTargetGroupCommand({
      Name: name,
      Protocol: 'HTTP',
      Port: CONTAINER_PORT,
      TargetType: 'ip',
      VpcId: 'vpc-rehearsal',
      HealthCheckPath: '/health',
      HealthCheckIntervalSeconds: HEALTH_INTERVAL_SECONDS,
      HealthCheckTimeoutSeconds: HEALTH_TIMEOUT_SECONDS,
      HealthyThresholdCount: 2,
      UnhealthyThresholdCount: 5,
    }),
  );
  const arn = created.TargetGroups?.[0]?.TargetGroupArn ?? '';
  const delay = { Key: 'deregistration_delay.timeout_seconds', Value: String(DEREGISTRATION_SECONDS) };
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes: [delay] }));
  return arn;
}

interface ListenerWish {
  readonly LoadBalancerArn: string;
  readonly port: number;
  readonly blue: string;
  readonly green: string;
}

async function createListener({ elb }: Aws, { LoadBalancerArn, port, blue, green }: ListenerWish) {
  const created = await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Protocol: 'HTTP',
      Port: port,
      DefaultActions: [
        {
          Type: 'forward',
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: blue, Weight: 100 },
              { TargetGroupArn: green, Weight: 0 },
            ],
          },
        },
      ],
    }),
  );
  const { ListenerArn: listenerArn = '', Port = 0 } = created.Listeners?.[0] ?? {};
  const { Rules } = await elb.send(new DescribeRulesCommand({ ListenerArn: listenerArn }));
  return { listenerArn, port: Port, ruleArn: Rules?.[0]?.RuleArn ?? '' };
}

/** What a service is created with. */
export interface FirstRevision {
  readonly taskDefinition: string;
  /** How long ECS waits after a shift before it takes the old tasks out. */
  readonly bakeMinutes: number;
  /** Real seconds within which it has to be live; a minute when not said, which is hours where minutes pass in seconds. */
  readonly liveWithinSeconds?: number;
  /** The sample application's unless said. */
  readonly service?: string;
  readonly container?: string;
}

const LIVE_WITHIN_SECONDS = 60;

/** createService creates the blue/green service with its first revision and waits until it is steady. */
export async function createService(aws: Aws, environment: Environment, revision: FirstRevision): Promise<void> {
  const [blue, green] = environment.targetGroups;
  const { service = SERVICE, container = CONTAINER } = revision;
  await aws.ecs.send(
    new CreateServiceCommand({
      cluster: environment.name,
      serviceName: service,
      taskDefinition: revision.taskDefinition,
      desiredCount: DESIRED_COUNT,
      launchType: 'FARGATE',
      // Containers boot in real time while minutes pass in seconds.
      healthCheckGracePeriodSeconds: HEALTH_GRACE_SECONDS,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a', 'subnet-b'] } },
      deploymentConfiguration: {
        strategy: 'BLUE_GREEN',
        bakeTimeInMinutes: revision.bakeMinutes,
        deploymentCircuitBreaker: { enable: true, rollback: true },
      },
      loadBalancers: [
        {
          targetGroupArn: blue,
          containerName: container,
          containerPort: CONTAINER_PORT,
          advancedConfiguration: {
            alternateTargetGroupArn: green,
            productionListenerRule: environment.productionRule,
            testListenerRule: environment.testRule,
            roleArn: 'arn:aws:iam::123456789012:role/ecs-infrastructure',
          },
        },
      ],
    }),
  );
  await untilAnswers(aws, environment, { service, withinSeconds: revision.liveWithinSeconds ?? LIVE_WITHIN_SECONDS });
}

/** Live means: ECS counts the tasks, and the production listener answers. */
async function untilAnswers(
  aws: Aws,
  environment: Environment,
  { service, withinSeconds }: { readonly service: string; readonly withinSeconds: number },
): Promise<void> {
  const live = await poll({
    clock: systemClock,
    intervalMs: 200,
    deadline: systemClock.now() + withinSeconds * 1_000,
    look: async () => {
      const { services } = await aws.ecs.send(
        new DescribeServicesCommand({ cluster: environment.name, services: [service] }),
      );
      const steady = services?.[0]?.deployments?.every(({ rolloutState }) => rolloutState === 'COMPLETED') ?? false;
      return services?.[0]?.runningCount === DESIRED_COUNT && steady && (await answers(environment.url));
    },
    done: (isLive) => isLive,
  });
  if (live) return;
  throw new SlipwayError({
    code: 'REHEARSAL_NOT_LIVE',
    message: `The first version did not come up in '${environment.name}' within ${withinSeconds} s.`,
    hint: 'Is the machine busy? Run it again.',
    kind: 'world',
  });
}

/** `/health` is not counted as a call by the service, but it is by the load balancer: the caller knows of it. */
async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(`${url}/health`, { signal: abortAfter(2_000) })).ok;
  } catch {
    return false;
  }
}
