import { SlipwayError, poll } from '@slipway/core';
import { isInFlight, phaseOf } from '@slipway/delivery';
import type { Context, Ports } from './ports.js';
import { lookForOurs } from './start.js';

/** The runner grants about 4 m 35 s after a cancel (actions/runner, WorkerDispatcher); half a minute is left to it. */
const CONFIRM_WITHIN_MS = 4 * 60_000;

/**
 * post takes back what main could not see to its end: it reads what is true now, repeats the rollback if the
 * deployment still goes forward, and waits until it has ended. After a main that ended it does nothing.
 */
export async function post(context: Context, ports: Ports): Promise<void> {
  const saved = context.getState('started');
  if (context.getState('ended') === 'true' || saved === '') return;
  const arn = context.getState('deployment') || (await findStarted(context, ports, saved));
  if (!arn) return;
  const { clock, inputs, log } = context;
  const deployment = await poll({
    clock,
    intervalMs: inputs['poll-interval-seconds'] * 1000,
    deadline: clock.now() + CONFIRM_WITHIN_MS,
    look: async () => {
      const seen = await ports.ecs.serviceDeployment(arn);
      if (seen && phaseOf(seen.status) === 'forward') {
        log.info(`The deployment is ${seen.status} and nobody watches it any more. Taking it back.`);
        await ports.ecs.stopWithRollback(arn);
      }
      return seen;
    },
    done: (seen) => seen === undefined || !isInFlight(seen.status),
  });
  log.info(`The deployment ended as ${deployment?.status ?? 'unknown to ECS'}.`);
  if (deployment && isInFlight(deployment.status)) {
    throw new SlipwayError({
      code: 'DEPLOY_UNKNOWN',
      message: `The deployment is still ${deployment.status} after ${CONFIRM_WITHIN_MS / 60_000} minutes: ${arn}.`,
      hint: 'ECS goes on taking it back by itself; look at the service until it has ended.',
      kind: 'world',
    });
  }
}

function findStarted(context: Context, ports: Ports, saved: string): Promise<string | undefined> {
  const { known, taskDefinition } = JSON.parse(saved) as { known: string[]; taskDefinition: string };
  return lookForOurs(context, ports, { known: new Set(known), taskDefinition });
}
