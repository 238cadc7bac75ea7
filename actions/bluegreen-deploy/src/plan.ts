import { SlipwayError } from '@slipway/core';
import { isInFlight } from '@slipway/delivery';
import type { Observation } from './observe.js';

/** What a run is going to do. */
export type Plan =
  /** The service runs this revision already, and nothing is under way. */
  { readonly kind: 'unchanged' } | { readonly kind: 'deploy'; readonly steps: readonly string[] };

/** planDeployment decides what to do from what is there. @throws SlipwayError DEPLOY_IN_PROGRESS, DEPLOY_NOTHING_RUNS */
export function planDeployment(observation: Observation): Plan {
  const { service, wanted, deployments } = observation;
  const inFlight = deployments.find(({ status }) => isInFlight(status));
  if (inFlight) {
    throw new SlipwayError({
      code: 'DEPLOY_IN_PROGRESS',
      message: `The service '${service.name}' has a deployment under way (${inFlight.status}): ${inFlight.arn}.`,
      hint: 'Wait until it has ended, or stop it, and run this again. Nothing was changed.',
      kind: 'world',
      retryable: true,
    });
  }
  if (service.desiredCount === 0) {
    throw new SlipwayError({
      code: 'DEPLOY_NOTHING_RUNS',
      message: `The desired count of the service '${service.name}' is 0: a deployment would prove nothing.`,
      hint: 'Set a desired count of at least 1. Nothing was changed.',
    });
  }
  if (service.taskDefinitionArn === wanted.arn && service.runningCount >= service.desiredCount) {
    return { kind: 'unchanged' };
  }
  return { kind: 'deploy', steps: stepsOf(observation) };
}

function stepsOf({ service, wanted, weights }: Observation): readonly string[] {
  const now = weights.map(({ targetGroupArn, weight }) => `${nameOf(targetGroupArn)} ${weight}`).join(', ');
  return [
    `${service.strategy} deployment of '${service.name}': ${shortName(service.taskDefinitionArn)} → ${shortName(wanted.arn)}.`,
    ...(now === '' ? [] : [`Production weights now: ${now}.`]),
    `One call starts it: ecs:UpdateService with the task definition and nothing else. Strategy, bake time, alarms and hooks are the service's own.`,
    `ECS starts ${service.desiredCount} new task${service.desiredCount === 1 ? '' : 's'}, waits until their targets are healthy, and shifts the traffic.`,
    'Every state change is reported. Cancelling the job, or its timeout, takes the deployment back with one call: ecs:StopServiceDeployment.',
    "Success is reported when ECS has completed this very deployment and every running task's image digest is the one of the task definition.",
    "Not guaranteed: if the runner dies, ECS finishes the deployment by itself, guarded by the service's own alarms and circuit breaker alone.",
  ];
}

/** shortName returns `family:revision` of a task definition's ARN. */
export function shortName(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}

/** The name in `arn:…:targetgroup/name/id`. */
function nameOf(targetGroupArn: string): string {
  return targetGroupArn.split('/')[1] ?? targetGroupArn;
}
