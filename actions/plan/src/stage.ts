import { SlipwayError } from '@slipway/core';
import { splitList } from '@slipway/runtime';
import type { Api } from './deliveries.js';
import type { PlanContext } from './inputs.js';
import { assertServiceNotOvertaken } from './overtaken.js';
import { BEGUN, resultsIn, type Begun, type Result } from './results.js';
import { needed } from './single.js';

/**
 * beginStage tells whose job begins, and refuses to go on with a part of a stage that was taken back as a group. 'Re-run
 * failed jobs' leaves out what had succeeded: it was taken back all the same, and would be missing while the stage looks
 * complete. And a run that a later one has overtaken.
 *
 * @throws SlipwayError INPUT_INVALID, PLAN_STAGE_TAKEN_BACK, PLAN_OVERTAKEN, GITHUB_API_RATE_LIMITED, GITHUB_API_UNAVAILABLE
 */
export async function beginStage(context: PlanContext, api: Api): Promise<void> {
  const { environment, service } = needed(context.inputs, ['environment', 'service']);
  const attempt = attemptOf(context);
  const begun: Begun = { environment, service, attempt };
  context.report(BEGUN, begun);
  const isPart = (context.inputs.attempt ?? attempt) !== attempt;
  if (isPart) await assertNotTakenBack(context, environment);
  // Where all was planned again, the plan saw later runs that ended well, and no other; a promotion is of what runs now.
  const isDelivery = context.inputs['source-environment'] === undefined;
  if (isPart || (attempt > 1 && isDelivery)) await assertServiceNotOvertaken(context, api, isPart);
}

async function assertNotTakenBack(context: PlanContext, environment: string): Promise<void> {
  // What had failed is run again in any case.
  const taken = namesOf((await resultsOfStage(context)).filter(({ isGreen }) => isGreen));
  if (taken.length === 0) return;
  throw new SlipwayError({
    code: 'PLAN_STAGE_TAKEN_BACK',
    message: `The stage of '${environment}' failed, and what had succeeded in it was to be taken back as a group: ${taken.join(', ')}.`,
    hint: "Choose 'Re-run all jobs'. 'Re-run failed jobs' deploys nothing that had succeeded, and that was taken back too.",
  });
}

/** Place is where a service stands in its stage, from 0 on. */
export interface Place {
  readonly at: number;
  readonly service: string;
}

/**
 * takenBackOf returns which services of a failed stage are taken back, with their places in the list of them: all that began a
 * deployment, but for those that are certain to be back already. A rollback leaves one alone that is.
 *
 * @throws SlipwayError INPUT_INVALID
 */
export async function takenBackOf(context: PlanContext): Promise<readonly Place[]> {
  const names = splitList(context.inputs.services);
  // What a person cancelled and left is left, where no group is half new by it.
  const goesBack = ({ left }: Result): boolean => left === 'deployed' || (left === 'cancelled' && names.length > 1);
  const results = await resultsOfStage(context);
  const unknown = names.filter((name) => !results.some(({ service }) => service === name));
  if (unknown.length > 0) {
    context.log.warning(
      `Nothing is known of ${unknown.join(', ')}: a job that never began has nothing to tell, and neither has one whose runner was lost. It is not taken back here: look at its job, and press the rollback button where it deployed.`,
    );
  }
  const begun = namesOf(results.filter(goesBack));
  context.log.info(`To be taken back: ${begun.join(', ') || 'nothing'}.`);
  return begun.map((service) => ({ at: names.indexOf(service), service })).sort((a, b) => a.at - b.at);
}

/** The services of results, each once: what was taken back twice has an artifact of each time. */
function namesOf(results: readonly Result[]): readonly string[] {
  return [...new Set(results.map(({ service }) => service))];
}

/** What an attempt did before everything was planned anew was done again since, or is to be left as it is. */
async function resultsOfStage(context: PlanContext): Promise<readonly Result[]> {
  const { environment } = needed(context.inputs, ['environment']);
  const names = splitList(context.inputs.services);
  const planned = context.inputs.attempt ?? attemptOf(context);
  const all = await resultsIn(context);
  return all.filter(
    (result) => result.environment === environment && names.includes(result.service) && result.attempt >= planned,
  );
}

function attemptOf({ github }: PlanContext): number {
  return Number(github.runAttempt ?? '1');
}
