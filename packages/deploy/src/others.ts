import type { ServiceDeploymentState } from '@slipway/aws';
import { isInFlight, shortName } from '@slipway/delivery';
import { taskDefinitionOf } from './observe.js';
import { TAGS } from './ownership.js';
import type { Run } from './run.js';

/** newerThan finds the deployment that replaced ours, and who made it; looked up only when ours was stopped. */
export async function newerThan({ aws, request }: Run, seen: ServiceDeploymentState) {
  const all = await aws.ecs.serviceDeployments(request.cluster, request.service);
  const createdAt = seen.createdAt?.getTime() ?? 0;
  const newer = all.find(
    (brief) =>
      brief.arn !== seen.arn &&
      (brief.createdAt?.getTime() ?? 0) >= createdAt &&
      (isInFlight(brief.status) || brief.status === 'SUCCESSFUL'),
  );
  if (!newer) return undefined;
  const definition = await taskDefinitionOf(aws, newer);
  const service = await aws.ecs.service(request.cluster, request.service);
  const by = service?.tags[TAGS.by];
  return {
    arn: newer.arn,
    ...(definition ? { taskDefinition: shortName(definition) } : {}),
    // Our own mark says nothing about the other.
    ...(by !== undefined && by !== request.by ? { by } : {}),
  };
}

/** stoppedBy tells who stopped our deployment by the rollback action; undefined when ECS went back by itself. */
export async function stoppedBy({ aws, request }: Run, arn: string): Promise<string | undefined> {
  const service = await aws.ecs.service(request.cluster, request.service);
  const mark = service?.tags[TAGS.stopped];
  const [id, ...who] = mark?.split(' ') ?? [];
  return id !== undefined && id === idOf(arn) ? who.join(' ') : undefined;
}

/** idOf returns the last part of a service deployment's ARN. */
export function idOf(arn: string): string {
  return arn.slice(arn.lastIndexOf('/') + 1);
}
