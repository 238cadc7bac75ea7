import { messageOf } from '@slipway/core';
import type { HealthProbe, Target, TargetHealth } from '../../../load-balancing.js';
import type { Ecs, TargetBinding, TaskRecord } from '../model.js';
import { containersHealth, isDecisive } from '../task-health.js';
import { targetsOf } from './membership.js';

/** targetOf returns a task as a target, once it has an address. */
export function targetOf(task: TaskRecord, binding: TargetBinding): Target | undefined {
  return task.handle && { id: task.handle.ip, port: binding.containerPort };
}

/** registerTarget adds a task that runs to a target group of its revision and returns AWS's sentence about it. */
export function registerTarget(ecs: Ecs, task: TaskRecord, binding: TargetBinding): string {
  const where = `(target-group ${binding.targetGroupArn})`;
  try {
    const target = targetOf(task, binding);
    if (target) ecs.loadBalancing.registerTarget(binding.targetGroupArn, target, probeOf(task, binding));
    return `registered 1 targets in ${where}`;
  } catch (error) {
    // The task goes on, as on AWS, and never gets healthy.
    return `failed to register targets in ${where} with (error ${messageOf(error)})`;
  }
}

function probeOf({ handle }: TaskRecord, { containerPort }: TargetBinding): HealthProbe | undefined {
  return handle?.probe && ((path) => handle.probe?.(containerPort, path));
}

/** deregisterTargets takes a task out of its target groups and resolves when it has drained everywhere. */
export async function deregisterTargets(ecs: Ecs, task: TaskRecord): Promise<void> {
  await Promise.all(
    targetsOf(task).map(async (binding) => {
      const target = targetOf(task, binding);
      if (!target) return;
      try {
        await ecs.loadBalancing.deregisterTarget(binding.targetGroupArn, target);
      } catch {
        // A group that is gone, or a load balancer that ends first, has nothing left to drain: the task has to end too.
      }
    }),
  );
}

/** TaskTargetHealth is a task's state in one target group. */
export interface TaskTargetHealth {
  readonly binding: TargetBinding;
  readonly health: TargetHealth | undefined;
}

/** healthOf reads a task's state in each target group of its revision. */
export function healthOf(ecs: Ecs, task: TaskRecord): readonly TaskTargetHealth[] {
  return targetsOf(task).map((binding) => {
    const target = targetOf(task, binding);
    const targets = ecs.loadBalancing.targetGroup(binding.targetGroupArn)
      ? ecs.loadBalancing.targetHealth(binding.targetGroupArn)
      : [];
    return { binding, health: targets.find(({ id, port }) => id === target?.id && port === target.port) };
  });
}

/**
 * isHealthy tells, read now, whether a task runs, passes the health checks of its containers if they have any, and is
 * healthy in every target group.
 */
export function isHealthy(ecs: Ecs, task: TaskRecord): boolean {
  return (
    task.lastStatus === 'RUNNING' &&
    task.desiredStatus === 'RUNNING' &&
    (!task.containers.some(isDecisive) || containersHealth(task) === 'HEALTHY') &&
    healthOf(ecs, task).every(({ health }) => health?.state === 'healthy')
  );
}
