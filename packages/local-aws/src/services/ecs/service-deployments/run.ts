import type { Ecs, Fleet, RevisionRecord, ServiceDeploymentRecord, ServiceRecord } from '../model.js';

/** DeploymentRun is one service deployment under way, with all that it acts on. */
export interface DeploymentRun {
  readonly ecs: Ecs;
  readonly service: ServiceRecord;
  readonly deployment: ServiceDeploymentRecord;
  /** Aborted when the way forward has ended: by a rollback, a stop, or close(). */
  readonly forward: AbortSignal;
  /** Aborted when a rollback has to end as well: by a stop or close(). */
  readonly all: AbortSignal;
}

/** otherFleets returns the fleets of all revisions but the target's. */
export function otherFleets({ service, deployment }: DeploymentRun): Fleet[] {
  return service.fleets.filter((fleet) => fleet !== deployment.fleet);
}

/** shifts tells whether the strategy moves traffic between two target groups; a rolling update does not. */
export function shifts({ deployment }: DeploymentRun): boolean {
  const strategy = deployment.configuration.strategy ?? 'ROLLING';
  return strategy !== 'ROLLING';
}

/** fleetOfBase returns the fleet that a rollback goes back to, if it still has one. */
export function fleetOfBase({ service }: DeploymentRun, base: RevisionRecord): Fleet | undefined {
  return service.fleets.find(({ revision }) => revision === base);
}
