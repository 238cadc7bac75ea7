import { messageOf } from '@slipway/core';
import { TaskStartError, type RunningContainer, type TaskExit } from '../../../tasks/task-engine.js';
import type { ContainerRecord, Ecs, TaskRecord, TaskStatus } from '../model.js';
import { targetsOf, taskChanged, tellService } from './membership.js';
import { deregisterTargets, registerTarget } from './target-health.js';
import { taskRequestOf } from './task-request.js';

/** TaskStop is why a task is stopped from outside. */
export interface TaskStop {
  readonly code: 'ServiceSchedulerInitiated' | 'UserInitiated';
  readonly reason: string;
}

/** runTask starts a task and, once it runs, registers it. It never rejects; `onEnd` hears of ends nobody asked for. */
export async function runTask(ecs: Ecs, task: TaskRecord, onEnd: (task: TaskRecord) => void): Promise<void> {
  const { time } = ecs.world;
  move(task, 'PENDING');
  task.pullStartedAt = time.now();
  try {
    task.handle = await ecs.taskEngine.start(taskRequestOf(ecs.world, task), {
      signal: AbortSignal.any([task.starting.signal, ecs.closing]),
      onExit: (exit) => taskExited(ecs, task, { exit, onEnd }),
      onHealth: (name, health) => noteHealth(ecs, task, { name, health }),
    });
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
  for (const binding of targetsOf(task)) tellService(ecs, task, registerTarget(ecs, task, binding));
  move(task, 'RUNNING');
  if (task.membership) task.membership.fleet.failedStarts = 0;
  ecs.onTaskHealth(task);
  taskChanged(task);
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
    return taskChanged(task);
  }
  move(task, 'DEACTIVATING');
  const targets = targetsOf(task);
  if (targets.length > 0) tellService(ecs, task, 'has begun draining connections on 1 tasks.');
  const drained = deregisterTargets(ecs, task);
  for (const { targetGroupArn } of targets) {
    tellService(ecs, task, `deregistered 1 targets in (target-group ${targetGroupArn})`);
  }
  taskChanged(task);
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
  if (task.membership) task.membership.fleet.failedStarts += 1;
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
  task.membership?.fleet.tasks.delete(task);
  taskChanged(task);
}

function noteHealth(ecs: Ecs, task: TaskRecord, { name, health }: Pick<ContainerRecord, 'name' | 'health'>): void {
  const container = task.containers.find((candidate) => candidate.name === name);
  if (!container) return;
  container.health = health;
  ecs.onTaskHealth(task);
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
