import { SlipwayError } from '@slipway/core';
import { isGreen, phaseOf, type Outcome } from '@slipway/delivery';
import { gatherEvidence, printEvidence, type Evidence } from './evidence.js';
import type { Ended } from './ended.js';
import type { Ending } from './follow.js';
import type { Observed } from './observe.js';
import { proveRunning } from './proof.js';
import type { Run } from './run.js';
import { serviceUrl } from './service-url.js';
import { summarise } from './summary.js';

/** How a delivery ended. `failure` makes the step red. */
export interface Delivered {
  readonly outcome: Outcome;
  readonly failure?: SlipwayError;
}

const CODES: Readonly<Partial<Record<Outcome, string>>> = {
  'rolled-back': 'DEPLOY_ROLLED_BACK',
  'rollback-failed': 'DEPLOY_ROLLBACK_FAILED',
  superseded: 'DEPLOY_SUPERSEDED',
  stopped: 'DEPLOY_STOPPED',
  'timed-out': 'DEPLOY_TIMED_OUT',
  cancelled: 'DEPLOY_CANCELLED',
};

const HINTS: Readonly<Partial<Record<Outcome, string>>> = {
  'rolled-back': 'Production serves the revision from before. The log shows the events, gates and stopped tasks.',
  'rollback-failed': "Look at the service at once: neither revision is certain to serve. The log shows ECS's events.",
  superseded: 'Nothing to mend here: look at the run that started the later deployment.',
  stopped: 'Somebody stopped it; ask who and why, and deploy again.',
  'timed-out':
    "Production serves the revision from before. Raise 'timeout-minutes' if the deployment only needed longer.",
  cancelled: "It was left as it is, as 'on-cancel: leave' says. A second run of the same revision adopts it.",
};

/** failureOf returns the error of an ending that is not green; undefined for one that is. */
export function failureOf(ending: Pick<Ending, 'outcome' | 'because'>): SlipwayError | undefined {
  if (isGreen(ending.outcome)) return undefined;
  return new SlipwayError({
    code: CODES[ending.outcome] ?? 'DEPLOY_UNKNOWN',
    message: `The deployment ended as '${ending.outcome}': ${ending.because}`,
    hint: HINTS[ending.outcome] ?? 'Look at the service in the console: what runs there is not certain.',
    kind: 'world',
  });
}

/** concludeUnchanged proves what runs where nothing was to be done. */
export async function concludeUnchanged(run: Run, { wanted }: Observed): Promise<Delivered> {
  run.setOutput('running-digests', (await proveRunning(run, wanted)).join('\n'));
  run.log.info(`The service runs ${wanted.arn} already. Nothing was changed.`);
  return { outcome: 'unchanged' };
}

/** conclude turns how a deployment ended into outputs, report, summary and verdict. */
export async function conclude(run: Run, ended: Ended): Promise<Delivered> {
  const { observed, ending } = ended;
  run.setOutput('duration-seconds', String(ending.seconds));
  run.setOutput('service-url', (await serviceUrl(run.aws, observed.service).catch(() => undefined)) ?? '');
  run.report('timeline', ending.timeline);
  run.report('shares', ending.shares);
  run.report('gates', ending.gates);
  run.report('undone', isUndone(ending));
  if (ended.restored) run.report('settings', ended.restored);
  const failed = failureOf(ending) ?? (await prove(run, ended));
  const wentBack = ['rolled-back', 'timed-out', 'rollback-failed', 'stopped'].includes(ending.outcome);
  run.setOutput('rolled-back-because', wentBack ? ending.because : '');
  if (!failed) {
    await summarise(run, ended, {});
    return { outcome: ending.outcome };
  }
  const evidence = await gatherEvidence(run, observed.wanted, ending.deployment?.arn ?? '');
  run.report('evidence', evidence);
  await printEvidence(run, evidence);
  const failure = withFirstTask(failed, evidence);
  await summarise(run, ended, { evidence, failure });
  // ECS said success and what runs says otherwise: that is not a success.
  return { outcome: isGreen(ending.outcome) ? 'failed' : ending.outcome, failure };
}

/**
 * Nothing of it is left to take back: ECS went back, or a later deployment took its place, which is another's to judge. A
 * deployment that was stopped without going back, that failed its proof or was lost sight of is not undone.
 */
function isUndone({ outcome, deployment }: Ending): boolean {
  return outcome === 'superseded' || (deployment !== undefined && phaseOf(deployment.status) === 'rolled-back');
}

/** What is still in progress has nothing to prove yet. */
async function prove(run: Run, { observed, ending }: Ended): Promise<SlipwayError | undefined> {
  if (ending.outcome !== 'succeeded') return undefined;
  if ((run.request.intent.desiredCount ?? observed.service.desiredCount) === 0) {
    run.log.warning('The desired count is 0: no task runs, and nothing about the new revision was proved.');
    return undefined;
  }
  try {
    const digests = await proveRunning(run, observed.wanted);
    run.setOutput('running-digests', digests.join('\n'));
    run.log.info(`Every running task runs ${digests.join(', ')}.`);
    return undefined;
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
}

/** What the first stopped task died of: the annotation is all that many people read. */
function withFirstTask(failure: SlipwayError, evidence: Evidence): SlipwayError {
  const [task] = evidence.stoppedTasks;
  if (task === undefined || failure.message.includes(task)) return failure;
  const { code, hint, kind, retryable, cause, message } = failure;
  return new SlipwayError({ code, hint, kind, retryable, cause, message: `${message} A task stopped: ${task}.` });
}
