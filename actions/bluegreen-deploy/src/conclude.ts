import { SlipwayError } from '@slipway/core';
import { isGreen, type Outcome } from '@slipway/delivery';
import { table } from '@slipway/runtime';
import { sectionsOf, type Evidence } from './evidence.js';
import type { Ending } from './follow.js';
import { shortName } from './plan.js';
import type { Observation } from './observe.js';
import type { Context } from './ports.js';

const CODES: Readonly<Partial<Record<Outcome, string>>> = {
  'rolled-back': 'DEPLOY_ROLLED_BACK',
  'rollback-failed': 'DEPLOY_ROLLBACK_FAILED',
  superseded: 'DEPLOY_SUPERSEDED',
  stopped: 'DEPLOY_STOPPED',
  'timed-out': 'DEPLOY_TIMED_OUT',
};

const HINTS: Readonly<Partial<Record<Outcome, string>>> = {
  'rolled-back': 'Production serves the revision from before. The log shows the events and stopped tasks.',
  'rollback-failed': "Look at the service at once: neither revision is certain to serve. The log shows ECS's events.",
  superseded: 'Nothing to mend here: look at the run that started the later deployment.',
  stopped: 'Somebody stopped it in the console or by API; ask who, and deploy again.',
  'timed-out':
    "Production serves the revision from before. Raise 'timeout-minutes' if the deployment only needed longer.",
};

/** failureOf returns the error of an ending that is not green; undefined for one that is. */
export function failureOf(ending: Ending): SlipwayError | undefined {
  if (isGreen(ending.outcome)) return undefined;
  return new SlipwayError({
    code: CODES[ending.outcome] ?? 'DEPLOY_UNKNOWN',
    message: `The deployment ended as '${ending.outcome}': ${ending.because}`,
    hint: HINTS[ending.outcome] ?? 'Look at the service in the console: what runs there is not certain.',
    kind: 'world',
  });
}

/** withFirstTask adds to a failure what the first stopped task died of: the annotation is all that many people read. */
export function withFirstTask(failure: SlipwayError, evidence: Evidence): SlipwayError {
  const [task] = evidence.stoppedTasks;
  if (task === undefined) return failure;
  const { code, hint, kind, retryable, cause } = failure;
  return new SlipwayError({
    code,
    hint,
    kind,
    retryable,
    cause,
    message: `${failure.message} A task stopped: ${task}.`,
  });
}

/** summarise writes the job summary of a deployment. */
export async function summarise(
  context: Context,
  observation: Observation,
  ended: { readonly ending: Ending; readonly evidence?: Evidence; readonly failure?: SlipwayError },
): Promise<void> {
  const { ending, evidence } = ended;
  const outcome = ended.failure && isGreen(ending.outcome) ? 'failed' : ending.outcome;
  const parts = [
    `### ${isGreen(outcome) ? '✅' : '❌'} ${context.inputs.service}: ${outcome}`,
    `${shortName(observation.service.taskDefinitionArn)} → ${shortName(observation.wanted.arn)}, ${ending.seconds} s. ${ended.failure?.message ?? ending.because}`,
    table(
      ['After', 'What happened'],
      ending.timeline.map(({ atMs, event }) => [`${(atMs / 1000).toFixed(1)} s`, event]),
    ),
  ];
  for (const [title, lines] of evidence ? sectionsOf(evidence) : []) {
    if (lines.length > 0)
      parts.push(
        table(
          [title],
          lines.map((line) => [line]),
        ),
      );
  }
  await context.summarise(parts.join('\n\n'));
}
