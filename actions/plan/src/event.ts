import type { PlanContext } from './inputs.js';

/** Run is what the plan has to know of the run that it is made in. */
export interface Run {
  /** The branch whose stages are meant, or undefined for a tag. */
  readonly branch: string | undefined;
  /** A change that is not on its branch yet: it is built and tested, and nothing is delivered. */
  readonly isProposal: boolean;
  readonly repository: string;
  readonly head: string;
  readonly workflowRef: string;
}

const PROPOSALS = ['pull_request', 'pull_request_target', 'merge_group'];

/** runOf reads the run's event. A merge queue's own branch is named after the one that it merges into. */
export function runOf({ inputs, github, environment }: Pick<PlanContext, 'inputs' | 'github' | 'environment'>): Run {
  const own = github.ref?.startsWith('refs/tags/') ? undefined : environment['GITHUB_REF_NAME'] || undefined;
  const [, queued] = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/.exec(own ?? '') ?? [];
  return {
    branch: inputs.branch ?? (environment['GITHUB_BASE_REF'] || undefined) ?? queued ?? own,
    isProposal: PROPOSALS.includes(github.eventName ?? ''),
    repository: github.repository ?? '',
    head: github.sha ?? '',
    workflowRef: environment['GITHUB_WORKFLOW_REF'] ?? '',
  };
}
