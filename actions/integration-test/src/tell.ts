import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { junitSuiteOf, type CheckResult, type SuiteResult } from '@slipway/http-checks';
import { table } from '@slipway/runtime';
import { plain } from './plain.js';
import type { Test } from './test.js';

/** GitHub shows ten error annotations of a step; the step's own failure is the tenth. */
const MAX_ANNOTATIONS = 9;

/** tellResult writes what the checks came to: tally, report, annotations. */
export async function tellResult(
  { context, tally }: Pick<Test, 'context' | 'tally'>,
  result: SuiteResult,
): Promise<void> {
  await tally.add({ suites: [junitSuiteOf(result)], section: summaryOf(result, context.inputs.digest) });
  context.report('checks', result.checks);
  for (const check of result.checks.filter(({ passed }) => !passed).slice(0, MAX_ANNOTATIONS)) {
    // An absolute path is none of the repository, and GitHub could not point at it.
    const place = path.isAbsolute(result.file) ? {} : { file: result.file, startLine: check.line };
    context.log.error(problemsOf(check), { ...place, title: `Check failed: ${check.name}` });
  }
}

/** Each of these has a part of the tally that says more. */
const TOLD: ReadonlySet<string> = new Set([
  'TEST_CHECKS_FAILED',
  'TEST_LOAD_FAILED',
  'TEST_LOAD_INCONCLUSIVE',
  'TEST_NOT_DEPLOYABLE',
  'TEST_PLATFORM_FAILED',
]);

/** What did not come about, of failures that the image or the test program is to blame for. */
const FAULTS_OF_THE_IMAGE: ReadonlyMap<string, string> = new Map([
  ['TEST_IMAGE_NOT_STARTED', 'starts'],
  ['TEST_CONTAINER_EXITED', 'runs'],
  ['TEST_NOT_READY', 'gets ready'],
  ['TEST_UNHEALTHY', 'is healthy'],
  ['TEST_SERVICE_NOT_READY', 'its services get ready'],
  ['TEST_COMMAND_FAILED', 'the command ends with exit code 0'],
  ['PROCESS_TIMED_OUT', 'the command ends in its time'],
]);

/** tellFailure tells why a test ended, unless a part of it has told that. */
export async function tellFailure({ context, tally }: Pick<Test, 'context' | 'tally'>, error: unknown): Promise<void> {
  if (!(error instanceof SlipwayError) || TOLD.has(error.code)) return;
  const what = FAULTS_OF_THE_IMAGE.get(error.code);
  await tally.fail(
    summaryOfFailure(error, context.inputs.digest),
    what === undefined ? undefined : { name: what, failure: [error.message] },
  );
}

/** summaryOf renders the checks for the job's summary, the failed ones first. */
export function summaryOf(result: SuiteResult, digest: string): string {
  const total = result.checks.length;
  const title =
    result.failed === 0 ? `${total} of ${total} checks passed` : `${result.failed} of ${total} checks failed`;
  const failed = result.checks.filter(({ passed }) => !passed);
  const passed = result.checks.filter((check) => check.passed);
  return [
    `### Integration test: ${title}`,
    `Image \`${digest}\`, suite \`${result.file}\``,
    ...(failed.length === 0
      ? []
      : [
          table(
            ['Failed check', 'ms', 'Why', 'Answer'],
            failed.map((check) => [...rowOf(check), ...whyOf(check)]),
          ),
        ]),
    ...(passed.length === 0 ? [] : [table(['Passed check', 'ms'], passed.map(rowOf))]),
  ].join('\n\n');
}

/** summaryOfFailure renders a test that ended before its checks. */
export function summaryOfFailure(error: SlipwayError, digest: string): string {
  const lines = error.message.split('\n').map((line) => `    ${line}`);
  return [`### Integration test: ${error.code}`, `Image \`${digest}\``, lines.join('\n'), error.hint].join('\n\n');
}

function rowOf(check: CheckResult): string[] {
  return [plain(check.name), String(check.ms)];
}

function whyOf(check: CheckResult): string[] {
  return [check.problems.map(plain).join('\n'), plain(check.bodySnippet ?? 'none')];
}

function problemsOf(check: CheckResult): string {
  const status = check.status === undefined ? '' : ` (status ${check.status})`;
  return `${check.problems.join('; ')}${status}`;
}
