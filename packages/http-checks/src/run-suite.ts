import { messageOf, type Clock } from '@slipway/core';
import { assertBaseUrl, sendRequest, type HttpAnswer } from './http.js';
import { captureFrom } from './capture.js';
import { judge } from './judge.js';
import { afterRedirect, prepareExpectation, prepareRequest } from './prepare.js';
import { selectChecks, valuesOf } from './select.js';
import { snippet } from './snippet.js';
import type { Capture, Check, Suite } from './suite.js';

/** What a suite is run against, and with. */
export interface RunSuiteOptions {
  readonly suite: Suite;
  /** Scheme, host and port of the service. */
  readonly baseUrl: string;
  /** Sent with every request, before a check's own of the same name: what makes a load balancer choose a fleet. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Values of the suite's variables by name, such as the version. Those that the suite does not declare are left out. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Only checks with one of these tags are made. Absent or empty: all. */
  readonly tags?: readonly string[];
  /** Where `auth` finds its credentials. Absent: none. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** How many checks are made at once. Defaults to 1. */
  readonly concurrency?: number;
  /** Called after each check. */
  readonly onCheck?: (result: CheckResult) => void;
}

/** CheckResult is how one check went. */
export interface CheckResult {
  readonly name: string;
  /** Of the check in the suite's file. */
  readonly line: number;
  readonly passed: boolean;
  readonly ms: number;
  /** Empty when it passed. */
  readonly problems: readonly string[];
  /** How often it was made, when more than once. */
  readonly attempts?: number;
  /** Absent when no answer came. */
  readonly status?: number;
  /** The beginning of the body on one line: a foreign text. */
  readonly bodySnippet?: string;
}

/** SuiteResult is how all checks of a suite went. */
export interface SuiteResult {
  readonly file: string;
  /** How many checks passed. */
  readonly passed: number;
  /** How many did not. */
  readonly failed: number;
  /** In the suite's order. */
  readonly checks: readonly CheckResult[];
}

/** Ten times what people wait for; a check that allows more by `within-ms` gets it. */
const REQUEST_TIMEOUT_MS = 10_000;

/**
 * runSuite makes every check, one after the other, and goes on after a failure: all of them are told. With `concurrency`
 * independent checks are made side by side; those of a suite that captures values never are.
 *
 * @throws SlipwayError CHECKS_BASE_URL_INVALID, CHECKS_NONE_SELECTED, CHECKS_VARIABLE_MISSING; the signal's reason
 */
export async function runSuite(options: RunSuiteOptions): Promise<SuiteResult> {
  const baseUrl = assertBaseUrl(options.baseUrl);
  const { suite, concurrency = 1 } = options;
  const selected = selectChecks(suite, options.tags);
  const run = { ...options, baseUrl, values: valuesOf(suite, options.variables) };
  const capturing = selected.some(({ captures }) => captures !== undefined);
  const checks = await inOrder(selected, capturing ? 1 : concurrency, async (check) => {
    options.signal.throwIfAborted();
    const result = await runWithRetries(check, run);
    options.onCheck?.(result);
    return result;
  });
  const passed = checks.filter((check) => check.passed).length;
  return { file: suite.file, passed, failed: checks.length - passed, checks };
}

/** Keeps so many under way; the results stand in the order of the items. */
async function inOrder<T, R>(items: readonly T[], concurrency: number, act: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = [...items.entries()];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next; next = left.shift()) results[next[0]] = await act(next[1]);
  };
  await Promise.all(Array.from({ length: Math.max(1, concurrency) }, work));
  return results;
}

/** A run, with the values that its checks have captured so far; none where braces are braces. */
type Run = RunSuiteOptions & { readonly values: Map<string, string> | undefined };

async function runWithRetries(check: Check, run: Run): Promise<CheckResult> {
  const { times = 0, delayMs = 0 } = check.retry ?? {};
  for (let made = 1; ; made += 1) {
    const result = await runCheck(check, run);
    if (result.passed || made > times) return made > 1 ? { ...result, attempts: made } : result;
    await run.clock.sleep(delayMs, run.signal);
  }
}

async function runCheck(check: Check, run: Run): Promise<CheckResult> {
  const { clock, signal, values } = run;
  const { name, line } = check;
  const start = clock.now();
  try {
    const expect = prepareExpectation(check.expect, values);
    const answer = await ask(check, run);
    const timing = { ms: clock.now() - start, now: clock.now() };
    const judged = judge(expect, answer, timing);
    const captured = captureFrom(check.captures ?? NO_CAPTURES, answer);
    const problems = [...judged, ...captured.problems];
    if (problems.length === 0) for (const [key, value] of captured.values) values?.set(key, value);
    const { status, body } = answer;
    const { ms } = timing;
    return { name, line, passed: problems.length === 0, ms, problems, status, bodySnippet: snippet(body) };
  } catch (error) {
    signal.throwIfAborted();
    return { name, line, passed: false, ms: clock.now() - start, problems: [messageOf(error)] };
  }
}

const NO_CAPTURES: ReadonlyMap<string, Capture> = new Map();

/** ask sends a check's request and follows redirects as far as it may. */
async function ask({ request, expect }: Check, run: Run): Promise<HttpAnswer> {
  const { baseUrl, signal, values, environment = {}, suite } = run;
  const tls = suite.tls === undefined ? {} : { tls: suite.tls };
  const timeoutMs = Math.max(REQUEST_TIMEOUT_MS, expect.withinMs ?? 0);
  let prepared = prepareRequest(request, { variables: values, environment });
  for (let followed = 0; ; followed += 1) {
    const headers = { ...prepared.headers, ...run.headers };
    const answer = await sendRequest({ ...prepared, ...tls, headers, baseUrl, timeoutMs, signal });
    const location = answer.headers.get('location');
    const isRedirect = [301, 302, 303, 307, 308].includes(answer.status) && location !== undefined;
    if (!isRedirect || followed >= (request.followRedirects ?? 0)) return answer;
    prepared = afterRedirect(prepared, answer.status, pathWithin(baseUrl, prepared.path, location));
  }
}

/** Another origin is never followed: neither a check's headers nor we ourselves are led elsewhere by an answer. */
function pathWithin(baseUrl: string, path: string, location: string): string {
  const base = new URL(baseUrl);
  const target = URL.canParse(location, baseUrl + path) ? new URL(location, baseUrl + path) : undefined;
  const prefix = base.pathname.replace(/\/$/, '');
  if (target?.origin !== base.origin || !target.pathname.startsWith(prefix)) {
    throw new Error('the redirect leads to another origin, which is not followed');
  }
  return target.pathname.slice(prefix.length) + target.search;
}
