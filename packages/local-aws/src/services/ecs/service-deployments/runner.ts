import { messageOf } from '@slipway/core';
import { addEvent, deploymentFailed } from '../events.js';
import { removeFleet } from '../scheduler/fleet.js';
import type { Ecs, Fleet, RevisionRecord, ServiceDeploymentRecord, ServiceRecord } from '../model.js';
import { bakeSeconds, watchAlarms } from './alarm-watch.js';
import { countFailure, countHealthy } from './circuit-breaker.js';
import { DeploymentInterrupted, isTerminal, setStatus } from './record.js';
import { RollbackFailed, rollBack } from './rollback.js';
import { roll } from './rolling.js';
import { otherFleets, shifts, type DeploymentRun } from './run.js';
import { passStage, planStages } from './stages.js';
import { resolveTargets, TargetGroupsDisagree } from './target-groups.js';
import { productionShare } from './traffic.js';

/** On AWS a service deployment is PENDING for a moment, too: whoever looks at once has to understand it. */
const START_AFTER_SECONDS = 1;

/** runServiceDeployment takes a service deployment from PENDING to its end. It never rejects. */
export async function runServiceDeployment(
  ecs: Ecs,
  service: ServiceRecord,
  { deployment, previous }: { deployment: ServiceDeploymentRecord; previous: Promise<void> | undefined },
): Promise<void> {
  const all = AbortSignal.any([deployment.all.signal, ecs.closing]);
  const run: DeploymentRun = {
    ecs,
    service,
    deployment,
    all,
    forward: AbortSignal.any([deployment.forward.signal, all]),
  };
  let stopWatchingAlarms = (): void => undefined;
  try {
    await previous;
    survey(run);
    await ecs.world.time.wait(START_AFTER_SECONDS, run.forward);
    setStatus(deployment, 'IN_PROGRESS', ecs.world.time.now());
    watchFailures(run);
    stopWatchingAlarms = watchAlarms(run, () => fail(run, alarmFailure(run)));
    await goForward(run);
    succeed(run);
  } catch (error) {
    // Hooks and waits that are still open belong to a way that nobody goes any more.
    deployment.forward.abort(error);
    await goAnotherWay(run, error);
  } finally {
    deployment.fleet.onFailure = undefined;
    deployment.fleet.onHealthy = undefined;
    stopWatchingAlarms();
    if (deployment.breaker.status === 'MONITORING') deployment.breaker.status = 'MONITORING_COMPLETE';
    service.changes.notify();
  }
}

/** Only now, with every earlier deployment ended, is it true what runs and where traffic goes. */
function survey(run: DeploymentRun): void {
  const { ecs, service, deployment } = run;
  for (const fleet of otherFleets(run).filter(neverRan)) removeFleet(service, fleet);
  deployment.sources = otherFleets(run).map(({ revision }) => revision);
  deployment.base = shifts(run) ? busiest(ecs, service, deployment.sources) : lastGood(service, deployment.sources);
}

/** A revision whose own deployment ended before it was given its target groups is none to go back to. */
function neverRan({ revision, requestedCount, tasks }: Fleet): boolean {
  const waitsForTargets = revision.configuration.loadBalancers.length > 0 && revision.targets.length === 0;
  return waitsForTargets && requestedCount === 0 && tasks.size === 0;
}

function busiest(ecs: Ecs, service: ServiceRecord, sources: readonly RevisionRecord[]): RevisionRecord | undefined {
  const worth = (revision: RevisionRecord): number =>
    productionShare(ecs, revision) + (revision === service.lastCompleted ? 0.5 : 0);
  return [...sources].sort((one, other) => worth(other) - worth(one))[0];
}

function lastGood(service: ServiceRecord, sources: readonly RevisionRecord[]): RevisionRecord | undefined {
  return service.lastCompleted ?? sources[0];
}

function watchFailures(run: DeploymentRun): void {
  const { ecs, service, deployment } = run;
  const { fleet, breaker, configuration } = deployment;
  fleet.onFailure = () => {
    if (!countFailure(breaker)) return;
    addEvent(ecs, service, deploymentFailed(fleet));
    fail(run, {
      because: 'the circuit breaker threshold was exceeded',
      rollback: configuration.deploymentCircuitBreaker?.rollback,
    });
  };
  fleet.onHealthy = () => countHealthy(breaker, configuration.deploymentCircuitBreaker);
}

interface Failure {
  readonly because: string;
  readonly rollback: boolean | undefined;
}

function alarmFailure({ deployment }: DeploymentRun): Failure {
  const { alarmWatch, configuration } = deployment;
  return {
    because: `the alarm ${alarmWatch.triggered.join(', ')} went to ALARM`,
    rollback: configuration.alarms?.rollback,
  };
}

