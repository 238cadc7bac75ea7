import type { Intent, Liftable } from './intent.js';
import type { Observation, ObservedTraffic } from './observation.js';

/** Why a deployment is not begun. */
export interface Refusal {
  readonly name: Liftable;
  readonly code: string;
  readonly because: string;
  /** Which protection is lost when it is allowed all the same. */
  readonly loses: string;
}

/** What the refusals look at beside the observation. */
export interface RefusalContext {
  readonly observation: Observation;
  readonly intent: Intent;
  /** How long the run needs at least, gates and waits included. */
  readonly minutes: number;
  readonly isShifting: boolean;
}

/** refusalsFor returns everything that speaks against beginning, allowed or not. */
export function refusalsFor(context: RefusalContext): readonly Refusal[] {
  const found = [unhealthyFleet, activeAlarm, nothingRuns, unexpectedWeights, shortCredentials];
  return found.map((look) => look(context)).filter((refusal) => refusal !== undefined);
}

function unhealthyFleet({ observation }: RefusalContext): Refusal | undefined {
  const { service, traffic, hasSucceeded } = observation;
  // A first deployment has no fleet to protect, and a count of 0 is a refusal of its own.
  if (!hasSucceeded || service.desiredCount === 0) return undefined;
  const healthy = traffic?.liveTargets.filter(({ state }) => state === 'healthy').length;
  if (healthy === undefined ? service.runningCount > 0 : healthy > 0) return undefined;
  return {
    name: 'unhealthy-fleet',
    code: 'DEPLOY_FLEET_UNHEALTHY',
    because:
      healthy === undefined
        ? `No task of '${service.name}' runs (desired: ${service.desiredCount}).`
        : `No target of the live target group is healthy (${describeTargets(traffic)}).`,
    loses: 'going back would lead to a fleet that was not healthy before, either',
  };
}

function describeTargets(traffic: ObservedTraffic | undefined): string {
  const states = new Map<string, number>();
  for (const { state } of traffic?.liveTargets ?? []) states.set(state, (states.get(state) ?? 0) + 1);
  return [...states].map(([state, count]) => `${count} ${state}`).join(', ') || 'it has no targets';
}

function activeAlarm({ observation }: RefusalContext): Refusal | undefined {
  const active = observation.alarms.filter(({ state }) => state === 'ALARM').map(({ name }) => name);
  if (active.length === 0) return undefined;
  return {
    name: 'active-alarm',
    code: 'DEPLOY_ALARM_ACTIVE',
    because: `In ALARM already: ${active.join(', ')}. ECS ignores all alarms of a deployment when one is in ALARM at its start.`,
    loses: 'ECS will watch none of the alarms during this deployment, and no alarm takes it back',
  };
}

function nothingRuns({ observation, intent }: RefusalContext): Refusal | undefined {
  if ((intent.desiredCount ?? observation.service.desiredCount) > 0) return undefined;
  return {
    name: 'nothing-runs',
    code: 'DEPLOY_NOTHING_RUNS',
    because: `The desired count of '${observation.service.name}' is 0: a deployment would prove nothing.`,
    loses: 'no task will run, so nothing about the new revision is proved',
  };
}

function unexpectedWeights({ observation, isShifting }: RefusalContext): Refusal | undefined {
  const [balancer] = observation.service.loadBalancers;
  if (!isShifting || !balancer?.alternateTargetGroupArn || !observation.traffic) return undefined;
  const known = [balancer.targetGroupArn, balancer.alternateTargetGroupArn];
  const weighted = observation.traffic.weights.filter(({ weight }) => weight > 0);
  const strangers = weighted.filter(({ targetGroupArn }) => !known.includes(targetGroupArn));
  if (weighted.length === 1 && strangers.length === 0) return undefined;
  const found = observation.traffic.weights.map((group) => `${nameOf(group.targetGroupArn)} ${group.weight}`);
  return {
    name: 'unexpected-weights',
    code: 'DEPLOY_WEIGHTS_UNEXPECTED',
    because: `The production rule forwards to ${found.join(', ') || 'no target group'}; expected all traffic on one of ${known.map(nameOf).join(', ')}.`,
    loses: 'which fleet is live is a guess, and going back may lead to the wrong one',
  };
}

function shortCredentials({ observation, minutes }: RefusalContext): Refusal | undefined {
  const { credentials, now } = observation;
  if (credentials.kind !== 'until') return undefined;
  const left = (credentials.at.getTime() - now) / 60_000;
  if (left >= minutes) return undefined;
  return {
    name: 'short-credentials',
    code: 'DEPLOY_CREDENTIALS_SHORT',
    because: `The credentials end in ${Math.max(0, Math.floor(left))} minutes, and the deployment takes at least ${Math.ceil(minutes)}.`,
    loses: 'the run may lose sight of its deployment; only the dead-man’s switch takes it back then',
  };
}

/** split tells refusals that stand from those that were lifted by name. */
export function split(
  refusals: readonly Refusal[],
  allow: readonly Liftable[],
): { readonly standing: readonly Refusal[]; readonly lifted: readonly Refusal[] } {
  return {
    standing: refusals.filter(({ name }) => !allow.includes(name)),
    lifted: refusals.filter(({ name }) => allow.includes(name)),
  };
}

/** nameOf returns the name in `arn:…:targetgroup/name/id`. */
export function nameOf(targetGroupArn: string): string {
  return targetGroupArn.split('/')[1] ?? targetGroupArn;
}
