import { assertAccountAllowed } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { isGreen } from '@slipway/delivery';
import type { ActionResult } from '@slipway/runtime';
import { failureOf, summarise, withFirstTask } from './conclude.js';
import { gatherEvidence, printEvidence } from './evidence.js';
import { follow, type Ending } from './follow.js';
import { observe, type Observation } from './observe.js';
import { planDeployment } from './plan.js';
import type { Context, Ports } from './ports.js';
import { proveRunning } from './proof.js';
import { startDeployment } from './start.js';

/** run deploys the revision of the inputs and tells how that ended. */
export async function run(context: Context, ports: Ports): Promise<ActionResult> {
  await assertAccountAllowed(ports.sts, context.inputs['allowed-account-ids']);
  const observation = await observe(context, ports);
  context.setOutput('task-definition', observation.wanted.arn);
  context.setOutput('previous-task-definition', observation.service.taskDefinitionArn);
  const plan = planDeployment(observation);
  if (plan.kind === 'unchanged') return unchanged(context, ports, observation);
  await context.log.group('Plan', () => plan.steps.forEach((step, at) => context.log.info(`${at + 1}. ${step}`)));
  context.report('plan', plan.steps);
  if (context.inputs['dry-run']) return { outcome: 'planned' };

  const arn = await startDeployment(context, ports, observation);
  context.saveState('deployment', arn);
  context.setOutput('deployment-arn', arn);
  context.log.info(`Started ${arn}.`);
  const ending = await follow(context, ports, arn);
  context.saveState('ended', 'true');
  return conclude(context, ports, { observation, ending });
}

async function unchanged(context: Context, ports: Ports, observation: Observation): Promise<ActionResult> {
  const digests = await proveRunning(context, ports, observation.wanted);
  context.setOutput('running-digests', digests.join('\n'));
  context.log.info(`The service runs ${observation.wanted.arn} already. Nothing was changed.`);
  return { outcome: 'unchanged' };
}

async function conclude(
  context: Context,
  ports: Ports,
  ended: { readonly observation: Observation; readonly ending: Ending },
): Promise<ActionResult> {
  const { observation, ending } = ended;
  context.setOutput('duration-seconds', String(ending.seconds));
  context.report('timeline', ending.timeline);
  const failed = failureOf(ending) ?? (await prove(context, ports, observation));
  const wentBack = ['rolled-back', 'timed-out', 'rollback-failed'].includes(ending.outcome);
  context.setOutput('rolled-back-because', wentBack ? ending.because : '');
  if (!failed) {
    await summarise(context, observation, { ending });
    return { outcome: ending.outcome };
  }
  const evidence = await gatherEvidence(context, ports, observation.wanted.arn);
  context.report('evidence', evidence);
  await printEvidence(context, evidence);
  const failure = withFirstTask(failed, evidence);
  await summarise(context, observation, { ending, evidence, failure });
  // ECS said success and what runs says otherwise: that is not a success.
  return { outcome: isGreen(ending.outcome) ? 'failed' : ending.outcome, failure };
}

async function prove(context: Context, ports: Ports, observation: Observation): Promise<SlipwayError | undefined> {
  try {
    const digests = await proveRunning(context, ports, observation.wanted);
    context.setOutput('running-digests', digests.join('\n'));
    context.log.info(`Every running task runs ${digests.join(', ')}.`);
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}
