import os from 'node:os';
import type { Environment } from './inputs/environment.js';

/** What the runner tells about the run, as far as the actions use it. */
export interface GitHubContext {
  readonly workspace: string;
  readonly temp: string;
  /** `owner/name`. */
  readonly repository: string | undefined;
  readonly sha: string | undefined;
  readonly ref: string | undefined;
  readonly eventName: string | undefined;
  readonly serverUrl: string;
  /** Where the REST API is; GHES has it at a path of the server. */
  readonly apiUrl: string;
  readonly runId: string | undefined;
  readonly runAttempt: string | undefined;
}

/** readGitHubContext reads the runner's environment variables; outside a runner the defaults are the local folder. */
export function readGitHubContext(environment: Environment): GitHubContext {
  const read = (name: string): string | undefined => environment[name] || undefined;
  return {
    workspace: read('GITHUB_WORKSPACE') ?? process.cwd(),
    temp: read('RUNNER_TEMP') ?? os.tmpdir(),
    repository: read('GITHUB_REPOSITORY'),
    sha: read('GITHUB_SHA'),
    ref: read('GITHUB_REF'),
    eventName: read('GITHUB_EVENT_NAME'),
    serverUrl: read('GITHUB_SERVER_URL') ?? 'https://github.com',
    apiUrl: read('GITHUB_API_URL') ?? 'https://api.github.com',
    runId: read('GITHUB_RUN_ID'),
    runAttempt: read('GITHUB_RUN_ATTEMPT'),
  };
}
