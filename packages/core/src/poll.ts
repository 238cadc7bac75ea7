import type { Clock } from './clock.js';

/** How to look at something again and again until it says what is awaited. */
export interface PollOptions<T> {
  readonly clock: Clock;
  readonly intervalMs: number;
  /** Milliseconds since the epoch after which nobody looks again. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
  readonly look: () => Promise<T>;
  readonly done: (seen: T) => boolean;
}

/**
 * poll looks at once and then every interval until `done`, and returns what it saw last: the caller sees by the
 * value whether the deadline came first. The last look happens at the deadline, not an interval before it.
 */
export async function poll<T>(options: PollOptions<T>): Promise<T> {
  const { clock, intervalMs, deadline, signal } = options;
  for (;;) {
    const seen = await options.look();
    const left = deadline - clock.now();
    if (options.done(seen) || left <= 0) return seen;
    await clock.sleep(Math.min(intervalMs, left), signal);
  }
}
