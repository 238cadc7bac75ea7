/** BuildKit gives up GitHub's cache by itself after the same minutes, and then nothing has to be built again. */
const GRACE_MS = 5_000;

/**
 * CachePatience is how long a run lets its cache cost it time in vain. BuildKit gives the reading of a cache and the writing
 * of it all the time that there is, each, and every build anew: what one of them lost, the next has no more.
 */
export class CachePatience {
  #leftMs: number;

  constructor(limitMs: number) {
    this.#leftMs = limitMs;
  }

  /** How long the next step of the cache may take. */
  get stepMs(): number {
    return Math.max(this.#leftMs, 0) + GRACE_MS;
  }

  /** Whether the next build is better off without a cache. */
  get isOver(): boolean {
    return this.#leftMs <= 0;
  }

  /** lose tells of a step that failed after so long. */
  lose(ms: number): void {
    this.#leftMs -= ms;
  }

  /** end tells that the cache was given up. */
  end(): void {
    this.#leftMs = 0;
  }
}
