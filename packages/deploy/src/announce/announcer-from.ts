import { SlipwayError, type Clock } from '@slipway/core';
import {
  createGitHubApi,
  deploymentTask,
  lastPart,
  repositoryOf,
  type GitHubContext,
  type Log,
} from '@slipway/runtime';
import type { GitHubInputs } from '../inputs/github-inputs.js';
import type { Request } from '../run.js';
import { Announcer } from './announcer.js';

/** For one call with its tries. The deployment does not wait for it; its end waits for a part of it. */
const CALL_TIMEOUT_MS = 10_000;

/** What an announcer is made of. */
export interface AnnouncerSource {
  readonly github: GitHubContext;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether it goes back to what was deployed before. */
  readonly isReturn?: boolean;
  saveState(name: string, value: string): void;
}

/** announcerFrom returns who tells GitHub, where the inputs ask for it and the run is one of GitHub's. */
export function announcerFrom(inputs: GitHubInputs, request: Request, source: AnnouncerSource): Announcer | undefined {
  if (!inputs['github-deployment'] || request.dryRun) return undefined;
  const { github, clock, log, isReturn = false } = source;
  try {
    const { 'environment-url': environmentUrl, 'github-commit': commit } = inputs;
    const service = lastPart(request.service);
    const cluster = lastPart(request.cluster);
    return new Announcer({
      ...{ clock, log, saveState: (name: string, value: string) => source.saveState(name, value) },
      api: createGitHubApi({ github, clock, token: inputs['github-token'], timeoutMs: CALL_TIMEOUT_MS }),
      subject: {
        ...{ ...repositoryOf(github), ref: commitOf(github), logUrl: runUrl(github), service },
        task: deploymentTask(service),
        environment: inputs['github-environment'] ?? cluster,
        payload: { run: request.by, cluster, service, ...onTheWay(github, isReturn) },
        isReturn,
        ...(commit === undefined ? {} : { commit }),
        ...(environmentUrl === undefined ? {} : { environmentUrl }),
      },
    });
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    log.warning(`GitHub does not show this deployment: ${error.message} ${error.hint}`);
    return undefined;
  }
}

/** The plan reads it: another branch's run has overtaken nobody, nor has what went back on purpose. */
function onTheWay({ ref }: GitHubContext, isReturn: boolean): Readonly<Record<string, string>> {
  return { ...(ref === undefined ? {} : { ref }), ...(isReturn ? { goesBack: 'true' } : {}) };
}

function commitOf({ sha }: GitHubContext): string {
  if (sha !== undefined) return sha;
  throw new SlipwayError({
    code: 'GITHUB_REPOSITORY_UNKNOWN',
    message: 'GITHUB_SHA is not set.',
    hint: 'GitHub sets it in every job; outside of a job, set it yourself.',
  });
}

function runUrl({ serverUrl, repository, runId, runAttempt }: GitHubContext): string {
  return `${serverUrl}/${repository}/actions/runs/${runId ?? ''}/attempts/${runAttempt ?? '1'}`;
}
