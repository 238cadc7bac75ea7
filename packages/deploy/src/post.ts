import { SlipwayError, messageOf, minutesMs, poll, secondsMs } from '@slipway/core';
import { isInFlight, phaseOf } from '@slipway/delivery';
import { findService } from './observe.js';
import { stopForgottenTask } from './one-off-task.js';
import { leftoversOf, tagText } from './ownership.js';
import { putBack } from './put-back.js';
import type { Run } from './run.js';
import { lookForOurs, type Started } from './start.js';

/** The runner grants about 4 m 35 s after a cancel (actions/runner, WorkerDispatcher); half a minute is left to it. */
const CONFIRM_WITHIN_MINUTES = 4;

/** What post works with: main's run without its request's gates and texts. */
export type PostRun = Pick<Run, 'aws' | 'clock' | 'log' | 'request'> & { getState(name: string): string };

/**
 * confirmEnd takes back what main could not see to its end: it reads what is true now, repeats the rollback if the
 * deployment still goes forward, waits until it has ended, and gives the service its own settings again. After a main
 * that ended it does nothing.
 */
export async function confirmEnd(run: PostRun): Promise<void> {
  await stopForgottenTask(run);
  const saved = run.getState('started');
  if (run.getState('ended') === 'true' || saved === '') return;
  const started = JSON.parse(saved) as Started;
  const arn = run.getState('deployment') || (await lookForOurs(run, started));
  if (arn && run.request.intent.onCancel === 'leave') {
    run.log.info(`The deployment is left as it is: ${arn}.`);
    return;
  }
  if (arn) await takeBack(run, arn);
  await restore(run);
}

async function takeBack(run: PostRun, arn: string): Promise<void> {
  const { clock, log, aws, request } = run;
  const seen = await poll({
    clock,
    intervalMs: secondsMs(clock, request.pollSeconds),
    deadline: clock.now() + minutesMs(clock, CONFIRM_WITHIN_MINUTES),
    look: async () => {
      const deployment = await aws.ecs.serviceDeployment(arn);
      if (deployment && phaseOf(deployment.status) === 'forward') {
        log.info(`The deployment is ${deployment.status} and nobody watches it any more. Taking it back.`);
        await aws.ecs.stopWithRollback(arn).catch((error: unknown) => log.info(messageOf(error)));
      }
      return deployment;
    },
    done: (deployment) => deployment === undefined || !isInFlight(deployment.status),
  });
  log.info(`The deployment ended as ${seen?.status ?? 'unknown to ECS'}.`);
  if (!seen || !isInFlight(seen.status)) return;
  throw new SlipwayError({
    code: 'DEPLOY_UNKNOWN',
    message: `The deployment is still ${seen.status} after ${CONFIRM_WITHIN_MINUTES} minutes: ${arn}.`,
    hint: "ECS goes on taking it back by itself; look at the service until it has ended. The next delivery gives the service its own settings again; 'mode: reconcile' does it sooner.",
    kind: 'world',
  });
}

async function restore(run: PostRun): Promise<void> {
  const service = await findService(run.aws, run.request.cluster, run.request.service);
  const leftovers = leftoversOf(service.tags, service.deploymentConfiguration);
  // A later delivery's marks are its own to take off.
  if (leftovers?.by === tagText(run.request.by)) await putBack(run, { by: [leftovers.by], change: leftovers.change });
}
