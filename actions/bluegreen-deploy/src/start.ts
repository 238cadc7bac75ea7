import type { DeploymentBrief } from '@slipway/aws';
import { SlipwayError, poll } from '@slipway/core';
import type { Observation } from './observe.js';
import { shortName } from './plan.js';
import type { Context, Ports } from './ports.js';

/** ECS lists a new deployment within moments; a minute covers a slow control plane. */
const FIND_WITHIN_MS = 60_000;
const FIND_INTERVAL_MS = 1_000;

/**
 * startDeployment starts the deployment and returns the ARN of OUR service deployment: one that was not there
 * before and whose target revision runs the task definition that was asked for.
 */
export async function startDeployment(context: Context, ports: Ports, observation: Observation): Promise<string> {
  const { cluster, service } = context.inputs;
  const known = new Set(observation.deployments.map(({ arn }) => arn));
  const update = { cluster, service, taskDefinition: observation.wanted.arn };
  // Saved first: a step that is killed in the call still leaves post what it needs to look for.
  context.saveState('started', JSON.stringify({ known: [...known], taskDefinition: observation.wanted.arn }));
  try {
    await ports.ecs.updateService(update);
  } catch (error) {
    // The answer was lost or late: whether the call took effect can only be seen.
    if (!(error instanceof SlipwayError && error.retryable)) throw error;
    context.log.info(`${error.message} Looking whether the deployment was started all the same.`);
    const found = await findOurs(context, ports, { known, taskDefinition: observation.wanted.arn });
    if (found) return found;
    await ports.ecs.updateService(update);
  }
  const ours = await findOurs(context, ports, { known, taskDefinition: observation.wanted.arn });
  if (ours) return ours;
  throw new SlipwayError({
    code: 'DEPLOY_NOT_FOUND',
    message: `ECS accepted the update, but shows no new deployment of ${shortName(observation.wanted.arn)} for '${service}'.`,
    hint: "Look at the service's deployments in the console; another update may have replaced this one at once.",
    kind: 'world',
  });
}

/** What tells our deployment from all others. */
interface Ours {
  readonly known: ReadonlySet<string>;
  readonly taskDefinition: string;
}

async function findOurs(context: Context, ports: Ports, ours: Ours): Promise<string | undefined> {
  const found = await poll({
    clock: context.clock,
    intervalMs: FIND_INTERVAL_MS,
    deadline: context.clock.now() + FIND_WITHIN_MS,
    signal: context.signal,
    look: () => lookForOurs(context, ports, ours),
    done: (arn) => arn !== undefined,
  });
  return found;
}

/** lookForOurs looks once for a new deployment of the task definition. */
export async function lookForOurs(context: Context, ports: Ports, ours: Ours): Promise<string | undefined> {
  const { cluster, service } = context.inputs;
  const fresh = (await ports.ecs.serviceDeployments(cluster, service)).filter(({ arn }) => !ours.known.has(arn));
  for (const brief of fresh) {
    if ((await taskDefinitionOf(ports, brief)) === ours.taskDefinition) return brief.arn;
  }
  return undefined;
}

async function taskDefinitionOf(ports: Ports, brief: DeploymentBrief): Promise<string | undefined> {
  return brief.targetRevisionArn ? ports.ecs.revisionTaskDefinition(brief.targetRevisionArn) : undefined;
}
