import { randomUUID } from 'node:crypto';
import type { Ecs, Fleet, ServiceRecord, TaskRecord } from './model.js';

/** AWS keeps the latest 100 events of a service. */
const KEPT_EVENTS = 100;

/** addEvent writes a service event, in AWS's manner: `(service web) …`. */
export function addEvent(ecs: Ecs, service: ServiceRecord, text: string): void {
  service.events.unshift({
    id: randomUUID(),
    createdAt: ecs.world.time.now(),
    message: `(service ${service.name}) ${text}`,
  });
  service.events.length = Math.min(service.events.length, KEPT_EVENTS);
}

/** startedTasks is AWS's sentence for tasks that were started. */
export function startedTasks(tasks: readonly TaskRecord[]): string {
  return `has started ${tasks.length} tasks: ${tasks.map(({ id }) => `(task ${id})`).join(' ')}.`;
}

/** stoppedTasks is AWS's sentence for tasks that the scheduler stops. */
export function stoppedTasks(tasks: readonly TaskRecord[]): string {
  return `has stopped ${tasks.length} running tasks: ${tasks.map(({ id }) => `(task ${id})`).join(' ')}.`;
}

/** alarmDetected is AWS's sentence for a deployment that an alarm ended. */
export function alarmDetected(fleet: Fleet): string {
  return `(deployment ${fleet.id}) deployment failed: alarm detected.`;
}

/** deploymentFailed is AWS's sentence for a deployment that the circuit breaker ended. */
export function deploymentFailed(fleet: Fleet): string {
  return `(deployment ${fleet.id}) deployment failed: tasks failed to start.`;
}
