import type { TaskRunAnswer, TaskState } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { describeTask } from './evidence.js';

const NOTHING_DEPLOYED = 'Nothing was deployed.';

/** notStarted is the error of a task that ECS did not take; `failures` are its reasons, not exceptions. */
export function notStarted({ failures }: TaskRunAnswer): SlipwayError {
  const reasons = failures.map(({ reason, detail }) => `${reason}${detail ? ` (${detail})` : ''}`);
  return new SlipwayError({
    code: 'DEPLOY_TASK_NOT_STARTED',
    message: `ECS did not start the one-off task: ${reasons.join(', ') || 'it gave no reason'}.`,
    hint: `${NOTHING_DEPLOYED} The reason is ECS's own; capacity and network settings are the usual ones.`,
    kind: 'world',
  });
}

/** neverRan is the error of a task that ended before its container ran. */
export function neverRan(ended: TaskState, container: string): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_TASK_NOT_STARTED',
    message: `The container '${container}' of the one-off task never ran. ${describeTask(ended)}.`,
    hint: `${NOTHING_DEPLOYED} Check that the image can be pulled, and the task's network, secrets and execution role.`,
    kind: 'world',
  });
}

/** failed is the error of a task that ended badly, or not by itself. */
export function failed(why: string, ended: TaskState): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_TASK_FAILED',
    message: `The one-off task failed: ${why}. ${describeTask(ended)}.`,
    hint: `${NOTHING_DEPLOYED} Its output is in the log, above.`,
    kind: 'world',
  });
}

/** lostSight is the error of a task that ECS does not show any more. */
export function lostSight(arn: string): SlipwayError {
  return new SlipwayError({
    code: 'DEPLOY_TASK_FAILED',
    message: `How the one-off task ended is not known: ECS does not show ${arn}.`,
    hint: `${NOTHING_DEPLOYED} Look at what the task did before you run this again.`,
    kind: 'world',
  });
}

/** timedOut is the error of a task that did not end in time. */
export function timedOut(arn: string, timeoutMinutes: number, hasStopped: boolean): SlipwayError {
  const stopped = hasStopped ? 'was stopped' : 'was told to stop, but was not seen to';
  return new SlipwayError({
    code: 'DEPLOY_TASK_TIMED_OUT',
    message: `The one-off task did not end within ${timeoutMinutes} minutes and ${stopped}: ${arn}.`,
    hint: `${NOTHING_DEPLOYED} Raise its 'timeout-minutes', or find out what it waits for; its output is in the log.`,
    kind: 'world',
  });
}
