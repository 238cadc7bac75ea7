import type { ContainerRecord, TaskRecord } from './model.js';

/** labelsOf returns the labels that AWS's agent puts on a container. */
export function labelsOf(task: TaskRecord, container: ContainerRecord): Readonly<Record<string, string>> {
  return {
    'com.amazonaws.ecs.cluster': task.cluster.arn,
    'com.amazonaws.ecs.container-name': container.name,
    'com.amazonaws.ecs.task-arn': task.arn,
    'com.amazonaws.ecs.task-definition-family': task.taskDefinition.family,
    'com.amazonaws.ecs.task-definition-version': String(task.taskDefinition.revision),
  };
}
