import { addEvent } from '../events.js';
import type { Ecs, ServiceRecord, TaskRecord } from '../model.js';
import { activeTasks, taskFailed } from './fleet.js';
import { healthOf, isHealthy, type TaskTargetHealth } from './target-health.js';
import { stopTask } from './task-life.js';

/** How often target health is read, in seconds of the world… */
const LOOK_EVERY_SECONDS = 1;
/** …but, however fast the world runs, not more often than this in real milliseconds. */
const LEAST_REAL_MS = 10;

/** watchHealth follows the target health of a service's tasks until the service is gone or local-aws ends. */
export async function watchHealth(ecs: Ecs, service: ServiceRecord): Promise<void> {
  const seconds = Math.max(LOOK_EVERY_SECONDS, (LEAST_REAL_MS / ecs.world.time.minuteMs) * 60);
  try {
    while (service.status !== 'INACTIVE') {
      const watched = registeredTasks(service);
      // With nothing registered there is nothing to look at before something changes.
      if (watched.length === 0) await service.changes.next(ecs.closing);
      else await ecs.world.time.wait(seconds, ecs.closing);
      for (const task of registeredTasks(service)) look(ecs, task);
    }
  } catch (error) {
    if (!ecs.closing.aborted) throw error;
  }
}

function registeredTasks(service: ServiceRecord): TaskRecord[] {
  return service.fleets
    .filter(({ revision }) => revision.targets.length > 0)
    .flatMap((fleet) => activeTasks(fleet).filter(({ lastStatus }) => lastStatus === 'RUNNING'));
}

function look(ecs: Ecs, task: TaskRecord): void {
  const healthy = isHealthy(ecs, task);
  if (healthy !== task.healthy) {
    task.healthy = healthy;
    if (healthy) task.fleet.onHealthy?.();
    task.service.changes.notify();
  }
  const unhealthy = healthOf(ecs, task).find(({ health }) => health?.state === 'unhealthy');
  if (unhealthy && !inGracePeriod(ecs, task)) replaceUnhealthy(ecs, task, unhealthy);
}

function inGracePeriod(ecs: Ecs, task: TaskRecord): boolean {
  const since = ecs.world.time.now().getTime() - (task.startedAt?.getTime() ?? 0);
  return since < ecs.world.time.realMs(task.service.healthCheckGracePeriodSeconds);
}

function replaceUnhealthy(ecs: Ecs, task: TaskRecord, { binding, health }: TaskTargetHealth): void {
  const where = `(port ${binding.containerPort}) is unhealthy in (target-group ${binding.targetGroupArn})`;
  addEvent(ecs, task.service, `${where} due to (reason ${health?.description ?? 'Health checks failed'}).`);
  const reason = `Task failed ELB health checks in (target-group ${binding.targetGroupArn})`;
  void stopTask(ecs, task, { code: 'ServiceSchedulerInitiated', reason });
  taskFailed(ecs, task);
}
