import type { Ecs, ServiceRecord, TaskRecord } from '../model.js';
import { containersHealth } from '../task-health.js';
import { activeTasks, taskFailed } from './fleet.js';
import { targetsOf, taskChanged, tellService } from './membership.js';
import { healthOf, isHealthy } from './target-health.js';
import { stopTask } from './task-life.js';

/** watchTargetHealth has a service look at its tasks whenever the health of their targets may have changed. */
export function watchTargetHealth(ecs: Ecs): void {
  const due = new Set<ServiceRecord>();
  ecs.loadBalancing.onHealthChange((targetGroupArn) => {
    for (const service of servicesBehind(ecs, targetGroupArn)) {
      if (due.has(service)) continue;
      due.add(service);
      // Not at once: the change may be the work of someone who is not finished with it.
      queueMicrotask(() => {
        due.delete(service);
        lookAtAll(ecs, service);
      });
    }
  });
}

function servicesBehind(ecs: Ecs, targetGroupArn: string): ServiceRecord[] {
  const isBehind = ({ fleets }: ServiceRecord): boolean =>
    fleets.some(({ revision }) => revision.targets.some((binding) => binding.targetGroupArn === targetGroupArn));
  return [...ecs.clusters.values()].flatMap(({ services }) => [...services.values()].filter(isBehind));
}

/** lookAtAll looks at every task of a service: due after a change of what its tasks are judged by. */
export function lookAtAll(ecs: Ecs, service: ServiceRecord): void {
  for (const fleet of service.fleets) for (const task of activeTasks(fleet)) lookAt(ecs, task);
}

/** lookAt judges a task anew: it may have become healthy, or may have to be replaced. */
export function lookAt(ecs: Ecs, task: TaskRecord): void {
  if (task.lastStatus !== 'RUNNING' || task.desiredStatus !== 'RUNNING' || ecs.closing.aborted) return;
  const healthy = isHealthy(ecs, task);
  if (healthy !== task.healthy) {
    task.healthy = healthy;
    if (healthy) task.membership?.fleet.onHealthy?.();
    taskChanged(task);
  }
  const illness = task.membership && illnessOf(ecs, task);
  if (illness === undefined) return;
  const graceSeconds = graceLeft(ecs, task);
  if (graceSeconds > 0) lookAgain(ecs, task, graceSeconds);
  else replace(ecs, task, illness);
}

interface Illness {
  /** The service's event, and why the task is stopped. */
  readonly event: string;
  readonly reason: string;
}

function illnessOf(ecs: Ecs, task: TaskRecord): Illness | undefined {
  if (containersHealth(task) === 'UNHEALTHY') {
    return {
      event: `(task ${task.id}) failed container health checks.`,
      reason: 'Task failed container health checks',
    };
  }
  const found = healthOf(ecs, task).find(({ health }) => health?.state === 'unhealthy');
  if (!found) return undefined;
  const { containerPort, targetGroupArn } = found.binding;
  const where = `(port ${containerPort}) is unhealthy in (target-group ${targetGroupArn})`;
  return {
    event: `${where} due to (reason ${found.health?.description ?? 'Health checks failed'}).`,
    reason: `Task failed ELB health checks in (target-group ${targetGroupArn})`,
  };
}

/** The grace period is for both kinds of health checks, and only for services behind a load balancer. */
function graceLeft(ecs: Ecs, task: TaskRecord): number {
  const granted = targetsOf(task).length > 0 ? (task.membership?.service.healthCheckGracePeriodSeconds ?? 0) : 0;
  const { time } = ecs.world;
  return granted - (time.now().getTime() - (task.startedAt?.getTime() ?? 0)) / time.realMs(1);
}

/** When a task in its grace period is looked at again: once is enough, however often it is looked at until then. */
const nextLooks = new WeakMap<TaskRecord, number>();

function lookAgain(ecs: Ecs, task: TaskRecord, afterSeconds: number): void {
  const { time } = ecs.world;
  const atMs = time.now().getTime() + time.realMs(afterSeconds);
  if ((nextLooks.get(task) ?? Infinity) <= atMs) return;
  nextLooks.set(task, atMs);
  const look = (): void => {
    nextLooks.delete(task);
    lookAt(ecs, task);
  };
  // Nobody looks any more when everything ends.
  time.wait(afterSeconds, ecs.closing).then(look, () => undefined);
}

function replace(ecs: Ecs, task: TaskRecord, { event, reason }: Illness): void {
  tellService(ecs, task, event);
  void stopTask(ecs, task, { code: 'ServiceSchedulerInitiated', reason });
  taskFailed(ecs, task);
}
