import type { EcsPort, TaskState } from '@slipway/aws';
import { SlipwayError, minutesMs, type Clock } from '@slipway/core';
import { isInFlight, phaseOf, shortName } from '@slipway/delivery';
import type { ServicePlace } from './plan.js';

/** What speaks for what a service runs. Times as ISO 8601. */
export interface Evidence {
  /** Each missing piece; none: all of it is there. */
  readonly missing: readonly SlipwayError[];
  /** `family:revision` that is deployed there. */
  readonly taskDefinition?: string;
  /** The service deployment that succeeded with it, and when. */
  readonly deployment?: string;
  readonly finishedAt?: string;
  readonly runningTasks: number;
  readonly digests: readonly string[];
}

/** What is asked of a source. */
export interface EvidenceWanted extends ServicePlace {
  readonly bakedMinutes: number;
}

/**
 * gatherEvidence reads whether what a service runs proved itself there: deployed by a service deployment that succeeded,
 * so many minutes ago, with nothing in flight since, and by tasks that all are of it and none of them unhealthy.
 */
export async function gatherEvidence(ecs: EcsPort, clock: Clock, wanted: EvidenceWanted): Promise<Evidence> {
  const { cluster, service } = wanted;
  const deployments = await ecs.serviceDeployments(cluster, service);
  const current = (await ecs.service(cluster, service))?.currentRevisionArns ?? [];
  const [revision] = current.length === 1 ? await ecs.serviceRevisions(current) : [];
  const deployment = deployments.find(
    ({ status, targetRevisionArn }) => phaseOf(status) === 'successful' && targetRevisionArn === revision?.arn,
  );
  const tasks = await ecs.tasks(cluster, service, 'RUNNING');
  const place = `the service '${service}' of the cluster '${cluster}'`;
  const moving = deployments.find(({ status }) => isInFlight(status));
  const missing = [
    moving && isMoving(place, moving),
    revision && deployment
      ? notBaked(place, deployment.finishedAt, { clock, wanted })
      : notDeployed(place, deployments[0]),
    revision?.taskDefinitionArn === undefined ? undefined : others(place, revision.taskDefinitionArn, tasks),
    unhealthy(place, tasks),
  ];
  return {
    missing: missing.filter((error) => error !== undefined),
    ...(revision?.taskDefinitionArn === undefined ? {} : { taskDefinition: shortName(revision.taskDefinitionArn) }),
    ...(deployment ? { deployment: deployment.arn } : {}),
    ...(deployment?.finishedAt ? { finishedAt: deployment.finishedAt.toISOString() } : {}),
    runningTasks: tasks.length,
    digests: digestsOf(tasks),
  };
}

function isMoving(place: string, { arn, status }: { readonly arn: string; readonly status: string }): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_SOURCE_MOVING',
    message: `A deployment is under way at ${place}: ${arn} is ${status}.`,
    hint: 'Run this again when it has ended, and has baked.',
    kind: 'world',
    retryable: true,
  });
}

function notDeployed(
  place: string,
  newest: { readonly arn: string; readonly status: string } | undefined,
): SlipwayError {
  const last = newest ? `The newest, ${newest.arn}, is ${newest.status}` : 'ECS remembers none of the last 90 days';
  return new SlipwayError({
    code: 'REGISTER_SOURCE_NOT_DEPLOYED',
    message: `What ${place} runs now was brought there by no service deployment that succeeded. ${last}.`,
    hint: 'Deliver to the source environment, and promote what succeeded there.',
  });
}

function notBaked(
  place: string,
  finishedAt: Date | undefined,
  { clock, wanted }: { readonly clock: Clock; readonly wanted: EvidenceWanted },
): SlipwayError | undefined {
  const sinceMs = clock.now() - (finishedAt?.getTime() ?? Number.POSITIVE_INFINITY);
  if (sinceMs >= minutesMs(clock, wanted.bakedMinutes)) return undefined;
  const minutes = Math.max(0, sinceMs / minutesMs(clock, 1));
  return new SlipwayError({
    code: 'REGISTER_SOURCE_NOT_BAKED',
    message: `What ${place} runs succeeded there ${minutes.toFixed(1)} minutes ago; 'source-baked-minutes' asks for ${wanted.bakedMinutes}.`,
    hint: 'Run this again when it has run for as long.',
    kind: 'world',
    retryable: true,
  });
}

function others(place: string, arn: string, tasks: readonly TaskState[]): SlipwayError | undefined {
  const foreign = [...new Set(tasks.map((task) => task.taskDefinitionArn).filter((each) => each !== arn))];
  if (foreign.length === 0) return undefined;
  return new SlipwayError({
    code: 'REGISTER_SOURCE_DISAGREES',
    message: `Tasks of ${place} run ${foreign.map(shortName).join(', ')}, and not ${shortName(arn)}, which is deployed there.`,
    hint: 'Run this again when those tasks have ended.',
    kind: 'world',
    retryable: true,
  });
}

/** Of a task without a health check of its own ECS says UNKNOWN. */
function unhealthy(place: string, tasks: readonly TaskState[]): SlipwayError | undefined {
  const sick = tasks.filter(({ healthStatus }) => healthStatus === 'UNHEALTHY');
  if (sick.length === 0) return undefined;
  return new SlipwayError({
    code: 'REGISTER_SOURCE_UNHEALTHY',
    message: `${sick.length} of ${tasks.length} running tasks of ${place} are unhealthy: ${sick.map(({ arn }) => arn).join(', ')}.`,
    hint: 'Look at those tasks in the source environment before anything of it is promoted.',
    kind: 'world',
  });
}

function digestsOf(tasks: readonly TaskState[]): readonly string[] {
  const digests = tasks.flatMap(({ containers }) => containers.map(({ imageDigest }) => imageDigest));
  return [...new Set(digests.filter((digest) => digest !== undefined))].sort();
}
