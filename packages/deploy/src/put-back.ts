import { messageOf, secondsMs } from '@slipway/core';
import { explicit, type Settings } from '@slipway/delivery';
import { everyMark } from './ownership.js';
import type { Run } from './run.js';

/** A call that failed for a moment is made again this many times; then a person or the next run has to. */
const ATTEMPTS = 4;

/** What became of the service's own settings. */
export type PutBack =
  | { readonly kind: 'done' }
  /** Somebody changed them after us, or nothing was to be done. */
  | { readonly kind: 'left'; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string };

/**
 * putBack gives a service its own settings again and takes our marks off it. It starts no deployment: ECS does that
 * for a new revision alone. A failure here is told, not thrown: how the deployment ended is the greater news.
 */
export async function putBack(
  run: Pick<Run, 'aws' | 'clock' | 'log' | 'request'>,
  own: Settings | undefined,
): Promise<PutBack> {
  let because = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await tryPutBack(run, own);
    } catch (error) {
      because = messageOf(error);
      run.log.info(`The service's own settings could not be put back: ${because}`);
      if (attempt < ATTEMPTS) await run.clock.sleep(secondsMs(run.clock, 2 ** attempt));
    }
  }
  run.log.warning(
    `The service '${run.request.service}' still has the settings of this deployment, its pauses among them: ${because} The next delivery puts its own back; 'mode: reconcile' does it now.`,
  );
  return { kind: 'failed', because };
}

async function tryPutBack({ aws, request }: Pick<Run, 'aws' | 'request'>, own: Settings | undefined): Promise<PutBack> {
  const { cluster, service: name } = request;
  const service = await aws.ecs.service(cluster, name);
  if (!service) return { kind: 'left', because: 'the service does not exist any more' };
  // Sent whatever was read: a read may be older than what we changed, and would say that there is nothing to do.
  if (own) await aws.ecs.updateService({ cluster, service: name, deploymentConfiguration: explicit(own) });
  await aws.ecs.untag(service.arn, everyMark(service.tags));
  return { kind: 'done' };
}
