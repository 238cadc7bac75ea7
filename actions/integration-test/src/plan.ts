import path from 'node:path';
import { Redactor } from '@slipway/core';
import type { CheckResult, SuiteResult } from '@slipway/http-checks';
import type { GitHubContext } from '@slipway/runtime';
import { environmentInvalid } from './errors.js';

/** TestPlan names everything that a test makes, before it makes anything. */
export interface TestPlan {
  /** Of the container, the network and the files; unique on the machine. */
  readonly name: string;
  /** `slipway.run=…`: by it everything is found again. */
  readonly label: string;
  /** Private to this run; removed at its end. */
  readonly folder: string;
  /** Of the JUnit file, which stays. */
  readonly junit: string;
  /** Without digest: `127.0.0.1:PORT/slipway-test`. */
  readonly repository: string;
  /** By digest: what is pulled and run. */
  readonly reference: string;
}

/** What the names are made of. */
export interface PlanOptions {
  readonly github: Pick<GitHubContext, 'temp' | 'runId' | 'runAttempt'>;
  /** Random; two jobs of one run may share a machine. */
  readonly id: string;
  readonly host: string;
  readonly digest: string;
}

/** planTest names what a test makes. */
export function planTest({ github, id, host, digest }: PlanOptions): TestPlan {
  const run = [github.runId ?? 'local', github.runAttempt ?? '1', id].join('-');
  const repository = `${host}/slipway-test`;
  return {
    name: `slipway-test-${run}`,
    label: `slipway.run=${run}`,
    folder: path.join(github.temp, `slipway-test-${run}`),
    junit: path.join(github.temp, 'slipway', `integration-test-${run}.xml`),
    repository,
    reference: `${repository}@${digest}`,
  };
}

/** What container engines take for a name; anything else they drop or misread in silence. */
const VARIABLE_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/**
 * assertEnvironment refuses variables with impossible names, which stand in an input.
 *
 * @throws SlipwayError TEST_ENVIRONMENT_INVALID
 */
export function assertEnvironment(environment: Readonly<Record<string, string>>, input: string): void {
  const wrong = Object.keys(environment).filter((name) => !VARIABLE_NAME.test(name));
  if (wrong.length > 0) throw environmentInvalid(input, wrong);
}

/** Shorter values are words like `production` or `true` more often than secrets; blanking them hides the cause. */
const LEAST_BLANKED_CHARS = 8;

/** What containers are given, the services' too. */
interface Given {
  readonly environment: Readonly<Record<string, string>>;
  readonly services: readonly { readonly environment: Readonly<Record<string, string>> }[];
}

/** redactorOf blanks the values of all environments out of what containers say. */
export function redactorOf({ environment, services }: Given): Redactor {
  const redactor = new Redactor();
  const all = [environment, ...services.map((service) => service.environment)];
  redactValues(
    redactor,
    all.flatMap((one) => Object.values(one)),
  );
  return redactor;
}

/** redactValues blanks further values, but for those that are words. */
export function redactValues(redactor: Redactor, values: readonly string[]): void {
  for (const value of values) if (value.trim().length >= LEAST_BLANKED_CHARS) redactor.add(value.trim());
}

/** redactResult blanks secrets out of everything in a result that came from the container. */
export function redactResult(result: SuiteResult, redactor: Redactor): SuiteResult {
  const clean = (check: CheckResult): CheckResult => ({
    ...check,
    problems: check.problems.map((problem) => redactor.redact(problem)),
    ...(check.bodySnippet === undefined ? {} : { bodySnippet: redactor.redact(check.bodySnippet) }),
  });
  return { ...result, checks: result.checks.map(clean) };
}

/** A page of JSON on one line tells no more than its beginning, and a job's log has its limits. */
const MAX_LOG_LINE_CHARS = 4_000;

/** cutLine shortens a line of a log. */
export function cutLine(line: string): string {
  return line.length > MAX_LOG_LINE_CHARS ? `${line.slice(0, MAX_LOG_LINE_CHARS)}…` : line;
}

/** How much of a log stands in an annotation, where one line is as wide as a sentence. */
const LAST_LINES = 5;
const MAX_LINE_CHARS = 200;

/** lastLinesOf returns the end of a log as the end of a message. */
export function lastLinesOf(log: readonly string[]): string {
  if (log.length === 0) return ' It logged nothing.';
  const lines = log.slice(-LAST_LINES).map((line) => `  | ${line.slice(0, MAX_LINE_CHARS)}`);
  return ` Its last log lines:\n${lines.join('\n')}`;
}
