import type { Change } from './change.js';
import type { Intent } from './intent.js';
import { shortName, type Observation } from './observation.js';
import { nameOf } from './refusals.js';
import { CANARY_DEFAULTS, LINEAR_DEFAULTS, isShifting, type Settings } from './settings.js';

/** What a plan is told from. */
interface Telling {
  readonly observation: Observation;
  readonly intent: Intent;
  readonly change: Change;
  readonly leastMinutes: number;
}

/** stepsOf puts a plan into sentences: what happens in which order, by which calls, and what is not promised. */
export function stepsOf(telling: Telling) {
  return { steps: steps(telling), calls: calls(telling), notGuaranteed: notGuaranteed(telling) };
}

function steps({ observation, intent, change, leastMinutes }: Telling): readonly string[] {
  const { service, wanted, traffic } = observation;
  const weights = (traffic?.weights ?? []).map((group) => `${nameOf(group.targetGroupArn)} ${group.weight}`);
  const count = intent.desiredCount ?? service.desiredCount;
  return [
    `${change.settings.strategy ?? 'ROLLING'} deployment of '${service.name}': ${shortName(service.taskDefinitionArn)} → ${shortName(wanted.arn)}, ${count} task${count === 1 ? '' : 's'}.`,
    ...(weights.length > 0 ? [`Production weights now: ${weights.join(', ')}.`] : []),
    ...(intent.task ? [`Before anything is deployed: ${intent.task}.`] : []),
    ...traffics(change.settings),
    ...change.pauses.map(
      ({ lifecycleStages, timeoutConfiguration }) =>
        `ECS pauses at ${lifecycleStages[0]} and goes back by itself when nobody answers within ${timeoutConfiguration.timeoutInMinutes} minutes.`,
    ),
    ...(change.pauses.length > 0 ? intent.gatePlans : []),
    ...(traffic?.loadBalancerType === 'network'
      ? ['Behind a Network Load Balancer ECS waits ten more minutes at every shift.']
      : []),
    `It takes ${Math.ceil(leastMinutes)} minutes at least, beside the start of the tasks; after ${intent.timeoutMinutes} it is taken back.`,
    ...(intent.waitUntil ? [`This run leaves at ${intent.waitUntil}; the outcome is then 'in-progress'.`] : []),
    "Success is reported when ECS has completed this very deployment and every running task's image digest is the one of the task definition.",
  ];
}

function traffics(settings: Settings): readonly string[] {
  const bake = `then ${settings.bakeTimeInMinutes ?? 0} minutes of bake time`;
  switch (settings.strategy ?? 'ROLLING') {
    case 'BLUE_GREEN':
      return [`All traffic moves at once, ${bake}.`];
    case 'CANARY': {
      const { canaryPercent, canaryBakeTimeInMinutes } = { ...CANARY_DEFAULTS, ...settings.canaryConfiguration };
      return [`${canaryPercent} % of the traffic for ${canaryBakeTimeInMinutes} minutes, then all of it, ${bake}.`];
    }
    case 'LINEAR': {
      const { stepPercent, stepBakeTimeInMinutes } = { ...LINEAR_DEFAULTS, ...settings.linearConfiguration };
      return [`${stepPercent} % more of the traffic every ${stepBakeTimeInMinutes} minutes, ${bake}.`];
    }
    default:
      return ['Tasks are replaced group by group; old and new answer side by side meanwhile.'];
  }
}

function calls({ change, intent }: Telling): readonly string[] {
  const what = ['taskDefinition', ...(change.sendsSettings ? ['deploymentConfiguration'] : [])];
  if (change.loadBalancers) what.push('loadBalancers');
  if (intent.desiredCount !== undefined) what.push('desiredCount');
  if (intent.forceNewDeployment) what.push('forceNewDeployment');
  return [
    ...(intent.task ? ['ecs:RunTask'] : []),
    'ecs:TagResource (marks the service as being delivered by us)',
    `ecs:UpdateService (${what.join(', ')})`,
    ...(change.pauses.length > 0 ? ['ecs:ContinueServiceDeployment at each pause, after its gates passed'] : []),
    ...(change.putBack ? ["ecs:UpdateService (deploymentConfiguration: the service's own again)"] : []),
    'ecs:UntagResource',
    intent.onCancel === 'leave'
      ? 'to go back: ecs:StopServiceDeployment (ROLLBACK), one call, on a failed gate, a crash loop or the timeout'
      : 'to go back: ecs:StopServiceDeployment (ROLLBACK), one call, on a failed gate, a crash loop, the timeout or a cancelled job',
  ];
}

function notGuaranteed({ observation, intent, change }: Telling): readonly string[] {
  const { settings } = change;
  const lost: string[] = [];
  if (!isShifting(settings.strategy)) {
    lost.push(
      'A rolling update cannot pause: there is no dead-man’s switch and no gate before traffic. If the runner dies, ECS finishes the deployment by itself.',
    );
    if (!settings.deploymentCircuitBreaker?.enable) {
      lost.push('The service has no deployment circuit breaker: ECS itself would never go back.');
    }
  } else if (!settings.alarms?.enable) {
    lost.push('No alarm watches the bake time: after the last pause ECS goes back for nothing but a person’s word.');
  }
  if (!observation.hasSucceeded) {
    lost.push('No deployment of this service was ever completed: there is nothing to go back to.');
  }
  if (observation.credentials.kind === 'unknown') {
    lost.push(
      `The credentials do not say when they end. A session of an hour is usual; with 'role-to-assume' they renew themselves.`,
    );
  }
  if (intent.onCancel === 'leave') lost.push('A cancelled job leaves the deployment as it is.');
  return lost;
}
