import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalAws, type LocalAws } from '../src/index.js';
import { aws, requireAwsCli, type AwsResult } from './aws-command.js';

/** Each command takes a second of a processor, most of it to start. */
const LIMIT_MS = 300_000;

let localAws: LocalAws;
const commands = new Set<string>();

/** Runs a command that has to succeed. */
async function ok(...args: readonly string[]): Promise<Record<string, unknown>> {
  commands.add(args.slice(0, 2).join(' '));
  const { exitCode, json, stderr } = await aws(localAws, ...args);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return json;
}

/** Runs a command with what the CLI's `--query` picks from its output, a text. */
async function picked(query: string, ...args: readonly string[]): Promise<string> {
  commands.add(args.slice(0, 2).join(' '));
  const { exitCode, json, stderr }: AwsResult = await aws(localAws, ...args, '--query', query);
  expect([stderr, exitCode]).toEqual(['', 0]);
  return json as unknown as string;
}

beforeAll(async () => {
  await requireAwsCli();
  localAws = await startLocalAws({ tasks: 'simulated', minuteMs: 1_000, region: 'eu-central-1' });
}, LIMIT_MS);
afterAll(() => localAws?.close());

describe('the AWS CLI, unmodified', () => {
  it(
    'sets up a service behind a load balancer, deploys to it, and takes it down again',
    async () => {
      const group = (name: string) => {
        const args = ['--protocol', 'HTTP', '--port', '80', '--vpc-id', 'vpc-1', '--target-type', 'ip'];
        return picked('TargetGroups[0].TargetGroupArn', 'elbv2', 'create-target-group', '--name', name, ...args);
      };
      const containers = JSON.stringify([{ name: 'web', image: 'web', portMappings: [{ containerPort: 80 }] }]);
      const registering = ['--family', 'web', '--network-mode', 'awsvpc', '--container-definitions', containers];
      const fargate = ['--requires-compatibilities', 'FARGATE', '--cpu', '256', '--memory', '512'];
      const [blue, green, balancer] = await Promise.all([
        group('blue'),
        group('green'),
        picked('LoadBalancers[0].LoadBalancerArn', 'elbv2', 'create-load-balancer', '--name', 'web', '--subnets', 'a'),
        ok('ecs', 'create-cluster', '--cluster-name', 'staging'),
        ok('ecs', 'register-task-definition', ...registering, ...fargate),
      ]);
      const listening = ['--load-balancer-arn', balancer, '--protocol', 'HTTP', '--port', '18080'];
      const forward = `Type=forward,TargetGroupArn=${blue}`;
      const listener = await picked(
        'Listeners[0].ListenerArn',
        ...['elbv2', 'create-listener', ...listening, '--default-actions', forward],
      );
      const weighted = {
        Type: 'forward',
        ForwardConfig: {
          TargetGroups: [
            { TargetGroupArn: blue, Weight: 90 },
            { TargetGroupArn: green, Weight: 10 },
          ],
          TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 60 },
        },
      };
      const condition = 'Field=query-string,QueryStringConfig={Values=[{Key=colour,Value=green}]}';
      const rule = await picked(
        'Rules[0].RuleArn',
        ...['elbv2', 'create-rule', '--listener-arn', listener, '--priority', '10'],
        ...['--conditions', condition, '--actions', JSON.stringify([weighted])],
      );
      const awsvpc = 'awsvpcConfiguration={subnets=[a],securityGroups=[b]}';
      const balancing = `targetGroupArn=${blue},containerName=web,containerPort=80`;
      await ok(
        ...['ecs', 'create-service', '--cluster', 'staging', '--service-name', 'web', '--task-definition', 'web'],
        ...['--desired-count', '2', '--launch-type', 'FARGATE', '--network-configuration', awsvpc],
        ...['--load-balancers', balancing],
      );
      const named = ['--cluster', 'staging', '--services', 'web'];
      const [health, rules] = await Promise.all([
        ok('elbv2', 'describe-target-health', '--target-group-arn', blue),
        ok('elbv2', 'describe-rules', '--rule-arns', rule),
        ok('ecs', 'wait', 'services-stable', ...named),
      ]);
      expect(health).toHaveProperty('TargetHealthDescriptions');
      expect(rules).toMatchObject({ Rules: [{ Priority: '10', Actions: [weighted] }] });

      await ok('ecs', 'update-service', '--cluster', 'staging', '--service', 'web', '--force-new-deployment');
      const deployment = await picked(
        'serviceDeployments[0].serviceDeploymentArn',
        ...['ecs', 'list-service-deployments', '--cluster', 'staging', '--service', 'web'],
      );
      const [deployments, services, tasks] = await Promise.all([
        ok('ecs', 'describe-service-deployments', '--service-deployment-arns', deployment),
        ok('ecs', 'describe-services', ...named),
        ok('ecs', 'list-tasks', '--cluster', 'staging', '--service-name', 'web'),
      ]);
      expect(deployments).toMatchObject({ serviceDeployments: [{ serviceDeploymentArn: deployment }] });
      expect(services).toMatchObject({ services: [{ serviceName: 'web', desiredCount: 2 }], failures: [] });
      const [task = ''] = (tasks as { taskArns: string[] }).taskArns;
      const [described, definition] = await Promise.all([
        ok('ecs', 'describe-tasks', '--cluster', 'staging', '--tasks', task),
        ok('ecs', 'describe-task-definition', '--task-definition', 'web'),
        ok('ecs', 'list-task-definitions', '--family-prefix', 'web'),
        ok('ecs', 'list-services', '--cluster', 'staging'),
        ok('elbv2', 'modify-rule', '--rule-arn', rule, '--actions', forward),
        ok('elbv2', 'describe-load-balancers', '--load-balancer-arns', balancer),
      ]);
      expect(described).toMatchObject({ tasks: [{ taskArn: task }] });
      expect(definition).toMatchObject({ taskDefinition: { family: 'web', revision: 1 } });

      await ok('ecs', 'delete-service', '--cluster', 'staging', '--service', 'web', '--force');
      await ok('ecs', 'wait', 'services-inactive', ...named);
      await ok('elbv2', 'delete-rule', '--rule-arn', rule);
      await ok('elbv2', 'delete-load-balancer', '--load-balancer-arn', balancer);
      await ok('elbv2', 'delete-target-group', '--target-group-arn', green);
    },
    LIMIT_MS,
  );

  it(
    'reads and writes metrics, alarms and logs',
    async () => {
      const metric = ['--namespace', 'Shop', '--metric-name', 'Errors'];
      const alarm = ['--statistic', 'Sum', '--period', '60', '--evaluation-periods', '1', '--threshold', '5'];
      await Promise.all([
        ok('cloudwatch', 'put-metric-data', ...metric, '--value', '1'),
        ok(
          ...['cloudwatch', 'put-metric-alarm', '--alarm-name', 'errors', ...metric, ...alarm],
          ...['--comparison-operator', 'GreaterThanThreshold'],
        ),
        ok('logs', 'create-log-group', '--log-group-name', '/shop'),
      ]);
      await ok('logs', 'create-log-stream', '--log-group-name', '/shop', '--log-stream-name', 'a');
      const event = `timestamp=${Date.now()},message=hello`;
      const stream = ['--log-group-name', '/shop', '--log-stream-name', 'a'];
      await ok('logs', 'put-log-events', ...stream, '--log-events', event);
      const [alarms, events, metrics] = await Promise.all([
        ok('cloudwatch', 'describe-alarms', '--alarm-names', 'errors'),
        ok('logs', 'get-log-events', ...stream),
        ok('cloudwatch', 'list-metrics', '--namespace', 'Shop'),
      ]);
      expect(alarms).toMatchObject({ MetricAlarms: [{ AlarmName: 'errors' }] });
      expect(events).toMatchObject({ events: [{ message: 'hello' }] });
      expect(metrics).toMatchObject({ Metrics: [{ Namespace: 'Shop', MetricName: 'Errors' }] });
    },
    LIMIT_MS,
  );

  it(
    'reads what has another form: tokens, tables, errors of JSON services',
    async () => {
      const [token, tables, missing] = await Promise.all([
        ok('ecr', 'get-authorization-token'),
        ok('dynamodb', 'list-tables'),
        aws(localAws, 'ecr', 'describe-images', '--repository-name', 'none'),
      ]);
      expect(token).toMatchObject({ authorizationData: [{ proxyEndpoint: localAws.endpoint }] });
      expect(tables).toEqual({ TableNames: [] });
      expect(missing.stderr).toContain('(RepositoryNotFoundException)');
    },
    LIMIT_MS,
  );

  it('was asked at least 20 different commands', () => {
    expect(commands.size).toBeGreaterThanOrEqual(20);
  });
});
