import type { World } from '../../world.js';
import type { ContainerRecord, Ecs, TaskRecord } from './model.js';
import { labelsOf } from './task-labels.js';
import { megabytesOf, processorsOf } from './task-size.js';

/** Where version 4 of the metadata endpoint is, on the endpoint that tasks reach. */
const METADATA_PATH = '/v4/';

/** metadataUriOf is what a container gets as ECS_CONTAINER_METADATA_URI_V4. */
export function metadataUriOf(world: World, metadataId: string | undefined): string | undefined {
  const endpoint = world.endpointForTasks();
  return endpoint === undefined || metadataId === undefined ? undefined : `${endpoint}${METADATA_PATH}${metadataId}`;
}

/**
 * taskMetadata answers a path of the task metadata endpoint, in the shape of AWS's agent; undefined where there is
 * nothing.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html
 */
export async function taskMetadata(ecs: Ecs, path: string): Promise<object | undefined> {
  const [metadataId, ...rest] = path.slice(METADATA_PATH.length).split('/');
  const found = path.startsWith(METADATA_PATH) ? findContainer(ecs, metadataId) : undefined;
  if (!found) return undefined;
  const { task, container } = found;
  switch (rest.join('/')) {
    case '':
      return containerMetadata(task, container);
    case 'task':
      return metadataOfTask(ecs, task);
    case 'taskWithTags':
      return { ...metadataOfTask(ecs, task), TaskTags: Object.fromEntries(ecs.tags.get(task.arn) ?? []) };
    case 'stats':
      return statsOf(task, container);
    case 'task/stats':
      return allStats(task);
    default:
      return undefined;
  }
}

interface Found {
  readonly task: TaskRecord;
  readonly container: ContainerRecord;
}

function findContainer(ecs: Ecs, metadataId: string | undefined): Found | undefined {
  const taskId = metadataId?.split('-')[0] ?? '';
  const task = [...ecs.clusters.values()].flatMap(({ tasks }) => tasks.get(taskId) ?? [])[0];
  const container = task?.containers.find((candidate) => candidate.metadataId === metadataId);
  return task && container && { task, container };
}

function metadataOfTask(ecs: Ecs, task: TaskRecord): object {
  const { registered, family, revision } = task.taskDefinition;
  const { cpu = registered.cpu, memory = registered.memory } = task.overrides;
  const limits = {
    ...(cpu === undefined ? {} : { CPU: processorsOf(cpu) }),
    ...(memory === undefined ? {} : { Memory: megabytesOf(memory) }),
  };
  return {
    Cluster: task.cluster.arn,
    TaskARN: task.arn,
    Family: family,
    Revision: String(revision),
    ...(task.membership ? { ServiceName: task.membership.service.name } : {}),
    DesiredStatus: task.desiredStatus,
    KnownStatus: task.lastStatus,
    ...(Object.keys(limits).length === 0 ? {} : { Limits: limits }),
    ...moment('PullStartedAt', task.pullStartedAt),
    ...moment('PullStoppedAt', task.pullStoppedAt),
    AvailabilityZone: `${ecs.world.region}a`,
    LaunchType: task.launchType,
    Containers: task.containers.map((container) => containerMetadata(task, container)),
  };
}

function containerMetadata(task: TaskRecord, container: ContainerRecord): object {
  const { taskDefinition } = task;
  const definition = taskDefinition.containers.find(({ name }) => name === container.name);
  const log = definition?.logConfiguration;
  return {
    DockerId: container.runtimeId ?? '',
    Name: container.name,
    DockerName: `ecs-${taskDefinition.family}-${taskDefinition.revision}-${container.name}`,
    Image: container.image,
    ImageID: container.imageDigest ?? '',
    Labels: labelsOf(task, container),
    DesiredStatus: task.desiredStatus,
    KnownStatus: knownStatus(task),
    ...(container.exitCode === undefined ? {} : { ExitCode: container.exitCode }),
    Limits: { CPU: definition?.cpu ?? 0, ...(definition?.memory === undefined ? {} : { Memory: definition.memory }) },
    CreatedAt: task.createdAt.toISOString(),
    ...moment('StartedAt', task.startedAt),
    ...moment('FinishedAt', task.stoppedAt),
    ...(container.checked ? { Health: { status: container.health } } : {}),
    Type: 'NORMAL',
    ...(log ? { LogDriver: log.logDriver, LogOptions: log.options ?? {} } : {}),
    ContainerARN: container.arn,
    Networks: networksOf(task),
  };
}

function networksOf({ handle }: TaskRecord): readonly object[] {
  return handle ? [{ NetworkMode: 'awsvpc', IPv4Addresses: [handle.ip] }] : [];
}

function knownStatus({ lastStatus, handle }: TaskRecord): string {
  if (lastStatus === 'STOPPED') return 'STOPPED';
  return handle ? 'RUNNING' : 'PENDING';
}

/** An engine that measures nothing tells nothing: no figure is better than one that is made up. */
function statsOf({ handle, lastStatus }: TaskRecord, { name }: ContainerRecord): Promise<object> | object {
  return (lastStatus === 'STOPPED' ? undefined : handle?.stats?.(name)) ?? {};
}

async function allStats(task: TaskRecord): Promise<object> {
  const entries = task.containers.map(
    async (container) => [container.runtimeId ?? '', await statsOf(task, container)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function moment(name: string, at: Date | undefined): object {
  return at === undefined ? {} : { [name]: at.toISOString() };
}
