import { SlipwayError } from '@slipway/core';
import type { PlanContext } from './inputs.js';

/** Run is what the plan has to know of the run that it is made in. */
export interface Run {
  /** The branch whose stages are meant, or undefined for a tag. */
  readonly branch: string | undefined;
  /** A change that is not on its branch yet: it is built and tested, and nothing is delivered. */
  readonly isProposal: boolean;
  /** Nothing is delivered, whatever its branch drives: of a proposal, and of a run that was to verify. */
  readonly isOnlyTested: boolean;
  readonly repository: string;
  readonly head: string;
  readonly workflowRef: string;
}

/** PROPOSALS are the events of changes that are not on their branch yet. */
export const PROPOSALS = ['pull_request', 'pull_request_target', 'merge_group'];

/**
 * runOf reads the run's event. A merge queue's own branch is named after the one that it merges into.
 *
 * @throws SlipwayError PLAN_EVENT_REFUSED
 */
export function runOf({ inputs, github, environment }: Pick<PlanContext, 'inputs' | 'github' | 'environment'>): Run {
  if (github.eventName === 'pull_request_target') throw wrongCommit();
  const own = github.ref?.startsWith('refs/tags/') ? undefined : environment['GITHUB_REF_NAME'] || undefined;
  const [, queued] = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/.exec(own ?? '') ?? [];
  const isProposal = PROPOSALS.includes(github.eventName ?? '');
  return {
    branch: inputs.branch ?? (environment['GITHUB_BASE_REF'] || undefined) ?? queued ?? own,
    isProposal,
    isOnlyTested: isProposal || inputs.operation === 'verify',
    repository: github.repository ?? '',
    head: github.sha ?? '',
    workflowRef: environment['GITHUB_WORKFLOW_REF'] ?? '',
  };
}

function wrongCommit(): SlipwayError {
  return new SlipwayError({
    code: 'PLAN_EVENT_REFUSED',
    message:
      "A run of 'pull_request_target' is of the branch, not of the pull request: what was proposed is not in it.",
    hint: "Call the workflow on 'pull_request', forks' too: it needs no secret and no permission to write.",
  });
}
