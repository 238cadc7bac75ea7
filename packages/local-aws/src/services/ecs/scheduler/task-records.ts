import type { TaskOverride } from '@aws-sdk/client-ecs';
import { ecsArn, metadataIdOf, newTaskId } from '../arns.js';
import type {
  ClusterRecord,
  ContainerRecord,
  Ecs,
  Fleet,
  Membership,
  ServiceRecord,
  TaskDefinitionRecord,
  TaskRecord,
} from '../model.js';

/** NewTask is what a task is made from. */
export interface NewTask {
  readonly cluster: ClusterRecord;
  readonly membership: Membership | undefined;
  readonly taskDefinition: TaskDefinitionRecord;
  readonly launchType: string;
  readonly platformVersion: string | undefined;
  readonly group: string;
  readonly startedBy: string | undefined;
  readonly enableExecuteCommand: boolean;
  readonly overrides: TaskOverride;
  readonly tags: Iterable<readonly [string, string]>;
}

/** createTask makes the record of a task that is about to start. */
export function createTask(ecs: Ecs, { tags, ...parts }: NewTask): TaskRecord {
  const id = newTaskId();
  const task: TaskRecord = {
    ...parts,
    id,
    arn: ecsArn(ecs.world, `task/${parts.cluster.name}/${id}`),
    createdAt: ecs.world.time.now(),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthy: false,
    containers: parts.taskDefinition.containers.map((container): ContainerRecord => ({
      name: container.name ?? '',
      image: container.image ?? '',
      arn: ecsArn(ecs.world, `container/${parts.cluster.name}/${id}/${newTaskId()}`),
      metadataId: metadataIdOf(id, container.name ?? ''),
      essential: container.essential ?? true,
      checked: container.healthCheck !== undefined,
      health: 'UNKNOWN',
    })),
    handle: undefined,
    starting: new AbortController(),
  };
  parts.cluster.tasks.set(id, task);
  ecs.tags.set(task.arn, new Map(tags));
  return task;
}

/** createServiceTask makes the record of one more task of a fleet. */
export function createServiceTask(ecs: Ecs, service: ServiceRecord, fleet: Fleet): TaskRecord {
  const { taskDefinition, platformVersion } = fleet.revision.configuration;
  const task = createTask(ecs, {
    cluster: service.cluster,
    membership: { service, fleet },
    taskDefinition,
    launchType: service.launchType,
    platformVersion,
    group: `service:${service.name}`,
    startedBy: fleet.id,
    enableExecuteCommand: service.enableExecuteCommand,
    overrides: {},
    tags: tagsOfTask(ecs, service, taskDefinition),
  });
  fleet.tasks.add(task);
  return task;
}

/** Copied when the task starts; later tags of the service do not reach it. */
function tagsOfTask(ecs: Ecs, service: ServiceRecord, taskDefinition: TaskDefinitionRecord) {
  const origins: Readonly<Record<string, string>> = { SERVICE: service.arn, TASK_DEFINITION: taskDefinition.arn };
  const managed = [
    ['aws:ecs:clusterName', service.cluster.name] as const,
    ['aws:ecs:serviceName', service.name] as const,
  ];
  const propagated = ecs.tags.get(origins[service.propagateTags] ?? '') ?? [];
  return [...propagated, ...(service.enableEcsManagedTags ? managed : [])];
}
