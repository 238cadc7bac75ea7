/** Bisections: 2^-50 is finer than any rate that matters. */
const STEPS = 50;

/** atMost returns the probability of at most so many errors in so many requests at a rate. */
export function atMost(errors: number, requests: number, rate: number): number {
  if (rate <= 0 || errors >= requests) return 1;
  if (rate >= 1) return 0;
  let term = requests * Math.log1p(-rate);
  let sum = Math.exp(term);
  for (let k = 1; k <= errors; k += 1) {
    term += Math.log((requests - k + 1) / k) + Math.log(rate) - Math.log1p(-rate);
    sum += Math.exp(term);
  }
  return Math.min(1, sum);
}

/**
 * highestRate returns the highest rate that so many errors in so many requests do not exclude (Clopper and Pearson's
 * upper bound, one-sided). Without requests nothing is excluded.
 */
export function highestRate(errors: number, requests: number, confidence: number): number {
  if (requests === 0 || errors >= requests) return 1;
  return bisect((rate) => atMost(errors, requests, rate) > 1 - confidence);
}

/** lowestRateSeen returns the lowest rate that gives at least so many errors with that probability. */
export function lowestRateSeen(errors: number, requests: number, probability: number): number {
  if (errors > requests) return 1;
  return bisect((rate) => 1 - atMost(errors - 1, requests, rate) < probability);
}

/** The rate at which a statement that holds for low rates ends to hold. */
function bisect(holds: (rate: number) => boolean): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < STEPS; step += 1) {
    const middle = (low + high) / 2;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return high;
}
