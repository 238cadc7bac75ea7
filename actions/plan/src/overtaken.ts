import { SlipwayError } from '@slipway/core';
import { isDenial, overtakenBy, type Api } from './deliveries.js';
import { runOf } from './event.js';
import type { PlanContext } from './inputs.js';

/**
 * assertNotOvertaken refuses a run that is run again when a later one has delivered another commit of the branch: the
 * stages would go back to the old one, green and with nobody having asked for that.
 *
 * @throws SlipwayError PLAN_OVERTAKEN; GITHUB_API_RATE_LIMITED, GITHUB_API_UNAVAILABLE: who runs it again can do so later
 */
export async function assertNotOvertaken(context: PlanContext, api: Api): Promise<void> {
  const { github, environment, log } = context;
  const { isOnlyTested, branch, ...range } = runOf(context);
  const number = Number(environment['GITHUB_RUN_NUMBER'] ?? 0);
  const isFirst = Number(github.runAttempt ?? '1') === 1;
  if (isFirst || isOnlyTested || branch === undefined || number === 0) return;
  try {
    const later = await overtakenBy(api, { ...range, branch }, { ...range, number });
    if (later) throw overtaken(number, branch, later);
  } catch (error) {
    if (!isDenial(error)) throw error;
    log.warning(
      `Whether a later run has delivered another commit of '${branch}' cannot be told. The job needs 'actions: read'.`,
    );
  }
}

interface Later {
  readonly run_number: number;
  readonly head_sha: string;
}

function overtaken(number: number, branch: string, { run_number: later, head_sha: sha }: Later): SlipwayError {
  return new SlipwayError({
    code: 'PLAN_OVERTAKEN',
    message: `Run ${number} is run again, and run ${later} has delivered another commit of '${branch}' since, ${sha.slice(0, 12)}: nothing is delivered.`,
    hint: `To deliver what '${branch}' is now, start the workflow by hand, or push. To go back on purpose, press the rollback button.`,
  });
}
