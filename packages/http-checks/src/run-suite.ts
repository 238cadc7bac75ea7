import { messageOf, type Clock } from '@slipway/core';
import { assertBaseUrl, sendRequest, type HttpAnswer } from './http.js';
import { judge } from './judge.js';
import { snippet } from './snippet.js';
import type { Check, Suite } from './suite.js';

/** What a suite is run against, and with. */
export interface RunSuiteOptions {
  readonly suite: Suite;
  /** Scheme, host and port of the service. */
  readonly baseUrl: string;
  /** Sent with every request, before a check's own of the same name: what makes a load balancer choose a fleet. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
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
 * runSuite makes every check once, one after the other, and goes on after a failure: all of them are told.
 *
 * @throws SlipwayError CHECKS_BASE_URL_INVALID; the signal's reason when it aborts
 */
export async function runSuite(options: RunSuiteOptions): Promise<SuiteResult> {
  const baseUrl = assertBaseUrl(options.baseUrl);
  const checks: CheckResult[] = [];
  for (const check of options.suite.checks) {
    options.signal.throwIfAborted();
    const result = await runCheck(check, { ...options, baseUrl });
    checks.push(result);
    options.onCheck?.(result);
  }
  const passed = checks.filter((check) => check.passed).length;
  return {
    file: options.suite.file,
    passed,
    failed: checks.length - passed,
    checks,
  };
}

async function runCheck(check: Check, options: RunSuiteOptions): Promise<CheckResult> {
  const { baseUrl, clock, signal } = options;
  const { name, line, request, expect } = check;
  const headers = { ...request.headers, ...options.headers };
  const timeoutMs = Math.max(REQUEST_TIMEOUT_MS, expect.withinMs ?? 0);
  const start = clock.now();
  let answer: HttpAnswer;
  try {
    answer = await sendRequest({ ...request, headers, baseUrl, timeoutMs, signal });
  } catch (error) {
    signal.throwIfAborted();
    return {
      name,
      line,
      passed: false,
      ms: clock.now() - start,
      problems: [messageOf(error)],
    };
  }
  const ms = clock.now() - start;
  const problems = judge(expect, answer, ms);
  const { status, body } = answer;
  return {
    name,
    line,
    passed: problems.length === 0,
    ms,
    problems,
    status,
    bodySnippet: snippet(body),
  };
}
