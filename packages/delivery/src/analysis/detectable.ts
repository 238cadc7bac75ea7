import { lowestRateSeen } from './binomial.js';
import { RateRatioTest } from './rate-ratio.js';

/** What a canary's size and the baseline's errors are. */
export interface Size {
  readonly canaryRequests: number;
  readonly baselineRequests: number;
  readonly baselineErrors: number;
}

/** errorsNeeded returns the least number of canary errors that would have been evidence; undefined when none would. */
export function errorsNeeded(
  { canaryRequests, baselineRequests, baselineErrors }: Size,
  alpha: number,
): number | undefined {
  const isEnough = (canaryErrors: number): boolean => {
    const test = new RateRatioTest();
    test.add({ canaryRequests, baselineRequests, canaryErrors, baselineErrors });
    return test.highest() >= 1 / alpha;
  };
  if (!isEnough(canaryRequests)) return undefined;
  let [low, high] = [0, canaryRequests];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (isEnough(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * detectableRate returns the lowest error rate that this canary would have shown with that probability; undefined when
 * not even one that fails always would have been seen.
 */
export function detectableRate(size: Size, alpha: number, probability: number): number | undefined {
  const needed = errorsNeeded(size, alpha);
  if (needed === undefined) return undefined;
  const rate = lowestRateSeen(needed, size.canaryRequests, probability);
  return rate >= 1 ? undefined : rate;
}
