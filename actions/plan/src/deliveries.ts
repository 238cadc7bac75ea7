import { SlipwayError } from '@slipway/core';
import { repositoryOf, type GitHubApi, type GitHubRoute } from '@slipway/runtime';
import { PROPOSALS } from './event.js';

/** What GitHub is asked by. */
export type Api = Pick<GitHubApi, 'request'>;

/** Where a delivery takes place. */
export interface Line {
  /** `owner/name`. */
  readonly repository: string;
  readonly branch: string;
  /** GITHUB_WORKFLOW_REF: `owner/name/.github/workflows/deliver.yml@refs/heads/main`. */
  readonly workflowRef: string;
}

/** By its name, the plan's step of deliver.yml says whether anything was left out of it. */
export const WHOLE_STEP = 'plan all that changed';
export const CHOICE_STEP = 'plan a choice';
/** The name that GitHub gives to the step of a workflow of somebody's own that has none. */
const UNNAMED_STEP = /^Run \S+\/actions\/plan@/;

/** So many runs are looked at, and of so many at most GitHub is asked what they planned: calls do not grow with services. */
const LOOK_BACK = 30;
const MAX_ASKED = 10;
const JOBS_PER_PAGE = 100;

type Run = Awaited<ReturnType<typeof successfulRuns>>[number];

/**
 * lastDelivered asks for the commit of the last run of a workflow that delivered all that had changed of a branch. A green
 * run in which nothing was planned, because the job was skipped, is none: what it would have brought is still to come.
 */
export async function lastDelivered(api: Api, line: Line): Promise<string | undefined> {
  const last = await firstThat(await successfulRuns(api, line), (run) =>
    hasStep(api, { ...line, run: run.id }, (step) => isWhole(step, run.event)),
  );
  return last?.head_sha;
}

/** OwnRun is the run that asks. */
export interface OwnRun {
  /** GITHUB_RUN_NUMBER: a workflow's runs are counted; one that is run again keeps its number. */
  readonly number: number;
  readonly head: string;
}

/** overtakenBy asks for the run of a workflow that was started after ours and delivered another commit of the branch. */
export async function overtakenBy(api: Api, line: Line, own: OwnRun): Promise<Run | undefined> {
  const runs = await successfulRuns(api, line);
  const later = runs.filter(({ run_number: number, head_sha: sha }) => number > own.number && sha !== own.head);
  return firstThat(later, (run) =>
    hasStep(api, { ...line, run: run.id }, (step) => step === CHOICE_STEP || isWhole(step, run.event)),
  );
}

/** Of a step without a name one cannot see whether services were chosen: a push chooses none. */
function isWhole(step: string, event: string): boolean {
  return step === WHOLE_STEP || (event === 'push' && UNNAMED_STEP.test(step));
}

/** The newest first. */
async function successfulRuns(api: Api, line: Line) {
  const { data } = await api.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
    ...repositoryOf(line),
    workflow_id: /\/([^/@]+)@/.exec(line.workflowRef)?.[1] ?? '',
    branch: line.branch,
    status: 'success',
    per_page: LOOK_BACK,
  });
  return data.workflow_runs.filter(({ event }) => !PROPOSALS.includes(event));
}

async function firstThat(runs: readonly Run[], isIt: (run: Run) => Promise<boolean>): Promise<Run | undefined> {
  for (const run of runs.slice(0, MAX_ASKED)) if (await isIt(run)) return run;
  return undefined;
}

interface AskedRun extends Pick<Line, 'repository'> {
  readonly run: number;
}

const JOBS = 'GET /repos/{owner}/{repo}/actions/runs/{run_id}/jobs' satisfies GitHubRoute;

/** The plan is among the first jobs of a run, and where GitHub lists the newest first, among the last. */
async function hasStep(api: Api, { run, ...line }: AskedRun, isMeant: (step: string) => boolean): Promise<boolean> {
  // In whichever attempt: one that was of failed jobs alone planned nothing again.
  const asked = { ...repositoryOf(line), run_id: run, filter: 'all', per_page: JOBS_PER_PAGE } as const;
  const { data } = await api.request(JOBS, asked);
  const hasIt = ({ jobs }: typeof data): boolean =>
    jobs.some(({ steps }) => steps?.some(({ name, conclusion }) => conclusion === 'success' && isMeant(name)));
  if (hasIt(data) || data.total_count <= JOBS_PER_PAGE) return hasIt(data);
  const last = await api.request(JOBS, { ...asked, page: Math.ceil(data.total_count / JOBS_PER_PAGE) });
  return hasIt(last.data);
}

/** A private repository is not found by a token that may not see it. */
const DENIALS = ['GITHUB_API_DENIED', 'GITHUB_API_NOT_FOUND'];

/** isDenial tells an answer that no other time would change from an outage: the token lacks a permission. */
export function isDenial(error: unknown): boolean {
  return error instanceof SlipwayError && DENIALS.includes(error.code);
}
