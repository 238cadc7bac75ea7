import type { Clock } from './clock.js';

/** A time that is set to a piece of work. */
export interface Bounds {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/**
 * within gives work a signal that aborts at the deadline, and returns undefined when that ended it.
 *
 * @throws the signal's reason when it aborts
 */
export async function within<T>(
  { clock, signal, deadline }: Bounds,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T | undefined> {
  signal.throwIfAborted();
  const over = new AbortController();
  const done = new AbortController();
  const timer = clock.sleep(Math.max(0, deadline - clock.now()), AbortSignal.any([signal, done.signal])).then(
    () => over.abort(new Error('Its time is over.')),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, over.signal]));
  } catch (error) {
    signal.throwIfAborted();
    if (over.signal.aborted) return undefined;
    throw error;
  } finally {
    done.abort();
    await timer;
  }
}
