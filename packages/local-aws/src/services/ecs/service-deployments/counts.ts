import type { Fleet, RevisionCounts, ServiceDeploymentRecord } from '../model.js';

/** countsOf returns how many tasks a fleet is asked to have, has running, and has on the way. */
export function countsOf(fleet: Fleet): RevisionCounts {
  const tasks = [...fleet.tasks];
  const running = tasks.filter(({ lastStatus }) => lastStatus === 'RUNNING' || lastStatus === 'DEACTIVATING').length;
  const pending = tasks.filter(({ lastStatus }) =>
    ['PROVISIONING', 'PENDING', 'ACTIVATING'].includes(lastStatus),
  ).length;
  return { requested: fleet.requestedCount, running, pending };
}

/** rememberCounts keeps a fleet's last counts in the deployment that removes it. */
export function rememberCounts(deployment: ServiceDeploymentRecord, fleet: Fleet): void {
  deployment.lastCounts.set(fleet.revision, countsOf(fleet));
}
