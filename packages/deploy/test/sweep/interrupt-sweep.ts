import { callsOf } from './faults.js';
import { cancelAt, killAt } from './interrupts.js';
import type { Play } from './plays.js';

/** What a sweep of interrupts did and found. */
export interface InterruptSweep {
  readonly runs: number;
  readonly found: readonly string[];
}

/** sweepKills lets the runner die at one call in `step`; a second run comes at once, or after an hour. */
export async function sweepKills(play: Play, step: number): Promise<InterruptSweep> {
  const found: string[] = [];
  let runs = 0;
  const calls = await callsOf(play);
  // The first call is a read of who we are: a run that dies there has not begun.
  for (let nth = 2; nth <= calls; nth += step) {
    for (const when of ['at once', 'after an hour'] as const) {
      runs += 1;
      for (const violation of await killAt(play, nth, when)) found.push(`killed at call ${nth}, ${when}: ${violation}`);
    }
  }
  return { runs, found };
}

/** sweepCancels cancels the run at one call in `step`. */
export async function sweepCancels(play: Play, step: number): Promise<InterruptSweep> {
  const found: string[] = [];
  let runs = 0;
  const calls = await callsOf(play);
  for (let nth = 1; nth <= calls; nth += step) {
    runs += 1;
    for (const violation of await cancelAt(play, nth)) found.push(`cancelled at call ${nth}: ${violation}`);
  }
  return { runs, found };
}
