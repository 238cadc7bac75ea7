import { assertAccountAllowed } from '@slipway/aws';
import { isInFlight } from '@slipway/delivery';
import type { Delivered } from './conclude.js';
import { findService } from './observe.js';
import { leftoversOf } from './ownership.js';
import { putBack } from './put-back.js';
import type { Run } from './run.js';

/**
 * reconcile puts right what a killed run left behind, without deploying anything: a deployment that nobody watches is
 * left to its dead-man's switch, and the service's own settings come back when it has ended.
 */
export async function reconcile(run: Run): Promise<Delivered> {
  const { aws, request, log } = run;
  await assertAccountAllowed(aws.sts, request.allowedAccountIds);
  const service = await findService(aws, request.cluster, request.service);
  const leftovers = leftoversOf(service.tags, service.deploymentConfiguration);
  if (!leftovers) {
    log.info(`Nothing of ours is left on '${request.service}'.`);
    return { outcome: 'unchanged' };
  }
  const deployments = await aws.ecs.serviceDeployments(request.cluster, request.service);
  const inFlight = deployments.find(({ status }) => isInFlight(status));
  if (inFlight) {
    log.info(`A deployment by ${leftovers.by} is still under way (${inFlight.status}): ${inFlight.arn}.`);
    log.info('If nobody watches it, ECS takes it back when its pause is over; run this again after that.');
    return { outcome: 'in-progress' };
  }
  if (request.dryRun) {
    log.info(`Would put back the settings that the delivery by ${leftovers.by} changed.`);
    return { outcome: 'planned' };
  }
  if (!leftovers.isOurs) log.info('The settings were changed after that delivery: what was changed stays.');
  const done = await putBack(run, { by: [leftovers.by], change: leftovers.change });
  return { outcome: done.kind === 'failed' ? 'failed' : 'succeeded' };
}
