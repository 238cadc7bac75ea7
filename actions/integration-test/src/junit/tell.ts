import type { JUnitCase, JUnitSuite } from '@slipway/http-checks';
import { table } from '@slipway/runtime';
import { plain } from '../plain.js';
import type { Test } from '../test.js';
import type { Collected } from './collect.js';

/** GitHub shows ten error annotations of a step; the step's own failure is the tenth. */
const MAX_ANNOTATIONS = 9;
/** A summary is read by people; the JUnit file has the rest. */
const MAX_ROWS = 50;

/** CommandResult is what a test program came to. */
export interface CommandResult extends Collected {
  /** The program. */
  readonly file: string;
  /** Absent: it did not end on its own. */
  readonly exitCode: number | undefined;
  /** Why it did not. */
  readonly why?: string | undefined;
}

/**
 * tellCommand writes what a test program came to: report, warnings, annotations, tally. Returns the names of the tests
 * that failed, as its JUnit files tell.
 */
export async function tellCommand(
  { context, tally }: Pick<Test, 'context' | 'tally'>,
  result: CommandResult,
): Promise<readonly string[]> {
  const { log } = context;
  const { exitCode, files, problems } = result;
  const suites = suitesOf(result);
  const cases = suites.flatMap((suite) => suite.cases);
  const failed = cases.filter(({ failure }) => failure !== undefined);
  const skipped = cases.filter((one) => one.skipped !== undefined).length;
  const counts = { passed: cases.length - failed.length - skipped, failed: failed.length, skipped };
  context.report('command', { exitCode, junit: files, ...counts, problems });
  for (const problem of problems) log.warning(problem);
  if (suites.length === 0) return [];
  log.info(`${result.file}: ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  for (const { name, failure } of failed.slice(0, MAX_ANNOTATIONS)) {
    log.error(failure?.join('\n') ?? '', { title: `Test failed: ${name}` });
  }
  await tally.add({ suites, section: summaryOf(result.file, counts, failed) });
  return failed.map(({ name }) => name);
}

/** A JUnit file without a failure would say that all is well, where the program says that it is not. */
function suitesOf({ file, exitCode, why = 'it did not end on its own', suites }: CommandResult): readonly JUnitSuite[] {
  const isTold = suites.some(({ cases }) => cases.some(({ failure }) => failure !== undefined));
  if (exitCode === 0 || isTold) return suites;
  const failure = [exitCode === undefined ? why : `it ended with exit code ${exitCode}`];
  return [...suites, { name: 'command', cases: [{ name: file, ms: 0, failure }] }];
}

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

function summaryOf(file: string, { passed, failed, skipped }: Counts, cases: readonly JUnitCase[]): string {
  const title = `### ${plain(file)}: ${passed} passed, ${failed} failed, ${skipped} skipped`;
  if (cases.length === 0) return title;
  const rows = cases.slice(0, MAX_ROWS).map(({ name, className = '', ms, failure }) => {
    return [plain(name), plain(className), String(ms), plain(failure?.[0]?.split('\n')[0] ?? '')];
  });
  return [title, table(['Failed test', 'Of', 'ms', 'Why'], rows)].join('\n\n');
}
