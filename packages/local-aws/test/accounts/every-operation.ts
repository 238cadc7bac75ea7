import type { LocalAws } from '../../src/index.js';
import { loadModel } from '../../src/schemas/sdk-models.js';
import { createDynamoDb } from '../../src/services/dynamodb.js';
import { REGION, roleArn, type Keys } from './two-accounts.js';

/** The members by which calls name what they are about, each with a resource of an account's. */
const named = (account: string): Readonly<Record<string, unknown>> => {
  const ecs = (resource: string) => `arn:aws:ecs:us-east-1:${account}:${resource}`;
  const elb = (resource: string) => `arn:aws:elasticloadbalancing:${REGION}:${account}:${resource}`;
  const [service, task, deployment] = [
    ecs('service/shop/web'),
    ecs('task/shop/1'),
    ecs('service-deployment/shop/web/1'),
  ];
  const group = `arn:aws:logs:${REGION}:${account}:log-group:/shop/web`;
  return {
    ...{ cluster: ecs('cluster/shop'), clusters: [ecs('cluster/shop')], service, services: [service] },
    ...{ task, tasks: [task], taskDefinition: ecs('task-definition/web:1'), resourceArn: service },
    ...{ serviceDeploymentArn: deployment, serviceDeploymentArns: [deployment] },
    ...{ serviceRevisionArns: [ecs('service-revision/shop/web/1')], executionRoleArn: roleArn(account, 'execution') },
    ...{ registryId: account, repositoryName: 'shop/web', repositoryNames: ['shop/web'] },
    ...{ ListenerArn: elb('listener/app/shop/1/2'), ListenerArns: [elb('listener/app/shop/1/2')] },
    ...{ RuleArn: elb('listener-rule/app/shop/1/2/3'), RuleArns: [elb('listener-rule/app/shop/1/2/3')] },
    ...{ TargetGroupArn: elb('targetgroup/web/1'), TargetGroupArns: [elb('targetgroup/web/1')] },
    ...{ LoadBalancerArn: elb('loadbalancer/app/shop/1'), LoadBalancerArns: [elb('loadbalancer/app/shop/1')] },
    ...{ ResourceArns: [elb('targetgroup/web/1')], logGroupIdentifier: group, logGroupIdentifiers: [group] },
    ...{
      TableName: `arn:aws:dynamodb:${REGION}:${account}:table/orders`,
      ResourceArn: group,
      RoleArn: roleArn(account, 'deliver'),
    },
  };
};
/** What tells another account's name, and is no account's without one of the others. */
export const NAMES_ONLY = new Set(['repositoryName', 'repositoryNames']);

/** An operation that local-aws knows, and how it is called. */
export interface Operation {
  readonly service: string;
  readonly operation: string;
  readonly target: string | undefined;
  /** The members that its input has, by the SDK's own model. */
  readonly members: readonly string[];
}

/** operationsOf returns every operation that there is. */
export async function operationsOf(localAws: LocalAws): Promise<readonly Operation[]> {
  const found: Operation[] = [];
  for (const { id, operations, protocol } of localAws.services) {
    const model = await loadModel(id);
    for (const operation of Object.keys(operations)) {
      const given: unknown = model.input(operation);
      const schema = (typeof given === 'function' ? (given as () => unknown)() : given) as readonly unknown[];
      const target = protocol.kind === 'json' ? `${protocol.targetPrefix}.${operation}` : undefined;
      found.push({ service: id, operation, target, members: (schema[4] ?? []) as string[] });
    }
  }
  const members = ['TableName', 'ResourceArn'];
  for (const operation of createDynamoDb().operations) {
    found.push({ service: 'dynamodb', operation, target: `DynamoDB_20120810.${operation}`, members });
  }
  return found;
}

/** inputOf returns an input that names what is of an account, by every member that can. */
export const inputOf = ({ members }: Operation, account: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(named(account)).filter(([member]) => members.includes(member)));

/** call sends a call in the form of its service, and returns the code of its error, or `none`. */
export async function call(
  localAws: LocalAws,
  operation: Operation,
  { keys, account }: { keys: Keys; account: string },
) {
  const { service, target } = operation;
  const input = inputOf(operation, account);
  const scope = `${keys.accessKeyId}/20260102/${REGION}/${service}/aws4_request`;
  const answer = await fetch(localAws.endpoint, {
    method: 'POST',
    headers: {
      authorization: `AWS4-HMAC-SHA256 Credential=${scope}, SignedHeaders=host, Signature=0`,
      ...(keys.sessionToken === undefined ? {} : { 'x-amz-security-token': keys.sessionToken }),
      ...(target === undefined ? {} : { 'x-amz-target': target, 'content-type': 'application/x-amz-json-1.0' }),
    },
    body: target === undefined ? formOf(operation.operation, input) : JSON.stringify(input),
  });
  await answer.arrayBuffer();
  return localAws.calls().at(-1)?.errorCode ?? 'none';
}

function formOf(operation: string, input: Record<string, unknown>): string {
  const form = new URLSearchParams({ Action: operation, RoleSessionName: 'run-1' });
  if (operation === 'GetCallerIdentity') form.delete('RoleSessionName');
  for (const [name, value] of Object.entries(input)) {
    if (Array.isArray(value)) value.forEach((one, index) => form.set(`${name}.member.${index + 1}`, String(one)));
    else form.set(name, String(value));
  }
  return form.toString();
}

export const DENIED = ['AccessDenied', 'AccessDeniedException'];
