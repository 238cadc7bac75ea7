import { SlipwayError, messageOf } from '@slipway/core';
import { repositoryOf, type GitHubApi } from '@slipway/runtime';

/** What GitHub is asked by. */
export type Api = Pick<GitHubApi, 'request'>;

/** Files that changed, from the repository's root; or everything, and why that cannot be narrowed. */
export type Changes =
  | { readonly kind: 'files'; readonly files: readonly string[]; readonly since: string }
  | { readonly kind: 'everything'; readonly why: string; readonly isDenied?: boolean };

/** Where and since when something may have changed. */
export interface Range {
  /** `owner/name`. */
  readonly repository: string;
  /** The commit that is to be delivered. */
  readonly head: string;
  readonly branch: string;
  /** GITHUB_WORKFLOW_REF: `owner/name/.github/workflows/deliver.yml@refs/heads/main`. */
  readonly workflowRef: string;
}

/** A private repository is not found by a token that may not see it. */
const DENIALS = ['GITHUB_API_DENIED', 'GITHUB_API_NOT_FOUND'];

/** More files than this GitHub does not list for a comparison (its documentation of "Compare two commits"). */
const MAX_FILES = 300;

/**
 * changesSinceDelivery asks what changed since the last push to a branch that this workflow delivered successfully. A
 * failed delivery stays in the range until one succeeds. Two calls, however many services there are.
 */
export async function changesSinceDelivery(api: Api, range: Range): Promise<Changes> {
  try {
    const base = await lastDelivered(api, range);
    if (base === undefined) return everything(`no push to '${range.branch}' was delivered yet`);
    return await compare(api, range, base);
  } catch (error) {
    return unanswered(error);
  }
}

/** changesAgainstBranch asks what a pull request changes of the branch that it goes to. One call. */
export async function changesAgainstBranch(api: Api, range: Range): Promise<Changes> {
  try {
    return await compare(api, range, range.branch);
  } catch (error) {
    return unanswered(error);
  }
}

async function lastDelivered(api: Api, range: Range): Promise<string | undefined> {
  const workflow = /\/([^/@]+)@/.exec(range.workflowRef)?.[1] ?? '';
  const { data } = await api.request('GET /repos/{owner}/{repo}/actions/workflows/{workflow_id}/runs', {
    ...repositoryOf(range),
    workflow_id: workflow,
    branch: range.branch,
    event: 'push',
    status: 'success',
    per_page: 1,
  });
  return data.workflow_runs[0]?.head_sha;
}

async function compare(api: Api, range: Range, base: string): Promise<Changes> {
  const { head, branch } = range;
  const { data } = await api.request('GET /repos/{owner}/{repo}/compare/{basehead}', {
    ...repositoryOf(range),
    basehead: `${base}...${head}`,
    per_page: 1,
  });
  const isBranch = base === branch;
  // A branch that went on meanwhile has diverged from a pull request: what that changes is told all the same.
  if (!isBranch && data.status !== 'ahead' && data.status !== 'identical') {
    return everything(`the last delivery, of ${short(base)}, is not in the history of ${short(head)}`);
  }
  const files = data.files ?? [];
  if (files.length >= MAX_FILES) return everything(`${MAX_FILES} files or more changed, and GitHub lists no more`);
  // A file that was moved is a change where it was, too.
  const names = files.flatMap(({ filename, previous_filename: before }) => [filename, ...(before ? [before] : [])]);
  return { kind: 'files', files: names, since: isBranch ? branch : short(base) };
}

function short(commit: string): string {
  return commit.slice(0, 12);
}

function everything(why: string): Changes {
  return { kind: 'everything', why };
}

/** To deliver too much costs minutes, to deliver too little a release: whatever GitHub does not answer is everything. */
function unanswered(error: unknown): Changes {
  const isDenied = error instanceof SlipwayError && DENIALS.includes(error.code);
  return { kind: 'everything', why: `GitHub did not tell what changed: ${messageOf(error)}`, isDenied };
}
