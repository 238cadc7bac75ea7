import type { ServiceUpdate } from '@slipway/aws';
import { SlipwayError, poll, secondsMs } from '@slipway/core';
import { shortName, type Change } from '@slipway/delivery';
import { taskDefinitionOf, type Observed } from './observe.js';
import { tagsFor } from './ownership.js';
import type { Run } from './run.js';

/** ECS lists a new deployment within moments; a minute covers a slow control plane. */
const FIND_WITHIN_SECONDS = 60;
const FIND_INTERVAL_SECONDS = 1;
/** Two seconds of looking after the first doubtful answer, twice as long after each further one. */
const ATTEMPTS = 5;

/** What tells our deployment from all others; saved before the first change. */
export interface Started {
  /** The way back, in words: whoever reads the state of a killed step knows the call. */
  readonly undo: string;
  readonly cluster: string;
  readonly service: string;
  /** The deployments that were there before. */
  readonly known: readonly string[];
  readonly taskDefinition: string;
}

/** How a start went: OUR service deployment by its ARN, or AWS's no to a call that then changed nothing. */
export type Start = { readonly arn: string } | { readonly refused: SlipwayError };

/**
 * startDeployment marks the service and starts the deployment. OUR service deployment is one that was not there before
 * and whose target revision runs the task definition that was asked for. It throws where it is in doubt whether
 * something was started.
 */
export async function startDeployment(run: Run, observed: Observed, change: Change): Promise<Start> {
  const { cluster, service } = run.request;
  const started: Started = {
    undo: 'ecs:StopServiceDeployment stopType=ROLLBACK on the deployment of this service that is not among the known',
    cluster,
    service,
    known: observed.deployments.map(({ arn }) => arn),
    taskDefinition: observed.wanted.arn,
  };
  // Saved first: a step that is killed in the call still leaves post what it needs to look for.
  run.saveState('started', JSON.stringify(started));
  const unmarked = await mark(run, observed, change).catch(asRefusal);
  if (unmarked) return unmarked;
  run.signal.throwIfAborted();
  const ours = await update(run, started, updateFor(run, observed, change));
  if (ours) return ours;
  throw new SlipwayError({
    code: 'DEPLOY_NOT_FOUND',
    message: `ECS accepted the update, but shows no new deployment of ${shortName(started.taskDefinition)} for '${service}'.`,
    hint: "Look at the service's deployments in the console; another update may have replaced this one at once.",
    kind: 'world',
  });
}

async function mark({ aws, request }: Run, { service, observation }: Observed, { settings }: Change): Promise<void> {
  await aws.ecs.tag(service.arn, tagsFor({ by: request.by, own: observation.service.settings, sent: settings }));
}

function updateFor({ request }: Run, { service, wanted }: Observed, change: Change): ServiceUpdate {
  const { intent, extras, cluster } = request;
  return {
    cluster,
    service: request.service,
    taskDefinition: wanted.arn,
    ...(change.sendsSettings ? { deploymentConfiguration: change.settings } : {}),
    ...(change.loadBalancers ? { loadBalancers: change.loadBalancers } : {}),
    ...(intent.desiredCount === undefined ? {} : { desiredCount: intent.desiredCount }),
    // The same revision again starts no deployment by itself; neither do settings alone.
    ...(intent.forceNewDeployment || service.taskDefinitionArn === wanted.arn ? { forceNewDeployment: true } : {}),
    ...extras,
  };
}

/** The call, and what tells whether it took effect: UpdateService has no idempotency token. */
async function update(run: Run, started: Started, call: ServiceUpdate): Promise<Start | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const refused = await run.aws.ecs.updateService(call).then(() => undefined, asRefusal);
      // A no to the first is a no; after a doubtful answer the call before may have taken effect.
      if (refused && attempt === 1) return refused;
      if (refused) throw refused.refused;
      return asStart(await findOurs(run, started, FIND_WITHIN_SECONDS));
    } catch (error) {
      if (!(error instanceof SlipwayError && error.retryable)) throw error;
      run.log.info(`${error.message} Looking whether the deployment was started all the same.`);
      const found = await findOurs(run, started, 2 ** attempt);
      if (found) return { arn: found };
      if (attempt === ATTEMPTS) throw error;
      run.signal.throwIfAborted();
    }
  }
}

function asStart(arn: string | undefined): Start | undefined {
  return arn === undefined ? undefined : { arn };
}

/** AWS's own no; any other error is thrown again. */
function asRefusal(error: unknown): { readonly refused: SlipwayError } {
  if (error instanceof SlipwayError && error.code.startsWith('AWS_') && !error.retryable) return { refused: error };
  throw error;
}

/** Not to be cut short by a cancelled run: what was started has to be found before it can be taken back. */
function findOurs(run: Run, started: Started, withinSeconds: number): Promise<string | undefined> {
  return poll({
    clock: run.clock,
    intervalMs: secondsMs(run.clock, FIND_INTERVAL_SECONDS),
    deadline: run.clock.now() + secondsMs(run.clock, withinSeconds),
    look: () => lookForOurs(run, started),
    done: (arn) => arn !== undefined,
  });
}

/** lookForOurs looks once for a new deployment of the task definition. */
export async function lookForOurs({ aws }: Pick<Run, 'aws'>, started: Started): Promise<string | undefined> {
  const all = await aws.ecs.serviceDeployments(started.cluster, started.service);
  for (const brief of all.filter(({ arn }) => !started.known.includes(arn))) {
    if ((await taskDefinitionOf(aws, brief)) === started.taskDefinition) return brief.arn;
  }
  return undefined;
}
