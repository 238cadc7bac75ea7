import type { WorldTime } from '../../world.js';

/** However fast the world's time runs, there is this much real time between two turns. */
const LEAST_REAL_MS = 10;

/** Loop is something to do again and again. */
export interface Loop {
  /** How long to wait, in seconds of the world; asked before each turn. */
  readonly seconds: () => number;
  readonly run: () => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** loop waits and runs, until its signal is aborted. */
export async function loop(time: WorldTime, { seconds, run, signal }: Loop): Promise<void> {
  const least = (LEAST_REAL_MS / time.minuteMs) * 60;
  while (!signal.aborted) {
    try {
      await time.wait(Math.max(least, seconds()), signal);
    } catch (error) {
      if (signal.aborted) return;
      throw error;
    }
    run();
  }
}
