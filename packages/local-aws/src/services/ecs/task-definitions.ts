import type {
  DeregisterTaskDefinitionRequest,
  DescribeTaskDefinitionRequest,
  ListTaskDefinitionsRequest,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
} from '@aws-sdk/client-ecs';
import type { Operation } from '../../service.js';
import { ecsArn } from './arns.js';
import { clientException, invalidParameter } from './errors.js';
import { taskDefinitionOf } from './lookup.js';
import type { Ecs, TaskDefinitionRecord } from './model.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';
import { requireOneOf } from './supported.js';
import { setTags, tagsOf } from './tags.js';
import { checkTaskDefinition } from './task-definition-input.js';

/** taskDefinitionOperations are the calls on task definitions. */
export function taskDefinitionOperations(ecs: Ecs): Readonly<Record<string, Operation>> {
  return {
    ...operation<RegisterTaskDefinitionRequest>('RegisterTaskDefinition', (input) => {
      const record = register(ecs, input);
      return { taskDefinition: viewOf(record), tags: tagsOf(ecs, record.arn) };
    }),
    ...operation<DescribeTaskDefinitionRequest>('DescribeTaskDefinition', ({ taskDefinition, include }) => {
      requireOneOf('include', include, ['TAGS']);
      const record = taskDefinitionOf(ecs, taskDefinition ?? '');
      if (!record) throw clientException('Unable to describe task definition.');
      return {
        taskDefinition: viewOf(record),
        ...(include?.includes('TAGS') ? { tags: tagsOf(ecs, record.arn) } : {}),
      };
    }),
    ...operation<DeregisterTaskDefinitionRequest>('DeregisterTaskDefinition', ({ taskDefinition }) => {
      if (!/:\d+$/.test(taskDefinition ?? '')) throw invalidParameter('Invalid revision number.');
      const record = taskDefinitionOf(ecs, taskDefinition ?? '');
      if (!record) throw clientException('The specified task definition does not exist.');
      record.status = 'INACTIVE';
      return { taskDefinition: viewOf(record) };
    }),
    ...operation<ListTaskDefinitionsRequest>('ListTaskDefinitions', (input) => list(ecs, input)),
  };
}

function register(ecs: Ecs, input: RegisterTaskDefinitionRequest): TaskDefinitionRecord {
  checkTaskDefinition(input);
  const { tags, family = '', ...rest } = structuredClone(input);
  const revisions = ecs.taskDefinitions.get(family) ?? [];
  const revision = (revisions.at(-1)?.revision ?? 0) + 1;
  const arn = ecsArn(ecs.world, `task-definition/${family}:${revision}`);
  const sharesNetwork = rest.networkMode === 'awsvpc' || rest.networkMode === 'host';
  const containers = (rest.containerDefinitions ?? []).map((container) => ({
    ...container,
    // AWS describes what it understood, defaults included.
    essential: container.essential ?? true,
    cpu: container.cpu ?? 0,
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    portMappings: (container.portMappings ?? []).map((mapping) => ({
      protocol: 'tcp' as const,
      ...(mapping.containerPort === undefined ? {} : { hostPort: sharesNetwork ? mapping.containerPort : 0 }),
      ...mapping,
    })),
  }));
  const record: TaskDefinitionRecord = {
    arn,
    family,
    revision,
    status: 'ACTIVE',
    containers,
    registered: {
      ...rest,
      volumes: rest.volumes ?? [],
      placementConstraints: rest.placementConstraints ?? [],
      family,
      containerDefinitions: containers,
      registeredAt: ecs.world.time.now(),
      compatibilities: ['EC2', 'FARGATE'],
    },
  };
  setTags(ecs, arn, tags);
  ecs.taskDefinitions.set(family, [...revisions, record]);
  return record;
}

function list(ecs: Ecs, input: ListTaskDefinitionsRequest): object {
  const status = input.status ?? 'ACTIVE';
  requireOneOf('status', status, ['ACTIVE', 'INACTIVE']);
  requireOneOf('sort', input.sort, ['ASC', 'DESC']);
  const families = [...ecs.taskDefinitions.keys()].sort();
  const all = families
    .filter((family) => input.familyPrefix === undefined || family === input.familyPrefix)
    .flatMap((family) => ecs.taskDefinitions.get(family) ?? [])
    .filter((record) => record.status === status);
  const { items, nextToken } = pageOf(input.sort === 'DESC' ? all.reverse() : all, input);
  return { taskDefinitionArns: items.map(({ arn }) => arn), nextToken };
}

function viewOf(record: TaskDefinitionRecord): TaskDefinition {
  const { arn, revision, status, registered } = record;
  return { ...registered, taskDefinitionArn: arn, revision, status };
}
