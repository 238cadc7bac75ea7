import { newNumericId } from '../arns.js';
import { addEvent, startedTasks, stoppedTasks } from '../events.js';
import type { Ecs, Fleet, Membership, RevisionRecord, ServiceRecord, TaskRecord } from '../model.js';
import { refusalOf } from './placement.js';
import { runTask, stopTask } from './task-life.js';
import { createServiceTask } from './task-records.js';
import { isHealthy } from './target-health.js';

/** A failed task is replaced after this many seconds of the world; ECS tells no figure. */
const RESTART_AFTER_SECONDS = 10;
/** So many tasks that never got to run make ECS wait longer and longer; it tells no figure. */
const THROTTLED_AFTER = 3;
/**
 * ECS's limit of that: 27 minutes.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-throttle-logic.html
 */
const MOST_RESTART_SECONDS = 27 * 60;
const UNABLE_TO_START = 'is unable to consistently start tasks successfully.';

/** fleetOf returns the fleet of a revision, making an empty one when there is none. */
export function fleetOf(ecs: Ecs, service: ServiceRecord, revision: RevisionRecord): Fleet {
  const existing = service.fleets.find((fleet) => fleet.revision === revision);
  if (existing) return existing;
  const now = ecs.world.time.now();
  const fleet: Fleet = {
    revision,
    id: `ecs-svc/${newNumericId()}`,
    createdAt: now,
    updatedAt: now,
    requestedCount: 0,
    launches: true,
    tasks: new Set(),
    failedTasks: 0,
    failedStarts: 0,
    onFailure: undefined,
    onHealthy: undefined,
  };
  service.fleets.push(fleet);
  return fleet;
}

/** removeFleet forgets a fleet that has no tasks left. */
export function removeFleet(service: ServiceRecord, fleet: Fleet): void {
  const index = service.fleets.indexOf(fleet);
  if (index >= 0) service.fleets.splice(index, 1);
}

/** activeTasks returns the tasks that are, or will be, running: those being stopped are not among them. */
export function activeTasks(fleet: Fleet): TaskRecord[] {
  return [...fleet.tasks].filter(({ desiredStatus }) => desiredStatus === 'RUNNING');
}

/** healthyCount returns how many tasks are healthy, read from the load balancer now. */
export function healthyCount(ecs: Ecs, fleet: Fleet): number {
  return activeTasks(fleet).filter((task) => isHealthy(ecs, task)).length;
}

/** scale sets how many tasks a fleet should have and acts on it at once; stopping takes its time. */
export function scale(ecs: Ecs, fleet: Fleet, { service, to }: { service: ServiceRecord; to: number }): void {
  if (fleet.requestedCount !== to) fleet.updatedAt = ecs.world.time.now();
  fleet.requestedCount = to;
  reconcile(ecs, service, fleet);
  service.changes.notify();
}

/** reconcile starts the tasks that a fleet lacks and stops those that it has too many of. */
export function reconcile(ecs: Ecs, service: ServiceRecord, fleet: Fleet): void {
  const active = activeTasks(fleet);
  const lacking = fleet.requestedCount - active.length;
  if (lacking > 0 && fleet.launches) startTasks(ecs, { service, fleet, count: lacking });
  if (lacking < 0) stopTasks(ecs, service, active.sort(leastWorthFirst).slice(0, -lacking));
}

function leastWorthFirst(one: TaskRecord, other: TaskRecord): number {
  return Number(one.healthy) - Number(other.healthy) || other.createdAt.getTime() - one.createdAt.getTime();
}

interface TaskStart {
  readonly service: ServiceRecord;
  readonly fleet: Fleet;
  readonly count: number;
}

function startTasks(ecs: Ecs, { service, fleet, count }: TaskStart): void {
  const refusal = refusalOf(ecs, fleet.revision.configuration.taskDefinition);
  if (refusal !== undefined) {
    addEvent(ecs, service, `was unable to place a task. Reason: ${refusal}.`);
    return reconcileIn(ecs, { service, fleet }, RESTART_AFTER_SECONDS);
  }
  const tasks = Array.from({ length: count }, () => createServiceTask(ecs, service, fleet));
  addEvent(ecs, service, startedTasks(tasks));
  for (const task of tasks) void runTask(ecs, task, () => taskFailed(ecs, task));
}

function stopTasks(ecs: Ecs, service: ServiceRecord, tasks: readonly TaskRecord[]): void {
  addEvent(ecs, service, stoppedTasks(tasks));
  for (const task of tasks) {
    const reason = `Scaling activity initiated by (deployment ${task.membership?.fleet.id ?? ''})`;
    void stopTask(ecs, task, { code: 'ServiceSchedulerInitiated', reason });
  }
}

/** taskFailed counts a task that ended without being asked to, and has it replaced a little later. */
export function taskFailed(ecs: Ecs, { membership }: TaskRecord): void {
  if (!membership) return;
  const { service, fleet } = membership;
  fleet.failedTasks += 1;
  if (fleet.failedStarts === THROTTLED_AFTER) addEvent(ecs, service, UNABLE_TO_START);
  fleet.onFailure?.();
  service.changes.notify();
  reconcileIn(ecs, membership, restartDelay(fleet.failedStarts));
}

function reconcileIn(ecs: Ecs, { service, fleet }: Membership, seconds: number): void {
  ecs.world.time.wait(seconds, ecs.closing).then(
    () => reconcile(ecs, service, fleet),
    // Nothing is started any more when everything ends.
    () => undefined,
  );
}

/** restartDelay is how long a fleet waits before it replaces a task, after so many that failed to start in a row. */
export function restartDelay(failedStarts: number): number {
  const doublings = Math.max(0, failedStarts - THROTTLED_AFTER + 1);
  return Math.min(RESTART_AFTER_SECONDS * 2 ** doublings, MOST_RESTART_SECONDS);
}
