import { addEvent } from '../events.js';
import { fleetOf, healthyCount, removeFleet, scale } from '../scheduler/fleet.js';
import type { Fleet } from '../model.js';
import { rememberCounts } from './counts.js';
import { setStage, setStatus, setWeights } from './record.js';
import { roll } from './rolling.js';
import { shifts, type DeploymentRun } from './run.js';
import { shift } from './traffic.js';

/** RollbackFailed says why a service could not be taken back. */
export class RollbackFailed extends Error {}

/** rollBack takes a service back to the base revision: traffic first, then the target revision's tasks. */
export async function rollBack(run: DeploymentRun, reason: string): Promise<void> {
  const { ecs, service, deployment } = run;
  const base = deployment.base;
  if (!base) throw new RollbackFailed('There is no earlier service revision to roll back to.');
  const now = ecs.world.time.now();
  setStatus(deployment, 'ROLLBACK_IN_PROGRESS', now);
  deployment.rollback = { reason, startedAt: now, serviceRevisionArn: base.arn };
  deployment.statusReason = reason;
  const fleet = fleetOf(ecs, service, base);
  addEvent(ecs, service, `rolling back to (deployment ${fleet.id}).`);
  fleet.launches = true;
  service.configuration = base.configuration;
  if (shifts(run)) await shiftBack(run, fleet);
  else await rollTo(run, fleet);
}

async function shiftBack(run: DeploymentRun, fleet: Fleet): Promise<void> {
  const { ecs, service, deployment, all } = run;
  scale(ecs, fleet, { service, to: service.desiredCount });
  if ((deployment.productionWeight ?? 0) > 0) {
    setStage(deployment, 'PRODUCTION_TRAFFIC_SHIFT', ecs.world.time.now());
    // At once while the base still runs; after a part of it was removed it has to come back first.
    await orFailing(run, fleet, () => healthyCount(ecs, fleet) >= service.desiredCount);
    shift(ecs, deployment.revision, { route: 'production', percent: 0 });
    setWeights(deployment, { production: 0 }, ecs.world.time.now());
  }
  if ((deployment.testWeight ?? 0) > 0) {
    setStage(deployment, 'TEST_TRAFFIC_SHIFT', ecs.world.time.now());
    shift(ecs, deployment.revision, { route: 'test', percent: 0 });
    setWeights(deployment, { test: 0 }, ecs.world.time.now());
  }
  setStage(deployment, 'CLEAN_UP', ecs.world.time.now());
  scale(ecs, deployment.fleet, { service, to: 0 });
  await service.changes.until(() => deployment.fleet.tasks.size === 0, all);
  rememberCounts(deployment, deployment.fleet);
  removeFleet(service, deployment.fleet);
}

async function rollTo(run: DeploymentRun, fleet: Fleet): Promise<void> {
  const { service, deployment, all } = run;
  deployment.fleet.launches = false;
  const from = service.fleets.filter((other) => other !== fleet);
  const failing = new AbortController();
  watchForFailure(run, fleet, (error) => failing.abort(error));
  await roll(run, { to: fleet, from, signal: AbortSignal.any([all, failing.signal]) });
}

async function orFailing(run: DeploymentRun, fleet: Fleet, holds: () => boolean): Promise<void> {
  const failing = new AbortController();
  watchForFailure(run, fleet, (error) => failing.abort(error));
  await run.service.changes.until(holds, AbortSignal.any([run.all, failing.signal]));
}

/** Going back may fail for the same reasons as going forward; as many failures as trip the breaker end it. */
function watchForFailure({ deployment }: DeploymentRun, fleet: Fleet, fail: (error: Error) => void): void {
  let failures = 0;
  fleet.onFailure = () => {
    failures += 1;
    if (failures < deployment.breaker.threshold) return;
    fail(new RollbackFailed('The tasks of the service revision that was rolled back to failed to start.'));
  };
}
