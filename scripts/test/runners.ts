import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { ROOT } from '../build.js';

/** What a runner reported of itself. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** The tests that did not run, with the reason first: `no engine: path › title`. */
  readonly notRun: readonly string[];
  /** The files of jest's in which a test failed. */
  readonly failures: readonly FailedFile[];
}

/** FailedFile is a test file that did not pass, and what it counted for. */
export interface FailedFile {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  /** `path › title` of each test that failed; the path alone where the file could not be loaded. */
  readonly titles: readonly string[];
}

/** Which of jest's tests to run, and how. Patterns are regular expressions on paths. */
export interface JestRun {
  readonly name: string;
  readonly only?: string;
  /** These files alone, by their paths. */
  readonly files?: readonly string[];
  readonly ignore?: readonly string[];
  readonly serial?: boolean;
  /** How many files at a time, 2 without it. */
  readonly workers?: number;
  /** What is missing to run them: the files are loaded and their tests named, and none is run. */
  readonly missing?: string;
}

/** JestReport is the part of jest's report that is read. */
export interface JestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numRuntimeErrorTestSuites: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

/** A pattern that no title has: jest then loads every file and reports its tests as pending. */
const NO_TEST = 'this title belongs to no test';

/** runJest runs jest and returns what its own report says. */
export async function runJest(run: JestRun): Promise<Counts> {
  console.log(`\n--- tests ${run.name}`);
  const reports = path.join(ROOT, 'reports');
  await mkdir(reports, { recursive: true });
  const report = path.join(reports, `jest-${run.name.replace(/[^a-z]+/g, '-')}.json`);
  await rm(report, { force: true });
  const args = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(ROOT, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    // A part of the tests may have none of a kind; that a whole tier has none is seen by its sum.
    '--passWithNoTests',
    ...(run.only ? ['--testPathPatterns', run.only] : []),
    ...(run.files ? ['--runTestsByPath', ...run.files] : []),
    ...(run.ignore ? ['--testPathIgnorePatterns', ...run.ignore, '/node_modules/'] : []),
    ...(run.serial ? ['--runInBand'] : [`--maxWorkers=${run.workers ?? 2}`]),
    ...(run.missing ? ['--testNamePattern', NO_TEST, '--silent'] : []),
  ];
  await runProcess({
    file: process.execPath,
    args,
    cwd: ROOT,
    // The machine's own environment: tests start programs that look for their settings in it.
    env: childEnvironment(process.env as Record<string, string>),
    ...(run.missing ? {} : { onLine: (line: string, stream: string) => stream === 'stderr' && console.error(line) }),
  });
  return countsOf(JSON.parse(await readFile(report, 'utf8')) as JestReport, run);
}

function countsOf(report: JestReport, run: JestRun): Counts {
  const pending = report.testResults.flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status !== 'passed' && status !== 'failed')
      .map(({ fullName }) => `${path.relative(ROOT, name)} › ${fullName}`),
  );
  return {
    passed: report.numPassedTests,
    // A file that cannot be loaded has no test to count and is a failure all the same.
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    notRun: pending.map((title) => `${run.missing ?? 'skipped'}: ${title}`),
    failures: failuresOf(report),
  };
}

/** failuresOf returns the files that failed. */
export function failuresOf(report: JestReport): readonly FailedFile[] {
  const failed = report.testResults.filter(({ status }) => status === 'failed');
  return failed.map(({ name, assertionResults }) => {
    const file = path.relative(ROOT, name);
    const having = (wanted: string) => assertionResults.filter(({ status }) => status === wanted);
    const titles = having('failed').map(({ fullName }) => `${file} › ${fullName}`);
    return {
      ...{ file, passed: having('passed').length },
      ...(titles.length > 0 ? { failed: titles.length, titles } : { failed: 1, titles: [file] }),
    };
  });
}

/** runNodeTests runs Node's own test runner and returns what its report says. */
export async function runNodeTests(node: string, pattern: string): Promise<Counts> {
  console.log(`\n--- tests of ${path.dirname(pattern)}`);
  const run = await runProcess({
    file: node,
    args: ['--test', '--test-reporter=tap', pattern],
    cwd: ROOT,
    env: childEnvironment(),
  });
  const count = (name: string): number => Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(run.stdout)?.[1] ?? 0);
  const failed = count('fail') + count('cancelled');
  if (run.exitCode !== 0) console.error(run.stdout + run.stderr);
  return {
    passed: count('pass'),
    // A runner that died before it counted is a failure too.
    failed: run.exitCode !== 0 && failed === 0 ? 1 : failed,
    notRun:
      count('skipped') + count('todo') > 0 ? [`skipped: ${count('skipped') + count('todo')} tests of ${pattern}`] : [],
    failures: [],
  };
}
