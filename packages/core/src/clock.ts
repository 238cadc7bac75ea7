/** Clock is time as a port: real in an action, virtual in a test. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** How many milliseconds one of AWS's minutes takes. 60,000, the default, but in a rehearsal, whose AWS runs faster. */
  readonly minuteMs?: number;
}

/** Time goes as it does on a wall, unless a clock says otherwise. */
const MINUTE_MS = 60_000;

/** minutesMs returns so many of AWS's minutes in the clock's milliseconds. */
export function minutesMs(clock: Pick<Clock, 'minuteMs'>, minutes: number): number {
  return minutes * (clock.minuteMs ?? MINUTE_MS);
}

/** secondsMs returns so many of AWS's seconds in the clock's milliseconds. */
export function secondsMs(clock: Pick<Clock, 'minuteMs'>, seconds: number): number {
  return minutesMs(clock, seconds / 60);
}
