import type { Clock } from '@slipway/core';

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** Where a test's time begins: on a whole minute, as CloudWatch counts. */
export const START_MS = Date.parse('2030-01-01T00:00:00Z');

/** VirtualClock is a time that goes on by hand. Any number of sleepers may wait for it; they wake in order. */
export class VirtualClock implements Clock {
  readonly minuteMs = 60_000;
  /** Those that are due first stand first; of two that are due together, the one that came first. */
  readonly #sleepers: Sleeper[] = [];
  readonly #underWay = new Set<Promise<unknown>>();
  #nowMs: number;

  constructor(startMs = START_MS) {
    this.#nowMs = startMs;
  }

  now(): number {
    return this.#nowMs;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: this.#nowMs + Math.max(0, ms), wake };
      const later = this.#sleepers.findIndex(({ dueMs }) => dueMs > sleeper.dueMs);
      this.#sleepers.splice(later < 0 ? this.#sleepers.length : later, 0, sleeper);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Time stands still while this work of the real world is under way. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  /** Resolves when everything that promises lead to at this moment has happened. */
  async settle(): Promise<void> {
    for (;;) {
      await new Promise(setImmediate);
      if (this.#underWay.size === 0) return;
      await Promise.allSettled(this.#underWay);
    }
  }

  /** Goes on to the next sleeper, all it leads to included, and tells whether there was one. */
  async next(untilMs = Infinity): Promise<boolean> {
    await this.settle();
    const [sleeper] = this.#sleepers;
    if (!sleeper || sleeper.dueMs > untilMs) return false;
    this.#sleepers.shift();
    this.#nowMs = Math.max(this.#nowMs, sleeper.dueMs);
    sleeper.wake();
    await this.settle();
    return true;
  }

  /** Goes on by so many milliseconds. */
  async advance(ms: number): Promise<void> {
    const untilMs = this.#nowMs + ms;
    while (await this.next(untilMs));
    this.#nowMs = untilMs;
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
      if (!(await this.next())) throw new Error('Nobody sleeps, and what is waited for is still open.');
    }
  }
}
