import {
  EventBridgeClient,
  ListEventBusesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import type { AwsConfiguration } from './configuration.js';
import { named } from './named.js';

/** ScheduledTasksPort is what the suite asks of EventBridge. Its methods throw SlipwayErrors with codes AWS_*. */
export interface ScheduledTasksPort {
  /** The ARNs of the revisions that the rules of all buses of the region start tasks of, switched off or not. */
  usedRevisions(): Promise<ReadonlySet<string>>;
}

/** createScheduledTasks returns EventBridge's rules behind the SDK. */
export function createScheduledTasks(configuration: AwsConfiguration): ScheduledTasksPort {
  const client = new EventBridgeClient(configuration);
  return {
    usedRevisions: async () => {
      const used = new Set<string>();
      for (const bus of await busesOf(client)) {
        for (const rule of await rulesOf(client, bus)) {
          for (const arn of await revisionsOf(client, bus, rule)) used.add(arn);
        }
      }
      return used;
    },
  };
}

type Page<T> = readonly [items: readonly (T | undefined)[] | undefined, nextToken: string | undefined];

/** EventBridge's client has no paginators. */
async function all<T>(page: (NextToken: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const found: T[] = [];
  let token: string | undefined;
  do {
    const [items, next] = await page(token);
    found.push(...(items ?? []).filter((item) => item !== undefined));
    token = next;
  } while (token !== undefined);
  return found;
}

function busesOf(client: EventBridgeClient): Promise<readonly string[]> {
  return all(async (NextToken) => {
    const answer = await client.send(new ListEventBusesCommand({ NextToken })).catch(named('events:ListEventBuses'));
    return [answer.EventBuses?.map(({ Name }) => Name), answer.NextToken];
  });
}

function rulesOf(client: EventBridgeClient, EventBusName: string): Promise<readonly string[]> {
  return all(async (NextToken) => {
    const answer = await client
      .send(new ListRulesCommand({ EventBusName, NextToken }))
      .catch(named('events:ListRules'));
    return [answer.Rules?.map(({ Name }) => Name), answer.NextToken];
  });
}

function revisionsOf(client: EventBridgeClient, EventBusName: string, Rule: string): Promise<readonly string[]> {
  return all(async (NextToken) => {
    const command = new ListTargetsByRuleCommand({ EventBusName, Rule, NextToken });
    const answer = await client.send(command).catch(named('events:ListTargetsByRule'));
    return [answer.Targets?.map(({ EcsParameters }) => EcsParameters?.TaskDefinitionArn), answer.NextToken];
  });
}
