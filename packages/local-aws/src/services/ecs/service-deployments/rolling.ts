import type { DeploymentConfiguration } from '@aws-sdk/client-ecs';
import { addEvent } from '../events.js';
import { activeTasks, healthyCount, removeFleet, scale } from '../scheduler/fleet.js';
import type { Fleet } from '../model.js';
import { rememberCounts } from './counts.js';
import type { DeploymentRun } from './run.js';

/** AWS's defaults for a replica service. */
export const ROLLING_DEFAULTS = { minimumHealthyPercent: 100, maximumPercent: 200 } as const;

/** RollingState is what a step of a rolling update is decided from. */
export interface RollingState {
  readonly desired: number;
  readonly minimumHealthyPercent: number;
  readonly maximumPercent: number;
  readonly target: { readonly requested: number; readonly healthy: number };
  readonly source: { readonly requested: number; readonly healthy: number };
}

/** RollingStep is how many tasks of the new and of the old revisions there should be next. */
export interface RollingStep {
  readonly target: number;
  readonly source: number;
}

/** nextRollingStep stays between the least that must be healthy and the most that may run. */
export function nextRollingStep(state: RollingState): RollingStep {
  const { desired, target, source } = state;
  const most = Math.floor((desired * state.maximumPercent) / 100);
  const least = Math.ceil((desired * state.minimumHealthyPercent) / 100);
  const room = Math.max(0, most - target.requested - source.requested);
  const unhealthySources = source.requested - source.healthy;
  const spare = Math.max(0, target.healthy + source.healthy - least);
  return {
    target: Math.min(desired, target.requested + room),
    source: Math.max(0, source.requested - unhealthySources - spare),
  };
}

/** isStuck tells whether the percentages leave no room to start a task and none to stop one, with all tasks healthy. */
export function isStuck({ desired, target, source }: RollingState, step: RollingStep): boolean {
  const settled = target.healthy === target.requested && source.healthy === source.requested;
  const still = step.target === target.requested && step.source === source.requested;
  return settled && still && source.requested > 0 && target.requested < desired;
}

/** @see https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html */
const UNABLE_TO_MOVE =
  'is unable to stop or start tasks during a deployment because of the service deployment configuration. ' +
  'Update the minimumHealthyPercent or maximumPercent value and try again.';

/** Roll is a rolling update between fleets of one service: forward, or back. */
export interface Roll {
  readonly to: Fleet;
  readonly from: readonly Fleet[];
  readonly signal: AbortSignal;
}

/** roll replaces the tasks of some fleets by those of another, and resolves when the others are gone. */
export async function roll(run: DeploymentRun, { to, from, signal }: Roll): Promise<void> {
  const { ecs, service, deployment } = run;
  const finished = (): boolean =>
    healthyCount(ecs, to) >= service.desiredCount &&
    to.requestedCount === service.desiredCount &&
    from.every(({ tasks }) => tasks.size === 0);
  let told = false;
  for (;;) {
    signal.throwIfAborted();
    const state = stateOf(run, to, from);
    const step = nextRollingStep(state);
    if (!told && isStuck(state, step)) {
      addEvent(ecs, service, UNABLE_TO_MOVE);
      told = true;
    }
    if (step.target !== to.requestedCount) scale(ecs, to, { service, to: step.target });
    shrink(run, from, step.source);
    if (finished()) break;
    await service.changes.next(signal);
  }
  for (const fleet of from) {
    rememberCounts(deployment, fleet);
    removeFleet(service, fleet);
  }
}

function stateOf({ ecs, service, deployment }: DeploymentRun, to: Fleet, from: readonly Fleet[]): RollingState {
  const configuration: DeploymentConfiguration = deployment.configuration;
  const sum = (count: (fleet: Fleet) => number): number => from.reduce((total, fleet) => total + count(fleet), 0);
  return {
    desired: service.desiredCount,
    minimumHealthyPercent: configuration.minimumHealthyPercent ?? ROLLING_DEFAULTS.minimumHealthyPercent,
    maximumPercent: configuration.maximumPercent ?? ROLLING_DEFAULTS.maximumPercent,
    target: { requested: to.requestedCount, healthy: healthyCount(ecs, to) },
    source: {
      requested: sum(({ requestedCount }) => requestedCount),
      healthy: sum((fleet) => Math.min(healthyCount(ecs, fleet), activeTasks(fleet).length)),
    },
  };
}

function shrink({ ecs, service }: DeploymentRun, fleets: readonly Fleet[], total: number): void {
  let tooMany = fleets.reduce((sum, { requestedCount }) => sum + requestedCount, 0) - total;
  for (const fleet of fleets) {
    const fewer = Math.min(fleet.requestedCount, Math.max(0, tooMany));
    tooMany -= fewer;
    if (fewer > 0) scale(ecs, fleet, { service, to: fleet.requestedCount - fewer });
  }
}
