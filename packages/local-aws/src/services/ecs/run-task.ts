import type { ContainerOverride, Failure, RunTaskRequest, TaskOverride } from '@aws-sdk/client-ecs';
import { clientException, invalidParameter, unsupported } from './errors.js';
import { findCluster, findTaskDefinition } from './lookup.js';
import type { ClusterRecord, Ecs, TaskDefinitionRecord, TaskRecord } from './model.js';
import { refusalOf } from './scheduler/placement.js';
import { runTask } from './scheduler/task-life.js';
import { createTask } from './scheduler/task-records.js';
import { checkNetwork } from './service-configuration.js';
import { refuseUnsupported, requireOneOf } from './supported.js';
import { megabytesOf } from './task-size.js';
import { setTags } from './tags.js';

/** AWS's limit of one call. */
const MOST_TASKS = 10;
/** AWS's limit of `startedBy`. */
const MOST_STARTED_BY = 128;
/** AWS's limit of all overrides together, as JSON. */
const MOST_OVERRIDE_CHARACTERS = 8192;

/** Members that no part of local-aws acts on. */
const UNSUPPORTED = ['capacityProviderStrategy', 'placementConstraints', 'placementStrategy', 'volumeConfigurations'];
const UNSUPPORTED_OVERRIDES = ['inferenceAcceleratorOverrides', 'ephemeralStorage'];
const UNSUPPORTED_CONTAINER_OVERRIDES = ['environmentFiles', 'resourceRequirements'];

/** StartedTasks is what became of a RunTask: for each task that was asked for either the task, or why there is none. */
export interface StartedTasks {
  readonly tasks: readonly TaskRecord[];
  readonly failures: readonly Failure[];
}

/** startTasks starts the tasks that RunTask asks for; nobody replaces them when they end. */
export function startTasks(ecs: Ecs, input: RunTaskRequest): StartedTasks {
  const cluster = findCluster(ecs, input.cluster);
  check(input);
  const taskDefinition = findTaskDefinition(ecs, input.taskDefinition ?? '');
  if (taskDefinition.registered.networkMode !== 'awsvpc') {
    throw invalidParameter(
      `local-aws runs tasks whose task definition has networkMode awsvpc; ${taskDefinition.arn} has not.`,
    );
  }
  checkNetwork(input.networkConfiguration);
  checkOverrides(taskDefinition, input.overrides);
  const known = repeated(cluster, input);
  if (known.length > 0) return { tasks: known, failures: [] };
  const asked = Array.from({ length: input.count ?? 1 });
  const reason = refusalOf(ecs, taskDefinition);
  if (reason !== undefined) return { tasks: [], failures: asked.map(() => ({ reason })) };
  return { tasks: asked.map(() => startTask(ecs, input, { cluster, taskDefinition })), failures: [] };
}

/** By cluster and client token: a call that is repeated is answered with the tasks that it started. */
const started = new WeakMap<ClusterRecord, Map<string, TaskRecord[]>>();

function repeated(cluster: ClusterRecord, { clientToken }: RunTaskRequest): TaskRecord[] {
  return clientToken === undefined ? [] : (started.get(cluster)?.get(clientToken) ?? []);
}

function remember(cluster: ClusterRecord, clientToken: string | undefined, task: TaskRecord): void {
  if (clientToken === undefined) return;
  const tokens = started.get(cluster) ?? new Map<string, TaskRecord[]>();
  started.set(cluster, tokens.set(clientToken, [...(tokens.get(clientToken) ?? []), task]));
}

interface Place {
  readonly cluster: ClusterRecord;
  readonly taskDefinition: TaskDefinitionRecord;
}

function startTask(ecs: Ecs, input: RunTaskRequest, { cluster, taskDefinition }: Place): TaskRecord {
  const propagated = input.propagateTags === 'TASK_DEFINITION' ? (ecs.tags.get(taskDefinition.arn) ?? []) : [];
  const managed = input.enableECSManagedTags ? [['aws:ecs:clusterName', cluster.name] as const] : [];
  const task = createTask(ecs, {
    cluster,
    membership: undefined,
    taskDefinition,
    launchType: input.launchType ?? 'EC2',
    platformVersion: input.platformVersion,
    group: input.group ?? `family:${taskDefinition.family}`,
    startedBy: input.startedBy,
    enableExecuteCommand: input.enableExecuteCommand ?? false,
    overrides: structuredClone(input.overrides ?? {}),
    tags: [...propagated, ...managed],
  });
  setTags(ecs, task.arn, input.tags);
  remember(cluster, input.clientToken, task);
  void runTask(ecs, task, () => undefined);
  return task;
}

function check(input: RunTaskRequest): void {
  refuseUnsupported(input, UNSUPPORTED);
  const { count = 1, launchType, propagateTags, group, startedBy = '' } = input;
  if (!Number.isInteger(count) || count < 1 || count > MOST_TASKS) {
    throw invalidParameter(`count must be a whole number from 1 to ${MOST_TASKS}.`);
  }
  if (launchType !== undefined && !['FARGATE', 'EC2'].includes(launchType)) {
    throw unsupported('launchType', launchType);
  }
  requireOneOf('propagateTags', propagateTags, ['TASK_DEFINITION', 'NONE']);
  if (group?.startsWith('service:')) throw invalidParameter('The group name must not start with service:.');
  if (startedBy.length > MOST_STARTED_BY || !/^[\w\-/.]*$/.test(startedBy)) {
    throw invalidParameter(
      `startedBy can have up to ${MOST_STARTED_BY} letters, digits, hyphens, underscores, slashes and periods.`,
    );
  }
}

function checkOverrides(taskDefinition: TaskDefinitionRecord, overrides: TaskOverride = {}): void {
  refuseUnsupported(overrides, UNSUPPORTED_OVERRIDES, 'overrides.');
  if (JSON.stringify(overrides).length > MOST_OVERRIDE_CHARACTERS) {
    throw invalidParameter(`Container Overrides length must be at most ${MOST_OVERRIDE_CHARACTERS}.`);
  }
  if (overrides.memory !== undefined && megabytesOf(overrides.memory) === undefined) {
    throw clientException(`Invalid 'memory' setting for task: ${overrides.memory}.`);
  }
  const named = overrides.containerOverrides ?? [];
  named.forEach((override, index) => checkContainerOverride(taskDefinition, override, index));
}

function checkContainerOverride(
  taskDefinition: TaskDefinitionRecord,
  override: ContainerOverride,
  index: number,
): void {
  const path = `overrides.containerOverrides[${index}].`;
  refuseUnsupported(override, UNSUPPORTED_CONTAINER_OVERRIDES, path);
  if (taskDefinition.containers.some(({ name }) => name === override.name)) return;
  throw invalidParameter(
    `Override for container named ${String(override.name)} is not a container in the TaskDefinition.`,
  );
}
