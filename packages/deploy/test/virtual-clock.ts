import type { Clock } from '@slipway/core';
import { createManualTime } from '@slipway/local-aws';

/** Where a test's time begins: on a whole minute, as CloudWatch counts. */
export const START_MS = Date.parse('2030-01-01T00:00:00Z');

/** VirtualClock is local-aws's time by hand, as the clock of code that runs in no world of it. */
export class VirtualClock implements Clock {
  readonly minuteMs = 60_000;
  readonly #time = createManualTime({ startsAt: new Date(START_MS) });

  now(): number {
    return this.#time.now().getTime();
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return this.#time.wait(Math.max(0, ms) / 1_000, signal);
  }

  /** Time stands still while this work of the real world is under way. */
  during<T>(work: Promise<T>): Promise<T> {
    return this.#time.during(work);
  }

  /** Resolves when everything that promises lead to at this moment has happened. */
  settle(): Promise<void> {
    return this.#time.settle();
  }

  /** Goes on by so many milliseconds. */
  advance(ms: number): Promise<void> {
    return this.#time.advance(ms / 1_000);
  }

  /**
   * Goes on from sleeper to sleeper until the promise settles, and passes on what it came to.
   *
   * @throws Error when nobody sleeps and it is still open
   */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isOpen = true;
    const close = (): void => {
      isOpen = false;
    };
    promise.then(close, close);
    for (;;) {
      await this.settle();
      if (!isOpen) return promise;
      if (!(await this.#time.advanceToNext())) throw new Error('Nobody sleeps, and what is waited for is still open.');
    }
  }
}
