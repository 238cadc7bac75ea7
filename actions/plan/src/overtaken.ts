import { SlipwayError } from '@slipway/core';
import { deploymentTask, lastPart, memberOf, repositoryOf, runIdIn } from '@slipway/runtime';
import { isDenial, overtakenBy, type Api } from './deliveries.js';
import { runOf } from './event.js';
import type { PlanContext } from './inputs.js';

const BUTTON = 'To go back on purpose, press the rollback button.';

/**
 * assertNotOvertaken refuses a run that is run again when a later one has delivered another commit of the branch: the
 * stages would go back to the old one, green and with nobody having asked for that.
 *
 * @throws SlipwayError PLAN_OVERTAKEN; GITHUB_API_RATE_LIMITED, GITHUB_API_UNAVAILABLE: who runs it again can do so later
 */
export async function assertNotOvertaken(context: PlanContext, api: Api): Promise<void> {
  const { github, environment } = context;
  const { isOnlyTested, branch, ...range } = runOf(context);
  const number = Number(environment['GITHUB_RUN_NUMBER'] ?? 0);
  const isFirst = Number(github.runAttempt ?? '1') === 1;
  if (isFirst || isOnlyTested || branch === undefined || number === 0) return;
  const later = await unlessDenied(context, "'actions: read'", () =>
    overtakenBy(api, { ...range, branch }, { ...range, number }),
  );
  if (!later) return;
  throw overtaken(
    `Run ${number} is run again, and run ${later.run_number} has delivered another commit of '${branch}' since, ${short(later.head_sha)}: nothing is delivered.`,
    `To deliver what '${branch}' is now, start the workflow by hand, or push. ${BUTTON}`,
  );
}

/** So many deployments are looked through for those of later runs, which stand first; and of so many their state is asked. */
const LOOK_BACK = 30;
const MAX_ASKED = 10;

/**
 * assertServiceNotOvertaken refuses a job of a run that is run again when a later run has deployed its service since. It
 * asks for the service's own deployments: a later run may have passed this stage and wait for an approval of the next, and
 * a promotion's button says nothing of the branch.
 *
 * @throws SlipwayError PLAN_OVERTAKEN; GITHUB_API_RATE_LIMITED, GITHUB_API_UNAVAILABLE: who runs it again can do so later
 */
export async function assertServiceNotOvertaken(context: PlanContext, api: Api, isPart: boolean): Promise<void> {
  const { inputs, github } = context;
  const { service, environment, 'source-environment': source } = inputs;
  const later = await unlessDenied(context, "'deployments: read'", () => laterDeployment(context, api, isPart));
  // The same commit may have been built anew, and be another image in the source: of a promotion it says nothing.
  if (!later || (source === undefined && later.sha === github.sha)) return;
  throw overtaken(
    `This run is run again, and run ${later.run} has deployed '${service ?? ''}' to '${environment ?? ''}' since, ${short(later.sha)}: nothing is deployed. ${github.serverUrl}/${github.repository ?? ''}/actions/runs/${later.run}`,
    source === undefined
      ? `To deliver what the branch is now, start the workflow by hand, or push. ${BUTTON}`
      : `Press the button again: it promotes what '${source}' runs now. ${BUTTON}`,
  );
}

/** The deployment of a later run that stands: what failed went back, and what is inactive was followed by another. */
async function laterDeployment({ inputs, github }: PlanContext, api: Api, isPart: boolean) {
  const { 'github-environment': environment, 'ecs-service': service, cluster } = inputs;
  const own = Number(github.runId ?? 0);
  if (own === 0 || environment === undefined || service === undefined || cluster === undefined) return undefined;
  const { data } = await api.request('GET /repos/{owner}/{repo}/deployments', {
    ...repositoryOf(github),
    ...{ environment, task: deploymentTask(service), per_page: LOOK_BACK },
  });
  const later = data
    .filter(({ payload }) => memberOf(payload, 'cluster') === lastPart(cluster))
    .filter(({ payload }) => isPart || hasPassed(payload, github))
    .map(({ id, sha, payload }) => ({ id: Number(id), sha, run: runIdIn(memberOf(payload, 'run')) ?? 0 }))
    .filter(({ run }) => run > own);
  for (const one of later.slice(0, MAX_ASKED)) if (await stands(one.id, github, api)) return one;
  return undefined;
}

/** Who runs all again after a rollback may mean to, and so may who takes an environment back from another branch. */
function hasPassed(payload: unknown, { ref }: PlanContext['github']): boolean {
  return memberOf(payload, 'goesBack') !== 'true' && memberOf(payload, 'ref') === ref;
}

async function stands(id: number, github: PlanContext['github'], api: Api): Promise<boolean> {
  const { data } = await api.request('GET /repos/{owner}/{repo}/deployments/{deployment_id}/statuses', {
    ...repositoryOf(github),
    ...{ deployment_id: id, per_page: 1 },
  });
  return !['failure', 'error', 'inactive'].includes(data[0]?.state ?? '');
}

async function unlessDenied<T>({ log }: PlanContext, needed: string, ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    if (!isDenial(error)) throw error;
    log.warning(`Whether a later run has delivered another commit cannot be told. The job needs ${needed}.`);
    return undefined;
  }
}

function short(sha: string): string {
  return sha.slice(0, 12);
}

function overtaken(message: string, hint: string): SlipwayError {
  return new SlipwayError({ code: 'PLAN_OVERTAKEN', message, hint });
}
