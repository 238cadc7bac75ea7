import { SlipwayError, messageOf } from '@slipway/core';

/** What an answer that is an error carries, as \@octokit/request throws it. */
interface Refusal {
  readonly status?: number;
  readonly message?: string;
  readonly response?: { readonly headers?: Readonly<Record<string, string | number | undefined>> };
}

/** What is known of a call that failed. */
export interface FailedCall {
  readonly route: string;
  readonly token: string | undefined;
  readonly timeoutMs: number;
  /** Whether the call's own time ran out. */
  readonly isOver: boolean;
}

/** gitHubApiError turns what a request failed with into what a person can act on; the token is in none of it. */
export function gitHubApiError(cause: unknown, call: FailedCall): SlipwayError {
  const refusal = cause as Refusal;
  const { response, status = 0 } = refusal;
  if (call.isOver || !response)
    return unavailable(call, call.isOver ? `nothing in ${call.timeoutMs} ms` : why(cause, call));
  if (waitAskedMs(cause, 0) !== undefined || status === 429) return rateLimited(call, why(cause, call));
  if (status >= 500) return unavailable(call, `${status}: ${why(cause, call)}`);
  if (status === 401 || status === 403) return denied(call, refusal, `${status}: ${why(cause, call)}`);
  if (status === 404) return notFound(call, refusal);
  return new SlipwayError({
    code: 'GITHUB_API_REFUSED',
    message: `GitHub refused ${call.route} with ${status}: ${why(cause, call)}`,
    hint: 'The message is GitHub’s own; what was sent is part of the repository or of the inputs of this step.',
    cause: causeOf(cause, call),
  });
}

/**
 * waitAskedMs returns how long GitHub asks to wait before the next try, undefined when it asks nothing.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
 */
export function waitAskedMs(cause: unknown, nowMs: number): number | undefined {
  const { status, response, message } = cause as Refusal;
  if (status !== 403 && status !== 429) return undefined;
  const headers = response?.headers ?? {};
  const retryAfter = headers['retry-after'];
  if (retryAfter !== undefined) return Number(retryAfter) * 1000;
  if (String(headers['x-ratelimit-remaining']) === '0') {
    return Math.max(0, Number(headers['x-ratelimit-reset']) * 1000 - nowMs);
  }
  // "If neither is there, wait for at least one minute": longer than any call of ours lasts.
  return /rate limit/i.test(message ?? '') ? 60_000 : undefined;
}

/** requestsLeftBy reads of an answer, or of what a request failed with, how many more requests GitHub takes of the token this hour. */
export function requestsLeftBy(answer: unknown): number | undefined {
  if (waitAskedMs(answer, 0) !== undefined) return 0;
  const { headers, response } = answer as Refusal['response'] & Refusal;
  const told = (response?.headers ?? headers)?.['x-ratelimit-remaining'];
  return told === undefined ? undefined : Number(told);
}

function unavailable({ route }: FailedCall, because: string): SlipwayError {
  return new SlipwayError({
    code: 'GITHUB_API_UNAVAILABLE',
    message: `GitHub did not answer ${route}: ${because}`,
    hint: 'Run the job again; https://www.githubstatus.com tells of disturbances. On GHES, or behind a proxy, check GITHUB_API_URL and HTTPS_PROXY.',
    kind: 'world',
    retryable: true,
  });
}

function rateLimited({ route }: FailedCall, because: string): SlipwayError {
  return new SlipwayError({
    code: 'GITHUB_API_RATE_LIMITED',
    message: `GitHub takes no more requests like ${route} for now: ${because}`,
    hint: "Run the job again later. The token of a job has 1,000 requests an hour for the repository's jobs together.",
    kind: 'world',
    retryable: true,
  });
}

function denied(call: FailedCall, refusal: Refusal, because: string): SlipwayError {
  const hint = call.token
    ? `Add '${permissionFor(call.route, refusal)}' to the job's permissions, and to those of the workflow that calls it. Runs of a fork's pull request get none that write.`
    : "Pass a token: 'github-token' is empty.";
  return new SlipwayError({
    code: 'GITHUB_API_DENIED',
    message: `The token may not ${call.route}: GitHub says ${because}`,
    hint,
    cause: causeOf(refusal, call),
  });
}

function notFound(call: FailedCall, refusal: Refusal): SlipwayError {
  return new SlipwayError({
    code: 'GITHUB_API_NOT_FOUND',
    message: `GitHub knows nothing at ${call.route}, or this token may not see it.`,
    hint: `Check the names. In a private repository the job also needs '${permissionFor(call.route, refusal)}' under permissions.`,
    cause: causeOf(refusal, call),
  });
}

/** The error of \@octokit/request itself holds the request, and with it the token. */
function causeOf(cause: unknown, call: FailedCall): Error {
  return new Error(`${(cause as Refusal).status ?? ''} ${why(cause, call)}`.trim());
}

function why(cause: unknown, { token }: FailedCall): string {
  const text = messageOf(cause).replace(/\s+/g, ' ').slice(0, 500);
  return token ? text.replaceAll(token, '***') : text;
}

/** By the part of the path after the repository. GitHub says it itself in most answers; GHES not always. */
const PERMISSIONS: Readonly<Record<string, string>> = {
  actions: 'actions',
  deployments: 'deployments',
  environments: 'actions',
  statuses: 'statuses',
  issues: 'issues',
  pulls: 'pull-requests',
};

function permissionFor(route: string, { response }: Refusal): string {
  // `deployments=write`, or alternatives: `issues=write; pull_requests=write`.
  const told = response?.headers?.['x-accepted-github-permissions'];
  const [first] = typeof told === 'string' ? told.split(';') : [];
  const named = (first ?? '').split(',').map((pair) => pair.trim().replaceAll('_', '-').replace('=', ': '));
  if (named[0]) return named.join("', '");
  const [method, path = ''] = route.split(' ');
  const part = path.split('/')[4] ?? '';
  return `${PERMISSIONS[part] ?? 'contents'}: ${method === 'GET' ? 'read' : 'write'}`;
}
