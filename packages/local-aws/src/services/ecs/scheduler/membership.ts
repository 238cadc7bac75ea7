import { addEvent } from '../events.js';
import type { Ecs, TargetBinding, TaskRecord } from '../model.js';

/** targetsOf returns the target groups that a task is registered in; a task that no service keeps is in none. */
export function targetsOf({ membership }: TaskRecord): readonly TargetBinding[] {
  return membership?.fleet.revision.targets ?? [];
}

/** tellService writes an event of the service that a task belongs to, if it belongs to one. */
export function tellService(ecs: Ecs, { membership }: TaskRecord, text: string): void {
  if (membership) addEvent(ecs, membership.service, text);
}

/** taskChanged wakes those who wait for something of the task's service. */
export function taskChanged({ membership }: TaskRecord): void {
  membership?.service.changes.notify();
}
