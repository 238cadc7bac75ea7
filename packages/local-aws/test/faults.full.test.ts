import { describe, expect, it } from '@jest/globals';
import { sweepPart } from '@slipway/testkit';
import { runFaults, type RunReport } from './fault-runs/run.js';

/** FAULT_SEED runs that seed alone; FAULT_RUNS so many, from FAULT_FIRST on. Of 1,000 a run of a part takes its share. */
const only = process.env['FAULT_SEED'];
const first = Number(only ?? process.env['FAULT_FIRST'] ?? 1);
const runs =
  only === undefined ? Number(process.env['FAULT_RUNS'] ?? sweepPart(Array.from({ length: 1_000 })).length) : 1;
/** While one waits for a socket another works. */
const AT_ONCE = 8;
/** A run takes some 0.2 s of one core; twenty times that is a machine with much else to do. */
const TIMEOUT_MS = 60_000 + runs * 4_000;

async function runAll(): Promise<RunReport[]> {
  const reports: RunReport[] = [];
  let next = first;
  const worker = async (): Promise<void> => {
    while (next < first + runs) reports.push(await runFaults(next++));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return reports;
}

function tally(items: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(item, (counts.get(item) ?? 0) + 1);
  return [...counts]
    .sort()
    .map(([item, count]) => `${item} ${count}`)
    .join(', ');
}

describe('a client that does what comes to its mind, while calls go wrong at random', () => {
  it(
    'never brings local-aws down, nor into a state that cannot be',
    async () => {
      const reports = await runAll();
      const faults = reports.flatMap((report) => report.faults);
      const endings = reports.flatMap((report) => report.endings);
      const calls = reports.reduce((sum, report) => sum + report.calls, 0);
      process.stdout.write(
        `${reports.length} runs, seeds ${first} to ${first + runs - 1}: ${calls} calls, ${faults.length} hit by a fault ` +
          `(${tally(faults)}); ${endings.length} service deployments (${tally(endings)})\n`,
      );
      const failed = reports.filter(({ problems }) => problems.length > 0);
      const told = failed.map(({ seed, problems }) => `FAULT_SEED=${seed}: ${problems.join('\n  ')}`);
      expect(told.slice(0, 10)).toEqual([]);
      if (runs < 100) return;
      // What was never met was not tested.
      expect(new Set(faults).size).toBe(9);
      expect(new Set(endings)).toEqual(new Set(['SUCCESSFUL', 'STOPPED', 'ROLLBACK_SUCCESSFUL', 'ROLLBACK_FAILED']));
    },
    TIMEOUT_MS,
  );
});
