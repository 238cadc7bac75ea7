import type { Ecs, TaskDefinitionRecord } from '../model.js';

/** refusalOf says in AWS's words why no task of a task definition can be placed now; undefined when one can. */
export function refusalOf(ecs: Ecs, { containers, family }: TaskDefinitionRecord): string | undefined {
  return ecs.taskEngine.refusal?.(containers[0]?.image ?? '', family);
}
