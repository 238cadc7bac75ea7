import { SlipwayError, messageOf } from '@slipway/core';
import type { Log } from '@slipway/runtime';

/**
 * Channel tells somebody one thing after the other, in the background. What is told next takes the place of what has not
 * been told yet: only the newest state counts. A failure is said once; nobody ever waits for it.
 */
export class Channel {
  readonly #log: Log;
  readonly #what: string;
  #next: (() => Promise<void>) | undefined;
  #running: Promise<void> | undefined;
  #isDenied = false;
  #hasWarned = false;
  #wasTold = true;

  constructor(log: Log, what: string) {
    this.#log = log;
    this.#what = what;
  }

  /** Whether the newest was told, or will never be: the token may not. */
  get isSettled(): boolean {
    return this.#running === undefined && (this.#wasTold || this.#isDenied);
  }

  tell(job: () => Promise<void>): void {
    if (this.#isDenied) return;
    this.#next = job;
    this.#running ??= this.#drain();
  }

  /** Resolves when nothing is under way any more. */
  async idle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  async #drain(): Promise<void> {
    for (let job = this.#next; job !== undefined; job = this.#next) {
      this.#next = undefined;
      try {
        await job();
        this.#wasTold = true;
      } catch (error) {
        this.#wasTold = false;
        this.#failed(error);
      }
    }
    // In the same breath as the last look: what is told a moment later begins anew.
    this.#running = undefined;
  }

  #failed(error: unknown): void {
    this.#isDenied = error instanceof SlipwayError && !error.retryable;
    if (this.#isDenied) this.#next = undefined;
    if (this.#hasWarned) return;
    this.#hasWarned = true;
    const why = error instanceof SlipwayError ? `${error.code}: ${error.message} ${error.hint}` : messageOf(error);
    this.#log.warning(`${this.#what} The deployment itself goes on. ${why}`);
  }
}
