import { messageOf } from '@slipway/core';
import { TaskStartError, type RunningContainer, type TaskExit } from '../../../tasks/task-engine.js';
import { ecsArn, newTaskId } from '../arns.js';
import { addEvent } from '../events.js';
import type { ContainerRecord, Ecs, Fleet, ServiceRecord, TaskRecord, TaskStatus } from '../model.js';
import { deregisterTargets, registerTarget } from './target-health.js';
import { taskRequestOf } from './task-request.js';

/** TaskStop is why a task is stopped from outside. */
export interface TaskStop {
  readonly code: 'ServiceSchedulerInitiated' | 'UserInitiated';
  readonly reason: string;
}

/** createTask makes the record of a task that is about to start. */
export function createTask(ecs: Ecs, service: ServiceRecord, fleet: Fleet): TaskRecord {
  const id = newTaskId();
  const task: TaskRecord = {
    id,
    arn: ecsArn(ecs.world, `task/${service.cluster.name}/${id}`),
    cluster: service.cluster,
    service,
    fleet,
    createdAt: ecs.world.time.now(),
    lastStatus: 'PROVISIONING',
    desiredStatus: 'RUNNING',
    healthy: false,
    containers: fleet.revision.configuration.taskDefinition.containers.map((container) => ({
      name: container.name ?? '',
      image: container.image ?? '',
      arn: ecsArn(ecs.world, `container/${service.cluster.name}/${id}/${newTaskId()}`),
    })),
    handle: undefined,
    starting: new AbortController(),
  };
  service.cluster.tasks.set(id, task);
  ecs.tags.set(task.arn, new Map(tagsOfTask(ecs, service, fleet)));
  fleet.tasks.add(task);
  return task;
}

/** Copied when the task starts; later tags of the service do not reach it. */
function tagsOfTask(ecs: Ecs, service: ServiceRecord, fleet: Fleet): (readonly [string, string])[] {
  const { taskDefinition } = fleet.revision.configuration;
  const origins: Readonly<Record<string, string>> = { SERVICE: service.arn, TASK_DEFINITION: taskDefinition.arn };
  const managed = [
    ['aws:ecs:clusterName', service.cluster.name] as const,
    ['aws:ecs:serviceName', service.name] as const,
  ];
  const propagated = ecs.tags.get(origins[service.propagateTags] ?? '') ?? [];
  return [...propagated, ...(service.enableEcsManagedTags ? managed : [])];
}

/** runTask starts a task and, once it runs, registers it. It never rejects; `onEnd` hears of ends nobody asked for. */
export async function runTask(ecs: Ecs, task: TaskRecord, onEnd: (task: TaskRecord) => void): Promise<void> {
  const { time } = ecs.world;
  move(task, 'PENDING');
  task.pullStartedAt = time.now();
  try {
    task.handle = await ecs.taskEngine.start(
      taskRequestOf(task.arn, task.fleet.revision.configuration.taskDefinition),
      {
        signal: AbortSignal.any([task.starting.signal, ecs.closing]),
        onExit: (exit) => taskExited(ecs, task, { exit, onEnd }),
      },
    );
  } catch (error) {
    if (ecs.closing.aborted) return;
    if (task.desiredStatus === 'STOPPED') return stopped(ecs, task);
    return failedToStart(ecs, task, { error, onEnd });
  }
  task.pullStoppedAt = time.now();
  task.startedAt = time.now();
  told(task.containers, task.handle.containers);
  // It was told to stop while the engine could not be interrupted any more.
  if (task.desiredStatus === 'STOPPED') return endAndRecord(ecs, task);
  move(task, 'ACTIVATING');
  for (const binding of task.fleet.revision.targets) addEvent(ecs, task.service, registerTarget(ecs, task, binding));
  move(task, 'RUNNING');
  // Behind a load balancer it is its health checks that decide.
  if (task.fleet.revision.targets.length === 0) task.healthy = true;
  task.service.changes.notify();
}

/** stopTask takes a task out of its target groups, waits until it has drained, and only then stops it. */
export async function stopTask(ecs: Ecs, task: TaskRecord, stop: TaskStop): Promise<void> {
  if (task.desiredStatus === 'STOPPED') return;
  task.desiredStatus = 'STOPPED';
  task.healthy = false;
  task.stopCode = stop.code;
  task.stoppedReason = stop.reason;
  task.stoppingAt = ecs.world.time.now();
  if (!task.handle) {
    task.starting.abort(new Error(stop.reason));
    return task.service.changes.notify();
  }
  move(task, 'DEACTIVATING');
  if (task.fleet.revision.targets.length > 0) addEvent(ecs, task.service, 'has begun draining connections on 1 tasks.');
  const drained = deregisterTargets(ecs, task);
  for (const { targetGroupArn } of task.fleet.revision.targets) {
    addEvent(ecs, task.service, `deregistered 1 targets in (target-group ${targetGroupArn})`);
  }
  task.service.changes.notify();
  await drained;
  await endAndRecord(ecs, task);
}

async function endAndRecord(ecs: Ecs, task: TaskRecord): Promise<void> {
  // It may have ended on its own while it drained; and at the end the engine ends all tasks at once.
  if (task.lastStatus === 'STOPPED' || ecs.closing.aborted) return;
  move(task, 'STOPPING');
  const exit = await task.handle?.stop();
  if (exit) recordExit(task, exit);
  stopped(ecs, task);
}

interface Ended {
  readonly onEnd: (task: TaskRecord) => void;
}

function taskExited(ecs: Ecs, task: TaskRecord, { exit, onEnd }: Ended & { readonly exit: TaskExit }): void {
  recordExit(task, exit);
  const asked = task.desiredStatus === 'STOPPED';
  task.desiredStatus = 'STOPPED';
  if (!asked) {
    task.stopCode = 'EssentialContainerExited';
    task.stoppedReason = exit.reason;
    task.stoppingAt = ecs.world.time.now();
    // Nothing is left that could drain: it only has to go from the list.
    void deregisterTargets(ecs, task);
  }
  stopped(ecs, task);
  if (!asked) onEnd(task);
}

function failedToStart(ecs: Ecs, task: TaskRecord, { error, onEnd }: Ended & { readonly error: unknown }): void {
  task.desiredStatus = 'STOPPED';
  task.stopCode = 'TaskFailedToStart';
  task.stoppedReason = messageOf(error);
  const container = task.containers.find(({ name }) => error instanceof TaskStartError && name === error.container);
  if (container) container.reason = messageOf(error);
  stopped(ecs, task);
  onEnd(task);
}

function stopped(ecs: Ecs, task: TaskRecord): void {
  move(task, 'DEPROVISIONING');
  move(task, 'STOPPED');
  task.healthy = false;
  task.stoppedAt = ecs.world.time.now();
  task.fleet.tasks.delete(task);
  task.service.changes.notify();
}

function recordExit(task: TaskRecord, exit: TaskExit): void {
  for (const { name, exitCode, reason } of exit.containers) {
    const container = task.containers.find((candidate) => candidate.name === name);
    if (!container) continue;
    container.exitCode = exitCode;
    if (reason !== undefined) container.reason = reason;
  }
}

function told(containers: readonly ContainerRecord[], running: readonly RunningContainer[]): void {
  for (const { name, imageDigest, runtimeId } of running) {
    const container = containers.find((candidate) => candidate.name === name);
    if (!container) continue;
    container.runtimeId = runtimeId;
    if (imageDigest !== undefined) container.imageDigest = imageDigest;
  }
}

function move(task: TaskRecord, status: TaskStatus): void {
  task.lastStatus = status;
}
