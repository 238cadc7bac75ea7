import type { NamedCall } from './named-call.js';
import { policyNameOf } from './policy-name.js';

type Input = Readonly<Record<string, unknown>>;
/** How a call's members become the ARNs that AWS holds policies against. */
type Resources = (input: Input, arn: (resource: string) => string) => readonly string[];

/** resourcesOf returns the ARNs that a call is about, or `*` where its action is not told apart by resource. */
export function resourcesOf({ service, operation, input, accountId, region }: NamedCall): readonly string[] {
  const rule = RULES[service];
  const owner = typeof input['registryId'] === 'string' ? input['registryId'] : accountId;
  const prefix = `arn:aws:${policyNameOf(service)}:${region}:${owner}`;
  const found = rule?.(operation)?.(input, (resource) => `${prefix}:${resource}`) ?? [];
  return found.length > 0 ? found : ['*'];
}

/**
 * By service and operation. The service authorization reference is the source; what is missing here is `*`.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
const RULES: Readonly<Record<string, (operation: string) => Resources | undefined>> = {
  ecs: (operation) => (Object.hasOwn(ECS, operation) ? ECS[operation] : undefined),
  ecr: (operation) => (operation === 'GetAuthorizationToken' ? undefined : repositories),
  registry: (operation) => (operation === 'GetAuthorizationToken' ? undefined : repositories),
  logs: (operation) => (operation === 'DescribeLogGroups' ? undefined : logGroups),
  monitoring: (operation) => (ALARM_CHANGES.has(operation) ? alarms : undefined),
  elasticloadbalancing: (operation) =>
    /^(Describe|Create(?!Listener|Rule))/.test(operation) ? undefined : loadBalancing,
  dynamodb: () => tables,
};

const clusterOf = (input: Input): string => afterLast(textOf(input, 'cluster') ?? 'default');

const ecsServices =
  (member: string): Resources =>
  (input, arn) =>
    textsOf(input, member).map((name) => (isArn(name) ? name : arn(`service/${clusterOf(input)}/${name}`)));
const ecsTasks =
  (member: string): Resources =>
  (input, arn) =>
    textsOf(input, member).map((id) => (isArn(id) ? id : arn(`task/${clusterOf(input)}/${id}`)));
const ecsClusters =
  (member: string): Resources =>
  (input, arn) =>
    textsOf(input, member).map((name) => (isArn(name) ? name : arn(`cluster/${name}`)));
const arnsIn =
  (...members: readonly string[]): Resources =>
  (input) =>
    members.flatMap((member) => textsOf(input, member));

const ECS: Readonly<Record<string, Resources>> = {
  CreateService: ecsServices('serviceName'),
  UpdateService: ecsServices('service'),
  DeleteService: ecsServices('service'),
  DescribeServices: ecsServices('services'),
  ListServiceDeployments: ecsServices('service'),
  DescribeTasks: ecsTasks('tasks'),
  StopTask: ecsTasks('task'),
  RunTask: (input, arn) =>
    textsOf(input, 'taskDefinition').map((name) => (isArn(name) ? name : arn(`task-definition/${name}`))),
  DescribeClusters: ecsClusters('clusters'),
  DeleteCluster: ecsClusters('cluster'),
  DescribeServiceDeployments: arnsIn('serviceDeploymentArns'),
  StopServiceDeployment: arnsIn('serviceDeploymentArn'),
  ContinueServiceDeployment: arnsIn('serviceDeploymentArn'),
  DescribeServiceRevisions: arnsIn('serviceRevisionArns'),
  TagResource: arnsIn('resourceArn'),
  UntagResource: arnsIn('resourceArn'),
  ListTagsForResource: arnsIn('resourceArn'),
};

const repositories: Resources = (input, arn) => {
  const names = [...textsOf(input, 'repositoryName'), ...textsOf(input, 'repositoryNames')];
  // Without names, DescribeRepositories asks for all of them.
  return names.length > 0 ? names.map((name) => arn(`repository/${name}`)) : [arn('repository/*')];
};

const logGroups: Resources = (input, arn) =>
  [...textsOf(input, 'logGroupName'), ...textsOf(input, 'logGroupIdentifier'), ...textsOf(input, 'logGroupIdentifiers')]
    .map((name) => (isArn(name) ? name : arn(`log-group:${name}`)))
    .concat(arnsIn('resourceArn')(input, arn));

const ALARM_CHANGES = new Set([
  'PutMetricAlarm',
  'DeleteAlarms',
  'SetAlarmState',
  'EnableAlarmActions',
  'DisableAlarmActions',
]);
const alarms: Resources = (input, arn) =>
  [...textsOf(input, 'AlarmName'), ...textsOf(input, 'AlarmNames')].map((name) => arn(`alarm:${name}`));

const loadBalancing: Resources = arnsIn(
  ...['ListenerArn', 'RuleArn', 'TargetGroupArn', 'LoadBalancerArn', 'ResourceArns'],
);

const tables: Resources = (input, arn) => textsOf(input, 'TableName').map((name) => arn(`table/${name}`));

function textOf(input: Input, member: string): string | undefined {
  return textsOf(input, member)[0];
}

function textsOf(input: Input, member: string): readonly string[] {
  const value = input[member];
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  return values.filter((one): one is string => typeof one === 'string' && one !== '');
}

function isArn(text: string): boolean {
  return text.startsWith('arn:');
}

function afterLast(nameOrArn: string): string {
  return nameOrArn.slice(nameOrArn.lastIndexOf('/') + 1);
}
