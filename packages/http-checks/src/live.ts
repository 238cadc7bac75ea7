import { secondsMs, within } from '@slipway/core';
import { runSuite, type RunSuiteOptions, type SuiteResult } from './run-suite.js';
import { failedNames } from './told.js';

/** A run that has to end by a certain time. */
export interface TimedRun extends RunSuiteOptions {
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Makes the run; {@link runSuite} where nothing else is said. */
  readonly runSuite?: typeof runSuite;
}

/** runSuiteBy makes every check, or returns undefined when the deadline ended it. @throws as {@link runSuite} does */
export function runSuiteBy(timed: TimedRun): Promise<SuiteResult | undefined> {
  const { deadline, runSuite: run = runSuite, ...options } = timed;
  return within({ ...options, deadline }, (signal) => run({ ...options, signal }));
}

/** LiveResult is what runs against a service in use came to. */
export type LiveResult =
  | { readonly state: 'cut-off'; readonly runs: number }
  | {
      readonly state: 'passed' | 'failed';
      readonly runs: number;
      readonly last: SuiteResult;
      /** How often a check failed that counts. */
      readonly failures: ReadonlyMap<string, number>;
    };

/** A check has to fail in two runs of three: a single failure may be anybody's. */
const RUNS = 3;
const FAILURES = 2;
const INTERVAL_SECONDS = 5;

/**
 * runOnLive judges a service that people use: a check fails when it fails in two runs of three.
 *
 * @param excused names of checks that do not count
 * @throws as {@link runSuite} does
 */
export async function runOnLive(timed: TimedRun, excused: ReadonlySet<string> = new Set()): Promise<LiveResult> {
  const { clock, signal, deadline } = timed;
  const failures = new Map<string, number>();
  for (let runs = 1; ; runs += 1) {
    const last = await runSuiteBy(timed);
    if (!last) return { state: 'cut-off', runs };
    for (const name of failedNames(last)) if (!excused.has(name)) failures.set(name, (failures.get(name) ?? 0) + 1);
    if ([...failures.values()].some((count) => count >= FAILURES)) return { state: 'failed', runs, last, failures };
    if (failures.size === 0 || runs === RUNS) return { state: 'passed', runs, last, failures };
    const left = Math.max(0, deadline - clock.now());
    await clock.sleep(Math.min(left, secondsMs(clock, INTERVAL_SECONDS)), signal);
  }
}
