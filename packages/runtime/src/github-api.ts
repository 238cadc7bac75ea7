import type { Endpoints } from '@octokit/types';
import { SlipwayError, abortAfter, type Clock } from '@slipway/core';
import { gitHubApiError, requestsLeftBy, waitAskedMs } from './github-api-errors.js';
import type { GitHubContext } from './github.js';

/** A route of GitHub's REST API, with its method: `GET /repos/{owner}/{repo}/compare/{basehead}`. */
export type GitHubRoute = keyof Endpoints;

/** GitHubApi is GitHub's REST API of one server, as one token may use it. */
export interface GitHubApi {
  /**
   * request sends one request and returns its answer: status, headers, data. What only reads is tried again when that can
   * help; a write only where GitHub surely did nothing, or where `isRepeatable` says that twice is as good as once.
   *
   * @throws SlipwayError GITHUB_API_DENIED, GITHUB_API_NOT_FOUND, GITHUB_API_REFUSED, and, retryable,
   * GITHUB_API_RATE_LIMITED, GITHUB_API_UNAVAILABLE; the signal's reason when it aborts
   */
  request<R extends GitHubRoute>(
    route: R,
    parameters: Endpoints[R]['parameters'],
    options?: GitHubRequestOptions,
  ): Promise<Endpoints[R]['response']>;
  /**
   * requestsLeft returns how many requests the token has left of its hour, as the last answer told; 0 when one was refused for
   * its rate, undefined before the first. The jobs of a repository share them: 1,000 an hour.
   */
  requestsLeft(): number | undefined;
}

/** How one request is made. */
export interface GitHubRequestOptions {
  readonly isRepeatable?: boolean;
  readonly signal?: AbortSignal;
  /** For the call with all its tries; the API's own when not set. */
  readonly timeoutMs?: number;
}

/** Where the API is, and who asks. */
export interface GitHubApiOptions {
  readonly github: Pick<GitHubContext, 'apiUrl'>;
  /** Kept in memory, never part of an error. Mask it first. */
  readonly token: string | undefined;
  readonly clock: Clock;
  /** For a call with all its tries. Defaults to 20 s: GitHub itself gives up on a request after ten. */
  readonly timeoutMs?: number;
  /** From 0 up to 1. Defaults to Math.random. */
  readonly random?: () => number;
}

const TIMEOUT_MS = 20_000;
const MAX_ATTEMPTS = 3;
const FIRST_DELAY_MS = 500;

/** repositoryOf splits `owner/name` into the parameters of a route. @throws SlipwayError GITHUB_REPOSITORY_UNKNOWN */
export function repositoryOf({ repository }: Pick<GitHubContext, 'repository'>): { owner: string; repo: string } {
  const [owner, repo, ...more] = (repository ?? '').split('/');
  if (owner && repo && more.length === 0) return { owner, repo };
  throw new SlipwayError({
    code: 'GITHUB_REPOSITORY_UNKNOWN',
    message: `GITHUB_REPOSITORY is ${repository === undefined ? 'not set' : `'${repository}'`}.`,
    hint: 'GitHub sets it to owner/name in every job; outside of a job, set it yourself.',
  });
}

/** createGitHubApi returns the API. Nothing is loaded and nothing is sent before the first request. */
export function createGitHubApi(options: GitHubApiOptions): GitHubApi {
  let left: number | undefined;
  return {
    requestsLeft: () => left,
    async request<R extends GitHubRoute>(
      route: R,
      parameters: Endpoints[R]['parameters'],
      requestOptions: GitHubRequestOptions = {},
    ) {
      const { send } = await import('./github-transport.js');
      const answer = await retry(options, { route, ...requestOptions }, async (signal) => {
        const sent = send(options.github.apiUrl, options.token, { route, parameters: { ...parameters }, signal });
        left = (await sent.then(requestsLeftBy, requestsLeftBy)) ?? left;
        return sent;
      });
      return answer as Endpoints[R]['response'];
    },
  };
}

interface Call extends GitHubRequestOptions {
  readonly route: string;
}

/** The one layer that tries again: full jitter, as long as GitHub asks, and never past the call's end. */
async function retry<T>(options: GitHubApiOptions, call: Call, send: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, token, random = Math.random } = options;
  const timeoutMs = call.timeoutMs ?? options.timeoutMs ?? TIMEOUT_MS;
  const deadline = clock.now() + timeoutMs;
  const timeout = abortAfter(timeoutMs);
  const signal = call.signal ? AbortSignal.any([call.signal, timeout]) : timeout;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(signal);
    } catch (cause) {
      call.signal?.throwIfAborted();
      const error = gitHubApiError(cause, { route: call.route, token, timeoutMs, isOver: timeout.aborted });
      const delayMs = waitAskedMs(cause, clock.now()) ?? random() * FIRST_DELAY_MS * 2 ** (attempt - 1);
      const isWorthIt = error.retryable && attempt < MAX_ATTEMPTS && delayMs < deadline - clock.now();
      if (timeout.aborted || !isWorthIt || !mayRepeat(call, error)) throw error;
      await clock.sleep(delayMs, signal);
    }
  }
}

/** What GitHub refused for its rate was not done; of anything else one cannot know. */
function mayRepeat({ route, isRepeatable = false }: Call, { code }: SlipwayError): boolean {
  return isRepeatable || route.startsWith('GET ') || code === 'GITHUB_API_RATE_LIMITED';
}
