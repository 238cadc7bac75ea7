import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Environment } from './infrastructure.js';
import type { Counts } from './report.js';
import type { Stage } from './stage.js';

/** What was counted before a load began. */
export interface Baseline {
  /** Answers of `/health` to whoever waited for the first version too: the service does not count them. */
  readonly loadBalancer: number;
  readonly service: number;
}

/** readBaseline reads what was counted so far. */
export async function readBaseline(stage: Stage, environment: Environment): Promise<Baseline> {
  return {
    loadBalancer: await loadBalancerCount(stage, environment),
    service: await serviceCount(stage, environment),
  };
}

/** countThreeTimes reads how many requests the client, the load balancer and the service itself counted. */
export async function countThreeTimes(
  stage: Stage,
  environment: Environment,
  { client, baseline }: { readonly client: number; readonly baseline: Baseline },
): Promise<Counts> {
  const now = await readBaseline(stage, environment);
  return {
    environment: environment.name,
    client,
    loadBalancer: now.loadBalancer - baseline.loadBalancer,
    service: now.service - baseline.service,
  };
}

async function loadBalancerCount(stage: Stage, environment: Environment): Promise<number> {
  const state = (await stage.localAws.state()) as {
    services: {
      elasticloadbalancing: { loadBalancers: { listeners: { arn: string; requests: { total: number } }[] }[] };
    };
  };
  const listeners = state.services.elasticloadbalancing.loadBalancers.flatMap((balancer) => balancer.listeners);
  return listeners.find(({ arn }) => arn === environment.listenerArn)?.requests.total ?? 0;
}

async function serviceCount({ aws }: Stage, environment: Environment): Promise<number> {
  const answer = await aws.dynamodb.send(
    new GetItemCommand({ TableName: environment.table, Key: { id: { S: 'calls' } }, ConsistentRead: true }),
  );
  const numbers = Object.values(answer.Item ?? {}).flatMap((value) => (value.N === undefined ? [] : [Number(value.N)]));
  return numbers[0] ?? 0;
}

/** miscounted says where the three counts differ; undefined when they are one number. */
export function miscounted(counts: Counts): string | undefined {
  const { client, loadBalancer, service } = counts;
  if (client === loadBalancer && client === service) return undefined;
  return `In '${counts.environment}' the client counted ${client} requests, the load balancer ${loadBalancer}, the service ${service}.`;
}
