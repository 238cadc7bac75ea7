import { runJest, type Counts } from './runners.js';

/** More files than these do not fail by what ran beside them. */
const MOST_FILES = 3;

/** Sum is what a tier ends with. */
export interface Sum {
  readonly passed: number;
  readonly failed: number;
  readonly notRun: readonly string[];
  /** The tests that failed beside others, and passed when their file was run once more, alone. */
  readonly passedAlone: readonly string[];
}

/**
 * sumUp adds up what ran. A few files that failed are run once more, alone, when all else is over: the machines are noisy,
 * and a test of real programs can fail by what runs beside it. Which ones passed only so is told, never hidden.
 */
export async function sumUp(counts: readonly Counts[], run = runJest): Promise<Sum> {
  const files = counts.flatMap(({ failures }) => failures.map(({ file }) => file));
  if (files.length === 0 || files.length > MOST_FILES) return { ...added(counts), passedAlone: [] };
  const again = await run({ name: 'that failed, alone', files, serial: true });
  // A file that could not be loaded is named in place of its tests.
  const failedTwice = new Set(again.failures.flatMap(({ file, titles }) => [file, ...titles]));
  const failures = counts.flatMap((each) => each.failures);
  const first = added(counts);
  const sumOf = (name: 'passed' | 'failed') => failures.reduce((sum, file) => sum + file[name], 0);
  return {
    passed: first.passed - sumOf('passed') + again.passed,
    failed: first.failed - sumOf('failed') + again.failed,
    notRun: [...first.notRun, ...again.notRun],
    passedAlone: failures.flatMap(({ titles }) => titles.filter((title) => !failedTwice.has(title))),
  };
}

function added(counts: readonly Counts[]) {
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
    notRun: counts.flatMap(({ notRun }) => notRun),
  };
}
