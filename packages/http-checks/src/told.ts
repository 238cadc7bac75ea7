import type { SuiteResult } from './run-suite.js';

/** failedNames returns the names of the checks that failed. */
export function failedNames({ checks }: SuiteResult): readonly string[] {
  return checks.filter(({ passed }) => !passed).map(({ name }) => name);
}

/** failuresText says which checks failed where, each with its line in the suite and its first problem. */
export function failuresText(baseUrl: string, { file, checks }: SuiteResult): string {
  const failed = checks.filter(({ passed }) => !passed);
  const told = failed.map(({ name, line, problems }) => `${name} (${file}:${line}: ${problems[0] ?? 'failed'})`);
  return `${failed.length} of ${checks.length} checks failed at ${baseUrl}: ${told.join(', ')}`;
}

/** checksEvidence is what a report keeps of runs: without the answers' bodies, which are foreign texts of any size. */
export function checksEvidence({ file, checks }: SuiteResult, runs: number): object {
  return {
    suite: file,
    runs,
    checks: checks.map(({ name, passed, ms, status, problems }) => ({
      ...{ name, passed, ms, problems },
      ...(status === undefined ? {} : { status }),
    })),
  };
}
