import { fleetOf, healthyCount, removeFleet, scale } from '../scheduler/fleet.js';
import type { Fleet, Stage } from '../model.js';
import { passHooks } from './hooks.js';
import { setStage, setWeights } from './record.js';
import { otherFleets, type DeploymentRun } from './run.js';
import { resolveTargets } from './target-groups.js';
import { hasRoute, productionShare, shift } from './traffic.js';
import { weightSteps, type WeightStep } from './weight-steps.js';
import { rememberCounts } from './counts.js';

/** PlannedStage is a stage to go through; the traffic shifts say how far. */
export interface PlannedStage {
  readonly stage: Stage;
  readonly step?: WeightStep;
}

/** Stages at which a hook may stand, whatever its type. Scaling, baking and cleaning up have none. */
const HOOK_STAGES: readonly Stage[] = [
  'RECONCILE_SERVICE',
  'PRE_SCALE_UP',
  'POST_SCALE_UP',
  'TEST_TRAFFIC_SHIFT',
  'POST_TEST_TRAFFIC_SHIFT',
  'PRE_PRODUCTION_TRAFFIC_SHIFT',
  'PRODUCTION_TRAFFIC_SHIFT',
  'POST_PRODUCTION_TRAFFIC_SHIFT',
];

/** PAUSE_STAGES are those at which a PAUSE hook may stand. */
export const PAUSE_STAGES: readonly Stage[] = HOOK_STAGES.filter(
  (stage) => stage !== 'TEST_TRAFFIC_SHIFT' && stage !== 'PRODUCTION_TRAFFIC_SHIFT',
);

/** planStages lists the stages of a blue/green, canary or linear deployment in order. */
export function planStages(run: Pick<DeploymentRun, 'deployment'>): readonly PlannedStage[] {
  const { base, sources, configuration } = run.deployment;
  // A first deployment goes to 100 % at once: no other revision could answer the rest.
  const steps = weightSteps(base ? configuration : { strategy: 'BLUE_GREEN' });
  const shiftSteps = steps.flatMap((step): PlannedStage[] => [
    { stage: 'PRE_PRODUCTION_TRAFFIC_SHIFT' },
    { stage: 'PRODUCTION_TRAFFIC_SHIFT', step },
  ]);
  return [
    // Only when an earlier deployment left more than one revision behind.
    ...(sources.length > 1 ? [{ stage: 'RECONCILE_SERVICE' } as const] : []),
    { stage: 'PRE_SCALE_UP' },
    { stage: 'SCALE_UP' },
    { stage: 'POST_SCALE_UP' },
    { stage: 'TEST_TRAFFIC_SHIFT' },
    { stage: 'POST_TEST_TRAFFIC_SHIFT' },
    ...shiftSteps,
    { stage: 'POST_PRODUCTION_TRAFFIC_SHIFT' },
    { stage: 'BAKE_TIME' },
    { stage: 'CLEAN_UP' },
  ];
}

/** passStage enters a stage, does what it is for, and waits at its hooks. */
export async function passStage(run: DeploymentRun, planned: PlannedStage): Promise<void> {
  const { ecs, deployment, forward } = run;
  forward.throwIfAborted();
  setStage(deployment, planned.stage, ecs.world.time.now());
  await ACTIONS[planned.stage]?.(run, planned);
  forward.throwIfAborted();
  if (HOOK_STAGES.includes(planned.stage)) await passHooks(ecs, deployment, { stage: planned.stage, signal: forward });
}

type Action = (run: DeploymentRun, planned: PlannedStage) => Promise<void> | void;

const ACTIONS: { readonly [stage in Stage]?: Action } = {
  RECONCILE_SERVICE: reconcileService,
  PRE_SCALE_UP: chooseTargets,
  SCALE_UP: untilHealthy,
  TEST_TRAFFIC_SHIFT: shiftTestTraffic,
  PRODUCTION_TRAFFIC_SHIFT: shiftProductionTraffic,
  BAKE_TIME: bake,
  CLEAN_UP: cleanUp,
};

/** All traffic back to the one revision that takes most of it, all other tasks gone: then the state is simple. */
async function reconcileService(run: DeploymentRun): Promise<void> {
  const { ecs, service, deployment } = run;
  const base = deployment.base;
  if (!base) return;
  if (productionShare(ecs, base) < 100) shift(ecs, base, { route: 'production', percent: 100 });
  shift(ecs, base, { route: 'test', percent: 100 });
  const fleet = fleetOf(ecs, service, base);
  fleet.launches = true;
  scale(ecs, fleet, { service, to: service.desiredCount });
  await removeFleets(
    run,
    otherFleets(run).filter((other) => other !== fleet),
  );
}

function chooseTargets({ ecs, deployment }: DeploymentRun): void {
  const { revision, base } = deployment;
  revision.targets = resolveTargets(ecs, revision.configuration, { base, shifting: true });
  const now = ecs.world.time.now();
  if (hasRoute(revision, 'production')) setWeights(deployment, { production: 0 }, now);
  if (hasRoute(revision, 'test')) setWeights(deployment, { test: 0 }, now);
}

/** No traffic is shifted to tasks that were healthy once: they have to be healthy now, as many as are desired now. */
async function untilHealthy({ ecs, service, deployment, forward }: DeploymentRun): Promise<void> {
  const { fleet } = deployment;
  const healthy = (): boolean => {
    if (fleet.requestedCount !== service.desiredCount) scale(ecs, fleet, { service, to: service.desiredCount });
    return healthyCount(ecs, fleet) >= service.desiredCount;
  };
  await service.changes.until(healthy, forward);
}

async function shiftTestTraffic(run: DeploymentRun): Promise<void> {
  const { ecs, deployment } = run;
  if (!hasRoute(deployment.revision, 'test')) return;
  await untilHealthy(run);
  shift(ecs, deployment.revision, { route: 'test', percent: 100 });
  setWeights(deployment, { test: 100 }, ecs.world.time.now());
}

async function shiftProductionTraffic(run: DeploymentRun, { step }: PlannedStage): Promise<void> {
  const { ecs, deployment, forward } = run;
  if (!step || !hasRoute(deployment.revision, 'production')) return;
  await untilHealthy(run);
  shift(ecs, deployment.revision, { route: 'production', percent: step.percent });
  setWeights(deployment, { production: step.percent }, ecs.world.time.now());
  if (step.bakeMinutes > 0) await ecs.world.time.wait(step.bakeMinutes * 60, forward);
}

/** A first deployment has no other revision to bake beside. */
async function bake({ ecs, deployment, forward }: DeploymentRun): Promise<void> {
  const minutes = deployment.configuration.bakeTimeInMinutes ?? 0;
  if (minutes > 0 && deployment.base) await ecs.world.time.wait(minutes * 60, forward);
}

async function cleanUp(run: DeploymentRun): Promise<void> {
  await removeFleets(run, otherFleets(run));
}

async function removeFleets(run: DeploymentRun, fleets: readonly Fleet[]): Promise<void> {
  const { ecs, service, deployment, forward } = run;
  for (const fleet of fleets) scale(ecs, fleet, { service, to: 0 });
  await service.changes.until(() => fleets.every(({ tasks }) => tasks.size === 0), forward);
  for (const fleet of fleets) {
    rememberCounts(deployment, fleet);
    removeFleet(service, fleet);
  }
}
