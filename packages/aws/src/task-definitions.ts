import {
  DeregisterTaskDefinitionCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  DescribeTasksCommand,
  ECSClient,
  RegisterTaskDefinitionCommand,
  paginateListClusters,
  paginateListServices,
  paginateListTaskDefinitions,
  paginateListTasks,
  type RegisterTaskDefinitionCommandInput,
  type Tag,
  type TaskDefinition,
} from '@aws-sdk/client-ecs';
import { once, type AwsConfiguration } from './configuration.js';
import { awsErrorName, fromAws } from './errors.js';
import { named } from './named.js';

/** A revision with everything that ECS tells of it. */
export interface DescribedDefinition {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  /** The whole definition and its tags, what only ECS writes included. */
  readonly definition: Readonly<Record<string, unknown>>;
}

/** TaskDefinitionsPort is what registering asks of ECS. Every method throws SlipwayErrors with codes AWS_*. */
export interface TaskDefinitionsPort {
  /** By `family`, which means its latest active revision, `family:revision` or ARN; undefined when there is none. */
  describe(reference: string): Promise<DescribedDefinition | undefined>;
  /** Tried once: whether it took effect is for the caller to find out. */
  register(definition: Readonly<Record<string, unknown>>): Promise<DescribedDefinition>;
  deregister(arn: string): Promise<void>;
  /** The ARNs of a family's active revisions, the newest first. */
  activeArns(family: string): Promise<readonly string[]>;
  /** What services and tasks of all clusters of the region use: ARNs of revisions. */
  inUse(family: string): Promise<ReadonlySet<string>>;
}

/** createTaskDefinitions returns ECS's task definitions behind the SDK. */
export function createTaskDefinitions(configuration: AwsConfiguration): TaskDefinitionsPort {
  const [client, tryingOnce] = [new ECSClient(configuration), new ECSClient(once(configuration))];
  return {
    describe: async (reference) => {
      try {
        const command = new DescribeTaskDefinitionCommand({ taskDefinition: reference, include: ['TAGS'] });
        const { taskDefinition, tags } = await client.send(command);
        return described(taskDefinition, tags);
      } catch (error) {
        // ECS has no exception of its own for this: "Unable to describe task definition."
        if (awsErrorName(error) === 'ClientException') return undefined;
        throw fromAws('ecs:DescribeTaskDefinition', error);
      }
    },
    register: async (definition) => {
      const input = definition as unknown as RegisterTaskDefinitionCommandInput;
      const command = new RegisterTaskDefinitionCommand(input);
      const { taskDefinition, tags } = await tryingOnce.send(command).catch(named('ecs:RegisterTaskDefinition'));
      return described(taskDefinition, tags);
    },
    deregister: async (arn) => {
      const command = new DeregisterTaskDefinitionCommand({ taskDefinition: arn });
      await client.send(command).catch(named('ecs:DeregisterTaskDefinition'));
    },
    activeArns: (family) => activeArns(client, family),
    inUse: async (family) => {
      const used = new Set<string>();
      for (const cluster of await clusters(client)) {
        for (const arn of await usedByServices(client, cluster)) used.add(arn);
        for (const arn of await usedByTasks(client, cluster, family)) used.add(arn);
      }
      return used;
    },
  };
}

function described(definition: TaskDefinition | undefined, tags: readonly Tag[] | undefined): DescribedDefinition {
  return {
    arn: definition?.taskDefinitionArn ?? '',
    family: definition?.family ?? '',
    revision: definition?.revision ?? 0,
    definition: { ...definition, ...(tags && tags.length > 0 ? { tags } : {}) },
  };
}

async function activeArns(client: ECSClient, family: string): Promise<readonly string[]> {
  const input = { familyPrefix: family, status: 'ACTIVE', sort: 'DESC' } as const;
  const arns = await all(
    paginateListTaskDefinitions({ client }, input),
    ({ taskDefinitionArns }) => taskDefinitionArns,
    'ecs:ListTaskDefinitions',
  );
  // The prefix may be that of other families too.
  return arns.filter((arn) => new RegExp(`:task-definition/${family}:\\d+$`).test(arn));
}

function clusters(client: ECSClient): Promise<readonly string[]> {
  return all(paginateListClusters({ client }, {}), ({ clusterArns }) => clusterArns, 'ecs:ListClusters');
}

/** DescribeServices takes ten, and tells what a service is to run, what it still runs, and its task sets. */
async function usedByServices(client: ECSClient, cluster: string): Promise<readonly string[]> {
  const arns = await all(
    paginateListServices({ client }, { cluster }),
    ({ serviceArns }) => serviceArns,
    'ecs:ListServices',
  );
  const used: (string | undefined)[] = [];
  for (const services of chunks(arns, 10)) {
    const answer = await client
      .send(new DescribeServicesCommand({ cluster, services }))
      .catch(named('ecs:DescribeServices'));
    for (const service of answer.services ?? []) {
      used.push(service.taskDefinition);
      for (const part of [...(service.deployments ?? []), ...(service.taskSets ?? [])]) used.push(part.taskDefinition);
    }
  }
  return used.filter((arn) => arn !== undefined);
}

/** A task of a family that is to run: a stopped one needs its definition no more. DescribeTasks takes a hundred. */
async function usedByTasks(client: ECSClient, cluster: string, family: string): Promise<readonly string[]> {
  const arns = await all(
    paginateListTasks({ client }, { cluster, family }),
    ({ taskArns }) => taskArns,
    'ecs:ListTasks',
  );
  const used: string[] = [];
  for (const tasks of chunks(arns, 100)) {
    const answer = await client.send(new DescribeTasksCommand({ cluster, tasks })).catch(named('ecs:DescribeTasks'));
    used.push(...(answer.tasks ?? []).flatMap(({ taskDefinitionArn }) => taskDefinitionArn ?? []));
  }
  return used;
}

async function all<Page>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly string[] | undefined,
  operation: string,
): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const page of pages) found.push(...(items(page) ?? []));
  } catch (error) {
    throw fromAws(operation, error);
  }
  return found;
}

function chunks<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
