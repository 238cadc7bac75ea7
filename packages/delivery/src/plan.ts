import { SlipwayError, parseImageReference } from '@slipway/core';
import { changeFor, type Change } from './change.js';
import type { Intent } from './intent.js';
import { shortName, type Observation } from './observation.js';
import { stepsOf } from './plan-text.js';
import { refusalsFor, split, type Refusal } from './refusals.js';
import { isShifting, shiftMinutes, shiftSteps } from './settings.js';

/** What a run is going to do. */
export type Plan =
  /** The service runs this revision already, and nothing is under way. */
  | { readonly kind: 'unchanged' }
  /** A deployment of this very revision is under way: it is followed to its end. */
  | { readonly kind: 'resume'; readonly deploymentArn: string; readonly isOurs: boolean; readonly told: PlanTold }
  /** Another deployment is under way, and `if-in-progress: wait` was said. */
  | { readonly kind: 'wait'; readonly deploymentArn: string }
  | { readonly kind: 'deploy'; readonly change: Change; readonly refusals: Refusals; readonly told: PlanTold };

export interface Refusals {
  readonly standing: readonly Refusal[];
  readonly lifted: readonly Refusal[];
}

/** The plan as people read it. */
export interface PlanTold {
  readonly steps: readonly string[];
  /** The calls that change something, in order. */
  readonly calls: readonly string[];
  /** What this deployment cannot promise, and why. */
  readonly notGuaranteed: readonly string[];
  /** Until ECS can have completed it, without the start of tasks and the waiting for metrics. */
  readonly leastMinutes: number;
}

/** AWS itself waits so long after each shift behind a Network Load Balancer (developer guide, blue/green with NLB). */
const NLB_SHIFT_MINUTES = 10;

/**
 * planDeployment decides what to do from what is there. It refuses nothing that can be lifted: that is the caller's,
 * who has to show the plan first.
 *
 * @throws SlipwayError DEPLOY_HELD, DEPLOY_IN_PROGRESS, DEPLOY_CONTAINER_NOT_FOUND, DEPLOY_STRATEGY_UNSUPPORTED
 */
export function planDeployment(observation: Observation, intent: Intent): Plan {
  if (!intent.ignoresHold) assertNotHeld(observation);
  assertHasContainers(observation);
  const { inFlight, wanted, service } = observation;
  if (inFlight && inFlight.taskDefinitionArn === wanted.arn) {
    return {
      kind: 'resume',
      deploymentArn: inFlight.arn,
      isOurs: inFlight.isOurs,
      told: toldFor(observation, intent, changeFor(service, intent)),
    };
  }
  if (inFlight && intent.ifInProgress === 'wait') return { kind: 'wait', deploymentArn: inFlight.arn };
  if (inFlight && intent.ifInProgress === 'fail') throw inProgress(observation);
  if (isUnchanged(observation, intent)) return { kind: 'unchanged' };
  const change = changeFor(service, intent);
  const told = toldFor(observation, intent, change);
  const found = refusalsFor({
    observation,
    intent,
    minutes: told.leastMinutes,
    isShifting: isShifting(change.settings.strategy),
  });
  return { kind: 'deploy', change, told, refusals: split(found, intent.allow) };
}

function isUnchanged({ service, wanted, inFlight }: Observation, intent: Intent): boolean {
  if (inFlight || intent.forceNewDeployment || intent.move) return false;
  if (intent.desiredCount !== undefined && intent.desiredCount !== service.desiredCount) return false;
  return (
    service.taskDefinitionArn === wanted.arn && service.desiredCount > 0 && service.runningCount >= service.desiredCount
  );
}

function toldFor(observation: Observation, intent: Intent, change: Change): PlanTold {
  const leastMinutes = leastMinutesOf(observation, intent, change);
  return { ...stepsOf({ observation, intent, change, leastMinutes }), leastMinutes };
}

function leastMinutesOf({ traffic }: Observation, intent: Intent, { settings, pauses }: Change): number {
  if (!isShifting(settings.strategy)) return 0;
  // Test traffic is shifted once, production traffic once a step.
  const nlb = traffic?.loadBalancerType === 'network' ? NLB_SHIFT_MINUTES * (shiftSteps(settings) + 1) : 0;
  const gates = pauses.length === 0 ? 0 : leastGateMinutes(intent);
  const bake = intent.waitUntil === 'BAKE_TIME' ? 0 : (settings.bakeTimeInMinutes ?? 0);
  return shiftMinutes(settings) + nlb + gates + bake + (traffic?.deregistrationDelaySeconds ?? 0) / 60;
}

/** Gates end as soon as they know; that the old fleet answers nothing takes a whole minute of CloudWatch at least. */
function leastGateMinutes({ gateMinutes }: Intent): number {
  return gateMinutes['after-traffic'] > 0 ? 1 : 0;
}

function assertNotHeld({ hold, service }: Observation): void {
  if (hold === undefined) return;
  throw new SlipwayError({
    code: 'DEPLOY_HELD',
    message: `Deliveries to '${service.name}' are held: ${hold}.`,
    hint: "Ask who holds them. A person releases the hold with the rollback action's 'hold: release', or by removing the service's tag 'slipway:hold'.",
  });
}

function inProgress({ inFlight, service }: Observation): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_IN_PROGRESS',
    message: `The service '${service.name}' has a deployment${inFlight?.taskDefinitionArn ? ` of ${shortName(inFlight.taskDefinitionArn)}` : ''} under way (${inFlight?.status}): ${inFlight?.arn}.`,
    hint: "Wait until it has ended, or set 'if-in-progress' to 'wait' or 'supersede'. Nothing was changed.",
    kind: 'world',
    retryable: true,
  });
}

/** The load balancer sends its requests to a container by name: ECS would refuse a revision without it. */
function assertHasContainers({ service, wanted }: Observation): void {
  const names = wanted.containers.map(({ name }) => name);
  const missing = service.loadBalancers.find(({ containerName }) => !names.includes(containerName));
  if (!missing) return;
  throw new SlipwayError({
    code: 'DEPLOY_CONTAINER_NOT_FOUND',
    message: `The load balancer of '${service.name}' sends requests to the container '${missing.containerName}', and the task definition has: ${names.join(', ')}.`,
    hint: 'Give the container in the task definition that name. Nothing was changed.',
  });
}

/** unpinned returns the containers whose image is named by a tag alone: what they run is not certain. */
export function unpinned(containers: Observation['wanted']['containers']): readonly string[] {
  return containers.filter(({ image }) => !parseImageReference(image).digest).map(({ name }) => name);
}
