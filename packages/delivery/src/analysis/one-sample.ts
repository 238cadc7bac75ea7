import { meanOfExponentials } from './rate-ratio.js';

/** How many times the allowed rate: the alternatives that the test bets on. */
const MULTIPLES: readonly number[] = [1.5, 2, 3, 5, 10, 30, 100];
/** No rate is certain: an alternative of 1 would be refuted for good by one good answer. */
const MOST = 0.999;

/** One stretch of time of a fleet that stands alone. */
export interface LoneLook {
  readonly requests: number;
  readonly errors: number;
}

/**
 * RateLimitTest is a sequential test of "this fleet fails no more often than the allowed rate", for when nothing stands
 * beside it to compare with. As an e-process it may be looked at at any time.
 */
export class RateLimitTest {
  readonly #allowed: number;
  readonly #alternatives: readonly number[];
  readonly #logs: number[];
  #highest = 1;

  /** @param allowed a rate above 0 and below 1 */
  constructor(allowed: number) {
    this.#allowed = allowed;
    this.#alternatives = [...new Set(MULTIPLES.map((multiple) => Math.min(MOST, allowed * multiple)))];
    this.#logs = this.#alternatives.map(() => 0);
  }

  add({ requests, errors }: LoneLook): void {
    const good = Math.max(0, requests - errors);
    this.#alternatives.forEach((rate, at) => {
      const gain = errors * Math.log(rate / this.#allowed) + good * Math.log((1 - rate) / (1 - this.#allowed));
      this.#logs[at] = (this.#logs[at] ?? 0) + gain;
    });
    this.#highest = Math.max(this.#highest, meanOfExponentials(this.#logs));
  }

  highest(): number {
    return this.#highest;
  }
}
