import { cancelAt, killAt } from './interrupts.js';
import type { Play } from './plays.js';

/** What a sweep of interrupts did and found. */
export interface InterruptSweep {
  readonly runs: number;
  readonly found: readonly string[];
}

/** sweepKills lets the runner die at each of the calls; a second run comes at once, or after an hour. */
export async function sweepKills(play: Play, calls: readonly number[]): Promise<InterruptSweep> {
  return meet(calls, ['at once', 'after an hour'] as const, async (nth, when) =>
    (await killAt(play, nth, when)).map((violation) => `killed at call ${nth}, second run ${when}: ${violation}`),
  );
}

/** sweepCancels cancels the run at each of the calls, and in the wait after it. */
export async function sweepCancels(play: Play, calls: readonly number[]): Promise<InterruptSweep> {
  return meet(calls, ['at the call', 'in the wait after it'] as const, async (nth, moment) =>
    (await cancelAt(play, nth, moment)).map((violation) => `cancelled ${moment} (${nth}): ${violation}`),
  );
}

async function meet<Kind>(
  calls: readonly number[],
  kinds: readonly Kind[],
  run: (nth: number, kind: Kind) => Promise<readonly string[]>,
): Promise<InterruptSweep> {
  const found: string[] = [];
  for (const nth of calls) for (const kind of kinds) found.push(...(await run(nth, kind)));
  return { runs: calls.length * kinds.length, found };
}
