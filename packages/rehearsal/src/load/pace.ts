/** Pace hands out the times at which requests are due. */
export interface Pace {
  /** Takes the next free slot: the time at which its owner may send, never before `nowMs`. */
  next(nowMs: number): number;
}

/**
 * createPace spreads requests evenly over time. What a stall cost is not made up for: a burst after it would be
 * another load than the constant one that was asked for.
 */
export function createPace(ratePerSecond: number): Pace {
  const gapMs = 1000 / ratePerSecond;
  let freeAtMs = 0;
  return {
    next: (nowMs) => {
      const slotMs = Math.max(freeAtMs, nowMs);
      freeAtMs = slotMs + gapMs;
      return slotMs;
    },
  };
}

/** isPicked tells whether the n-th of a sequence (from 0) belongs to a share of it that is spread evenly. */
export function isPicked(n: number, share: number): boolean {
  return Math.floor((n + 1) * share) > Math.floor(n * share);
}
