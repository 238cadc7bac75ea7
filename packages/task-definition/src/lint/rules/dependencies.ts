import { api, containersOfTask, forContainers, guide, type Rule } from '../rule.js';
import type { Container, Task } from '../task.js';

function containerOf(task: Task, name: string | undefined): Container | undefined {
  return task.containerDefinitions?.find((container) => container.name === name);
}

/** DEPENDENCY_RULES are about what the containers of a task want of each other. */
export const DEPENDENCY_RULES: readonly Rule[] = [
  {
    code: 'depends-on-unknown',
    severity: 'error',
    says: 'A container depends on containers of its own task.',
    link: api('ContainerDependency'),
    check: forContainers(function* ({ dependsOn = [] }, path, task) {
      for (const [index, { containerName }] of dependsOn.entries()) {
        if (containerName !== undefined && !containerOf(task, containerName)) {
          yield {
            path: [...path, 'dependsOn', index, 'containerName'],
            message: 'no container of the task is called so',
          };
        }
      }
    }),
  },
  {
    code: 'depends-on-cycle',
    severity: 'error',
    says: 'No container depends on itself, over others either.',
    link: guide('task_definition_parameters'),
    *check(task) {
      for (const { container, path } of containersOfTask(task)) {
        const way = cycleFrom(task, container);
        if (way)
          yield { path: [...path, 'dependsOn'], message: `the containers wait for each other: ${way.join(' → ')}` };
      }
    },
  },
  {
    code: 'depends-on-healthy',
    severity: 'error',
    says: 'A container that others want HEALTHY has a health check.',
    link: api('ContainerDependency'),
    check: forContainers(function* ({ dependsOn = [] }, path, task) {
      for (const [index, { containerName, condition }] of dependsOn.entries()) {
        const other = containerOf(task, containerName);
        const isChecked = other?.healthCheck !== undefined && other.healthCheck.command?.[0] !== 'NONE';
        if (other && condition === 'HEALTHY' && !isChecked) {
          yield {
            path: [...path, 'dependsOn', index],
            message: `'${containerName}' has no 'healthCheck' and never becomes HEALTHY`,
          };
        }
      }
    }),
  },
  {
    code: 'depends-on-end',
    severity: 'error',
    says: 'A container that others want to have ended (COMPLETE, SUCCESS) is not essential.',
    link: api('ContainerDependency'),
    check: forContainers(function* ({ dependsOn = [] }, path, task) {
      for (const [index, { containerName, condition = '' }] of dependsOn.entries()) {
        const other = containerOf(task, containerName);
        if (other && ['COMPLETE', 'SUCCESS'].includes(condition) && other.essential !== false) {
          yield {
            path: [...path, 'dependsOn', index],
            message: `'${containerName}' is essential: its end ends the task`,
          };
        }
      }
    }),
  },
  {
    code: 'volumes-from-unknown',
    severity: 'error',
    says: 'volumesFrom names a container of the task.',
    link: api('VolumeFrom'),
    check: forContainers(function* ({ volumesFrom = [] }, path, task) {
      for (const [index, { sourceContainer }] of volumesFrom.entries()) {
        if (!containerOf(task, sourceContainer))
          yield { path: [...path, 'volumesFrom', index], message: 'no container of the task is called so' };
      }
    }),
  },
];

/** The way from a container back to itself; undefined when there is none. */
function cycleFrom(task: Task, start: Container): readonly string[] | undefined {
  const seen = new Set<string>();
  const follow = (container: Container, way: readonly string[]): readonly string[] | undefined => {
    for (const { containerName = '' } of container.dependsOn ?? []) {
      if (containerName === start.name) return [...way, containerName];
      const next = seen.has(containerName) ? undefined : containerOf(task, containerName);
      seen.add(containerName);
      const found = next && follow(next, [...way, containerName]);
      if (found) return found;
    }
    return undefined;
  };
  return follow(start, [start.name ?? '']);
}
