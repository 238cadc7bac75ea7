import { SlipwayError } from '@slipway/core';

/** What both fleets did in the same stretch of time. Counts may be fractions: dispersion divides them. */
export interface Look {
  readonly canaryRequests: number;
  readonly baselineRequests: number;
  readonly canaryErrors: number;
  readonly baselineErrors: number;
}

/** How many times the baseline's rate the canary's may be: the alternatives that the test bets on, all at once. */
export const RATE_RATIOS: readonly number[] = [1.5, 2, 3, 5, 10, 30, 100, 1000];

/**
 * RateRatioTest is a sequential test of "the canary fails no more often than the baseline". It is an e-process: under
 * that hypothesis its value reaches 1/alpha with probability alpha at most, whenever and however often one looks, with
 * weights that change, and under incidents that hit both fleets.
 *
 * Each error is the canary's with probability rho, its share of the requests, if both fail alike, and with theta(r) if
 * the canary fails r times as often. The value is the mean over r of the products of theta(r)/rho.
 *
 * Source: Lindon, Sanden, Shirikian, Rapid Regression Detection in Software Deployments through Sequential Testing,
 * KDD 2022 (arXiv 2205.14762); Ville's inequality.
 */
export class RateRatioTest {
  readonly #logs = RATE_RATIOS.map(() => 0);
  #highest = 1;

  /** @throws SlipwayError ANALYSIS_COUNTS for counts that are none */
  add(look: Look): void {
    assertCounts(look);
    const { canaryRequests, baselineRequests, canaryErrors, baselineErrors } = look;
    // Without requests on both sides there is nothing to compare.
    if (canaryRequests === 0 || baselineRequests === 0) return;
    const rho = canaryRequests / (canaryRequests + baselineRequests);
    RATE_RATIOS.forEach((ratio, at) => {
      const theta = (rho * ratio) / (rho * ratio + 1 - rho);
      const gain = canaryErrors * Math.log(theta / rho) + baselineErrors * Math.log((1 - theta) / (1 - rho));
      this.#logs[at] = (this.#logs[at] ?? 0) + gain;
    });
    this.#highest = Math.max(this.#highest, this.value());
  }

  /** The e-value: the evidence against the hypothesis so far. */
  value(): number {
    return meanOfExponentials(this.#logs);
  }

  /** The highest value at any look: what is compared with 1/alpha. */
  highest(): number {
    return this.#highest;
  }
}

/** meanOfExponentials returns the mean of e^x; at most the largest number there is, so that a report can hold it. */
export function meanOfExponentials(logs: readonly number[]): number {
  const most = Math.max(...logs);
  const mean = (Math.exp(most) * logs.reduce((sum, log) => sum + Math.exp(log - most), 0)) / logs.length;
  return Math.min(mean, Number.MAX_VALUE);
}

function assertCounts(look: Look): void {
  for (const [name, count] of Object.entries(look) as readonly (readonly [string, number])[]) {
    if (Number.isFinite(count) && count >= 0) continue;
    throw new SlipwayError({
      code: 'ANALYSIS_COUNTS',
      message: `A look has ${count} as ${name}; expected a number of 0 or more.`,
      hint: 'This is a bug in whoever counts. Please report it.',
      kind: 'bug',
    });
  }
}
