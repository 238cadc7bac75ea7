import type { TargetGroupWeight } from '../load-balancing.js';

/**
 * WeightedChoice spreads requests over target groups by smooth weighted round robin: over any run of requests as long
 * as the sum of the weights each group gets exactly its share, evenly interleaved. Weight 0 gets none at all. An ALB
 * draws at random instead; exact shares make a rehearsal repeatable.
 *
 * @see nginx, src/http/ngx_http_upstream_round_robin.c, whose algorithm this is
 */
export class WeightedChoice {
  readonly #candidates: {
    readonly targetGroupArn: string;
    readonly weight: number;
    credit: number;
  }[];
  readonly #sum: number;

  constructor(weights: readonly TargetGroupWeight[]) {
    this.#candidates = weights.filter(({ weight }) => weight > 0).map((each) => ({ ...each, credit: 0 }));
    this.#sum = this.#candidates.reduce((sum, { weight }) => sum + weight, 0);
  }

  /** next returns the ARN of the target group for one more request; undefined when no group has any weight. */
  next(): string | undefined {
    for (const candidate of this.#candidates) candidate.credit += candidate.weight;
    const [first, ...others] = this.#candidates;
    if (!first) return undefined;
    const chosen = others.reduce((best, candidate) => (candidate.credit > best.credit ? candidate : best), first);
    chosen.credit -= this.#sum;
    return chosen.targetGroupArn;
  }
}