/** Back where that is wanted and possible; else it ends where it stands. */
function fail({ ecs, deployment }: DeploymentRun, { because, rollback }: Failure): void {
  if (rollback && deployment.base) {
    return requestRollback(ecs, deployment, `Service deployment rolled back because ${because}.`);
  }
  deployment.fleet.launches = false;
  requestStop(ecs, deployment, `Service deployment stopped because ${because}.`);
}

async function goForward(run: DeploymentRun): Promise<void> {
  const { ecs, deployment, forward } = run;
  if (shifts(run)) {
    for (const planned of planStages(run)) await passStage(run, planned);
    return;
  }
  const { revision, base, fleet } = deployment;
  revision.targets = resolveTargets(ecs, revision.configuration, { base, shifting: false });
  await roll(run, { to: fleet, from: otherFleets(run), signal: forward });
  const seconds = base ? bakeSeconds(run) : 0;
  if (seconds > 0) await ecs.world.time.wait(seconds, forward);
}

function succeed({ ecs, service, deployment, forward }: DeploymentRun): void {
  forward.throwIfAborted();
  setStatus(deployment, 'SUCCESSFUL', ecs.world.time.now());
  service.lastCompleted = deployment.revision;
  addEvent(ecs, service, `(deployment ${deployment.fleet.id}) deployment completed.`);
  addEvent(ecs, service, 'has reached a steady state.');
}

async function goAnotherWay(run: DeploymentRun, error: unknown): Promise<void> {
  const { ecs, deployment } = run;
  if (ecs.closing.aborted) return;
  if (deployment.status === 'STOP_REQUESTED') return stop(run);
  if (error instanceof TargetGroupsDisagree) {
    requestStop(ecs, deployment, error.message);
    return stop(run);
  }
  if (deployment.status !== 'ROLLBACK_REQUESTED') requestRollback(ecs, deployment, reasonOf(error));
  try {
    await rollBack(run, deployment.statusReason ?? '');
    setStatus(deployment, 'ROLLBACK_SUCCESSFUL', ecs.world.time.now());
    addEvent(ecs, run.service, 'has reached a steady state.');
  } catch (failure) {
    if (!ecs.closing.aborted) failRollback(run, failure);
  }
}

/** A stop may have come in the middle of the rollback: the newer request holds. */
function failRollback(run: DeploymentRun, failure: unknown): void {
  const { ecs, deployment } = run;
  const now = ecs.world.time.now();
  if ((deployment.status as string) === 'STOP_REQUESTED') return stop(run);
  if (failure instanceof RollbackFailed && deployment.status === 'ROLLBACK_REQUESTED') {
    setStatus(deployment, 'ROLLBACK_IN_PROGRESS', now);
  }
  deployment.fleet.launches = false;
  deployment.statusReason = `${deployment.statusReason ?? ''} The rollback failed: ${messageOf(failure)}`.trim();
  setStatus(deployment, 'ROLLBACK_FAILED', now);
}

function stop({ ecs, service, deployment }: DeploymentRun): void {
  setStatus(deployment, 'STOPPED', ecs.world.time.now());
  const { fleet } = deployment;
  if (fleet.tasks.size === 0 && fleet.requestedCount === 0 && service.fleets.length > 1) removeFleet(service, fleet);
}

function reasonOf(error: unknown): string {
  if (error instanceof DeploymentInterrupted) return error.interruption.reason;
  return `Service deployment rolled back because of an error: ${messageOf(error)}`;
}

/** requestRollback asks a service deployment to go back; it does nothing when it does so already, or has ended. */
export function requestRollback(ecs: Ecs, deployment: ServiceDeploymentRecord, reason: string): void {
  if (deployment.status !== 'PENDING' && deployment.status !== 'IN_PROGRESS') return;
  setStatus(deployment, 'ROLLBACK_REQUESTED', ecs.world.time.now());
  deployment.statusReason = reason;
  deployment.forward.abort(new DeploymentInterrupted({ kind: 'rollback', reason }));
}

/** requestStop asks a service deployment to end where it stands, also in the middle of a rollback. */
export function requestStop(ecs: Ecs, deployment: ServiceDeploymentRecord, reason: string): void {
  if (isTerminal(deployment.status) || deployment.status === 'STOP_REQUESTED') return;
  setStatus(deployment, 'STOP_REQUESTED', ecs.world.time.now());
  deployment.statusReason = reason;
  deployment.all.abort(new DeploymentInterrupted({ kind: 'stop', reason }));
}
