import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SlipwayError } from '@slipway/core';
import { toJUnit, type CheckResult, type SuiteResult } from '@slipway/http-checks';
import { table } from '@slipway/runtime';
import type { TestContext } from './inputs.js';

/** GitHub shows ten error annotations of a step; the step's own failure is the tenth. */
const MAX_ANNOTATIONS = 9;

/** tellResult writes what the checks came to: outputs, JUnit file, report, annotations, summary. */
export async function tellResult(context: TestContext, result: SuiteResult, junit: string): Promise<void> {
  await mkdir(path.dirname(junit), { recursive: true, mode: 0o700 });
  await writeFile(junit, toJUnit(result), { mode: 0o600 });
  context.setOutput('passed', String(result.passed));
  context.setOutput('failed', String(result.failed));
  context.setOutput('junit', junit);
  context.report('checks', result.checks);
  for (const check of result.checks.filter(({ passed }) => !passed).slice(0, MAX_ANNOTATIONS)) {
    // An absolute path is none of the repository, and GitHub could not point at it.
    const place = path.isAbsolute(result.file) ? {} : { file: result.file, startLine: check.line };
    context.log.error(problemsOf(check), { ...place, title: `Check failed: ${check.name}` });
  }
  await context.summarise(summaryOf(result, context.inputs.digest));
}

/** tellFailure writes why a test ended before its checks; how they failed is told already. */
export async function tellFailure(context: TestContext, error: unknown): Promise<void> {
  if (!(error instanceof SlipwayError) || error.code === 'TEST_CHECKS_FAILED') return;
  await context.summarise(summaryOfFailure(error, context.inputs.digest));
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

/** A foreign text must stay a text: no links, no images, no mentions. */
function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!~@:]/g, (character) => `\\${character}`);
}
