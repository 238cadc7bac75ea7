import { messageOf, secondsMs } from '@slipway/core';
import { explicit, ownAgain, type SettingsChange } from '@slipway/delivery';
import { TAGS, everyMark } from './ownership.js';
import type { Run } from './run.js';

/** A call that failed for a moment is made again this many times; then a person or the next run has to. */
const ATTEMPTS = 4;

/** A change of settings that is taken back. */
export interface Marked {
  /** Whose marks may be taken off, as their tag says: a read may show those from before ours. */
  readonly by: readonly string[];
  /** Absent when nothing of the service's own was changed. */
  readonly change?: SettingsChange | undefined;
}

/** What became of the service's own settings. */
export type PutBack =
  | { readonly kind: 'done' }
  /** Another delivery has marked the service since, or nothing was to be done. */
  | { readonly kind: 'left'; readonly because: string }
  | { readonly kind: 'failed'; readonly because: string };

/**
 * putBack gives a service its own settings again, with what somebody set meanwhile, and takes our marks off it. It
 * starts no deployment: ECS does that for a new revision alone. A failure here is told, not thrown: how the deployment
 * ended is the greater news.
 */
export async function putBack(run: Pick<Run, 'aws' | 'clock' | 'log' | 'request'>, marked: Marked): Promise<PutBack> {
  let because = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    try {
      return await tryPutBack(run, marked);
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

async function tryPutBack({ aws, request }: Pick<Run, 'aws' | 'request'>, { by, change }: Marked): Promise<PutBack> {
  const { cluster, service: name } = request;
  const service = await aws.ecs.service(cluster, name);
  if (!service) return { kind: 'left', because: 'the service does not exist any more' };
  const now = service.tags[TAGS.by];
  // The later delivery knows the service's own settings from our marks, and puts them back from its own.
  if (now !== undefined && !by.includes(now))
    return { kind: 'left', because: `a later delivery, by ${now}, has it now` };
  // Sent whatever was read: a read may be older than what we changed, and would say that there is nothing to do.
  const own = change && explicit(ownAgain(change, service.deploymentConfiguration));
  if (own) await aws.ecs.updateService({ cluster, service: name, deploymentConfiguration: own });
  await aws.ecs.untag(service.arn, everyMark(service.tags));
  return { kind: 'done' };
}
