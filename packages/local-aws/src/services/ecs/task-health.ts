import type { ContainerHealth } from '../../tasks/task-engine.js';
import type { ContainerRecord, TaskRecord } from './model.js';

/** isDecisive tells whether a container's health counts for its task: it is essential, and has a health check. */
export function isDecisive({ essential, checked }: ContainerRecord): boolean {
  return essential && checked;
}

/**
 * containersHealth is a task's health: UNHEALTHY with any essential container, HEALTHY only with all that are checked.
 *
 * @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html
 */
export function containersHealth({ containers, lastStatus }: TaskRecord): ContainerHealth {
  const healths = containers.filter(isDecisive).map(({ health }) => health);
  if (lastStatus === 'STOPPED' || healths.length === 0) return 'UNKNOWN';
  if (healths.includes('UNHEALTHY')) return 'UNHEALTHY';
  return healths.every((health) => health === 'HEALTHY') ? 'HEALTHY' : 'UNKNOWN';
}
