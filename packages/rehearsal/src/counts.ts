import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import type { Environment } from './infrastructure.js';
import type { Counts } from './report.js';
import type { Stage } from './stage.js';

/** `/health` answers to whoever waited for the first version: the load balancer counts them, the load and the service do not. */
export async function readBaseline(stage: Stage, environment: Environment): Promise<number> {
  return loadBalancerCount(stage, environment);
}

/** countThreeTimes reads how many requests the client, the load balancer and the service itself counted. */
export async function countThreeTimes(
  stage: Stage,
  environment: Environment,
  counted: { readonly client: number; readonly baseline: number },
): Promise<Counts> {
  return {
    environment: environment.name,
    client: counted.client,
    loadBalancer: (await loadBalancerCount(stage, environment)) - counted.baseline,
    service: await serviceCount(stage, environment),
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
