import type { ServiceState } from '@slipway/aws';
import { TAGS, tagText } from '../ownership.js';
import type { Run } from '../run.js';

/** setHold makes deliveries to the service refuse until a person releases it. */
export async function setHold({ aws, log }: Run, service: ServiceState, why: string): Promise<void> {
  await aws.ecs.tag(service.arn, { [TAGS.hold]: tagText(why) });
  log.info(`Deliveries to '${service.name}' are held from now on: ${tagText(why)}.`);
}

/** releaseHold lets deliveries go on, and tells whether there was a hold. */
export async function releaseHold({ aws, log }: Run, service: ServiceState): Promise<boolean> {
  const hold = service.tags[TAGS.hold];
  if (hold === undefined) {
    log.info(`Nobody holds deliveries to '${service.name}'.`);
    return false;
  }
  await aws.ecs.untag(service.arn, [TAGS.hold]);
  log.info(`Deliveries to '${service.name}' are free again. They were held: ${hold}.`);
  return true;
}
