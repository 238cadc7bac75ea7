import { awsErrorName, type ServiceDeploymentState, type ServiceState } from '@slipway/aws';
import { SlipwayError, messageOf, minutesMs, secondsMs } from '@slipway/core';
import { isInFlight, phaseOf } from '@slipway/delivery';
import { idOf } from '../others.js';
import { TAGS, tagText } from '../ownership.js';
import type { Run } from '../run.js';

/**
 * stopInFlight takes back a deployment under way, with ECS's one call for it, and waits until it has ended. The service
 * is marked first, so that the delivery that is stopped ends as `stopped`, and names who did it.
 *
 * @throws SlipwayError DEPLOY_UNKNOWN when it does not end in time
 */
export async function stopInFlight(run: Run, service: ServiceState, arn: string): Promise<ServiceDeploymentState> {
  const { aws, clock, log, request, signal } = run;
  const deadline = clock.now() + minutesMs(clock, request.intent.timeoutMinutes);
  // A deployment that no run of ours started has nobody who would read the mark, and take it off.
  if (service.tags[TAGS.by] !== undefined) {
    await aws.ecs.tag(service.arn, { [TAGS.stopped]: tagText(`${idOf(arn)} ${request.by}`) });
  }
  for (let told = ''; ;) {
    const seen = await aws.ecs.serviceDeployment(arn);
    if (seen && seen.status !== told) log.info(`The deployment under way is ${seen.status}: ${arn}.`);
    told = seen?.status ?? told;
    if (seen && !isInFlight(seen.status)) return seen;
    if (seen && phaseOf(seen.status) === 'forward') await takeBack(run, arn);
    if (clock.now() >= deadline) throw stillMoving(arn, told, request.intent.timeoutMinutes);
    await clock.sleep(secondsMs(clock, request.pollSeconds), signal);
  }
}

async function takeBack({ aws, log }: Run, arn: string): Promise<void> {
  try {
    await aws.ecs.stopWithRollback(arn);
    log.info('Taking it back.');
  } catch (error) {
    // It had ended, or was on its way back already; a doubtful answer is settled by the next look.
    const isDoubtful = error instanceof SlipwayError && error.retryable;
    if (awsErrorName(error) !== 'ConflictException' && !isDoubtful) throw error;
    log.info(messageOf(error));
  }
}

function stillMoving(arn: string, status: string, minutes: number): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_UNKNOWN',
    message: `The deployment is still ${status || 'unknown to ECS'} after ${minutes} minutes: ${arn}.`,
    hint: 'ECS goes on taking it back by itself; look at the service until it has ended.',
    kind: 'world',
  });
}
