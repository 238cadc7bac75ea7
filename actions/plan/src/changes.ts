import { SlipwayError, messageOf } from '@slipway/core';
import { repositoryOf } from '@slipway/runtime';
import { isDenial, lastDelivered, type Api, type Line } from './deliveries.js';

/** Files that changed, from the repository's root; or everything, and why that cannot be narrowed. */
export type Changes =
  | { readonly kind: 'files'; readonly files: readonly string[]; readonly since: string }
  | { readonly kind: 'everything'; readonly why: string; readonly unanswered?: 'denied' | 'failed' };

/** Where and since when something may have changed. */
export interface Range extends Line {
  /** The commit that is to be delivered. */
  readonly head: string;
}

/** More files than this GitHub does not list for a comparison (its documentation of "Compare two commits"). */
const MAX_FILES = 300;

/**
 * changesSinceDelivery asks what changed since a commit of a branch was last delivered successfully by this workflow: by
 * a push, or by a run that somebody started and that chose no services. A failed delivery stays in the range until one
 * succeeds. Three calls, however many services there are, and one more for each run since that delivered a part or nothing.
 *
 * @throws SlipwayError GITHUB_API_RATE_LIMITED: what uses up the requests is deliveries, and all services would be the next one
 */
export async function changesSinceDelivery(api: Api, range: Range): Promise<Changes> {
  try {
    const base = await lastDelivered(api, range);
    if (base === undefined) return everything(`no run that GitHub tells of has delivered all of '${range.branch}'`);
    return await compare(api, range, base);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === 'GITHUB_API_RATE_LIMITED') throw error;
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
  return {
    kind: 'everything',
    why: `GitHub did not tell what changed: ${messageOf(error)}`,
    unanswered: isDenial(error) ? 'denied' : 'failed',
  };
}
