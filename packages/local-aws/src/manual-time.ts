import type { WorldTime } from './world.js';

/** ManualTime is a world's time that stands still until it is told to go on. */
export interface ManualTime extends WorldTime {
  /** Seconds of the world since the start. */
  elapsedSeconds(): number;
  /** Resolves when everything that is due at this moment has happened. */
  settle(): Promise<void>;
  /** Goes on by so many seconds. What becomes due happens in order, each at its own moment, all it leads to included. */
  advance(seconds: number): Promise<void>;
  /** Goes on to the next thing that is due, all it leads to included, and tells whether there was one. */
  advanceToNext(): Promise<boolean>;
  /**
   * Goes on from moment to moment until the condition holds. A moment is over when everything due at it has happened.
   *
   * @throws Error when it does not hold within so many seconds, 24 hours if not given
   */
  advanceUntil(holds: () => boolean | Promise<boolean>, withinSeconds?: number): Promise<void>;
}

/** ManualTimeOptions says where a time by hand begins. */
export interface ManualTimeOptions {
  /** Defaults to the real time at the call. */
  readonly startsAt?: Date;
}

interface Wait {
  readonly dueMs: number;
  readonly wake: () => void;
}

const SECOND_MS = 1_000;
const DAY_SECONDS = 86_400;

/** createManualTime returns a time that goes on by hand: tests pass through hours of the world in milliseconds. */
export function createManualTime({ startsAt = new Date() }: ManualTimeOptions = {}): ManualTime {
  return new HandTime(startsAt.getTime());
}

class HandTime implements ManualTime {
  readonly minuteMs = 60 * SECOND_MS;
  readonly byHand = true;
  readonly #startMs: number;
  #nowMs: number;
  #goingOn = false;
  /** By when they are due; of two that are due together, the one that was asked for first. */
  readonly #waits: Wait[] = [];
  readonly #underWay = new Set<Promise<unknown>>();

  constructor(startMs: number) {
    this.#startMs = startMs;
    this.#nowMs = startMs;
  }

  now(): Date {
    return new Date(this.#nowMs);
  }

  realMs(seconds: number): number {
    return seconds * SECOND_MS;
  }

  elapsedSeconds(): number {
    return (this.#nowMs - this.#startMs) / SECOND_MS;
  }

  wait(seconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason as Error);
      const onAbort = (): void => {
        this.#waits.splice(this.#waits.indexOf(wait), 1);
        reject(signal?.reason as Error);
      };
      const wake = (): void => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      const wait: Wait = { dueMs: this.#nowMs + seconds * SECOND_MS, wake };
      this.#waits.splice(this.#placeOf(wait.dueMs), 0, wait);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  async during<Result>(work: Promise<Result>): Promise<Result> {
    this.#underWay.add(work);
    try {
      return await work;
    } finally {
      this.#underWay.delete(work);
    }
  }

  async settle(): Promise<void> {
    for (;;) {
      // Whatever promises lead to happens before the event loop turns.
      await new Promise(setImmediate);
      if (this.#underWay.size === 0) return;
      await Promise.allSettled(this.#underWay);
    }
  }

  advance(seconds: number): Promise<void> {
    return this.#alone(async () => {
      const untilMs = this.#nowMs + seconds * SECOND_MS;
      await this.settle();
      while (await this.#wakeNext(untilMs));
      this.#nowMs = untilMs;
    });
  }

  advanceToNext(): Promise<boolean> {
    return this.#alone(async () => {
      await this.settle();
      return this.#wakeNext(Infinity);
    });
  }

  advanceUntil(holds: () => boolean | Promise<boolean>, withinSeconds = DAY_SECONDS): Promise<void> {
    return this.#alone(async () => {
      const untilMs = this.#nowMs + withinSeconds * SECOND_MS;
      await this.settle();
      while (!(await holds())) {
        if (await this.#passMoment(untilMs)) continue;
        throw new Error(`What was waited for did not happen within ${withinSeconds} s of the world.`);
      }
    });
  }

  async #passMoment(untilMs: number): Promise<boolean> {
    if (!(await this.#wakeNext(untilMs))) return false;
    while (await this.#wakeNext(this.#nowMs));
    return true;
  }

  async #wakeNext(untilMs: number): Promise<boolean> {
    const next = this.#waits[0];
    if (!next || next.dueMs > untilMs) return false;
    this.#waits.shift();
    this.#nowMs = Math.max(this.#nowMs, next.dueMs);
    next.wake();
    await this.settle();
    return true;
  }

  async #alone<Result>(goOn: () => Promise<Result>): Promise<Result> {
    if (this.#goingOn) throw new Error('This time goes on already: two hands on one clock tell no order.');
    this.#goingOn = true;
    try {
      return await goOn();
    } finally {
      this.#goingOn = false;
    }
  }

  /** After all that are due no later: a binary search, for there may be a wait for each of a thousand tasks. */
  #placeOf(dueMs: number): number {
    let low = 0;
    let high = this.#waits.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#waits[middle]?.dueMs ?? Infinity) <= dueMs) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
