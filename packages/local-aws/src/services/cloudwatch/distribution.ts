/** A summary of values that were never told one by one. */
export interface StatisticSet {
  readonly sampleCount: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** So many different values are kept as they are; beyond, values share buckets. */
const EXACT_VALUES = 100;
/** A bucket is 2 % wide: a percentile is then less than 1 % off. */
const BUCKET_WIDTH = Math.log(1.02);

/** Distribution is what is known of the values of one metric in one minute. Its size is bounded. */
export class Distribution {
  sampleCount = 0;
  sum = 0;
  minimum = Infinity;
  maximum = -Infinity;
  /** How often each value was seen; undefined when the values cannot be told any more. */
  #counts: Map<number, number> | undefined = new Map();
  #coarse = false;

  /** add notes a value that was seen so many times. */
  add(value: number, count = 1): void {
    this.#summarise({ sampleCount: count, sum: value * count, minimum: value, maximum: value });
    // As documented, there are no percentiles of values some of which are negative.
    if (value < 0) this.#counts = undefined;
    else this.#count(value, count);
  }

  /** addSet notes values of which only a summary is known. That leaves no percentiles, unless all are the same. */
  addSet(set: StatisticSet): void {
    if (set.minimum === set.maximum && set.minimum >= 0) this.#count(set.minimum, set.sampleCount);
    else this.#counts = undefined;
    this.#summarise(set);
  }

  /** merge notes all that another distribution knows. */
  merge(other: Distribution): void {
    this.#summarise(other);
    if (other.#counts) for (const [value, count] of other.#counts) this.#count(value, count);
    else this.#counts = undefined;
  }

  /** percentile returns the least value that so many percent of the values do not exceed; undefined if unknown. */
  percentile(percent: number): number | undefined {
    if (!this.#counts || this.sampleCount === 0) return undefined;
    const rank = Math.max((percent / 100) * this.sampleCount, Number.MIN_VALUE);
    let passed = 0;
    for (const [value, count] of [...this.#counts].sort(([one], [other]) => one - other)) {
      passed += count;
      // Sums of fractions are a little off: a billionth of a sample decides nothing.
      if (passed >= rank - 1e-9) return Math.min(Math.max(value, this.minimum), this.maximum);
    }
    return this.maximum;
  }

  /** rank returns how many percent of the values are above `over` and not above `upTo`; undefined if unknown. */
  rank(over: number, upTo: number): number | undefined {
    if (!this.#counts || this.sampleCount === 0) return undefined;
    const within = [...this.#counts].filter(([value]) => value > over && value <= upTo);
    return (within.reduce((sum, [, count]) => sum + count, 0) / this.sampleCount) * 100;
  }

  #summarise({ sampleCount, sum, minimum, maximum }: StatisticSet): void {
    this.sampleCount += sampleCount;
    this.sum += sum;
    this.minimum = Math.min(this.minimum, minimum);
    this.maximum = Math.max(this.maximum, maximum);
  }

  #count(value: number, count: number): void {
    if (!this.#counts) return;
    const key = this.#coarse ? bucketOf(value) : value;
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
    if (!this.#coarse && this.#counts.size > EXACT_VALUES) this.#coarsen(this.#counts);
  }

  #coarsen(exact: ReadonlyMap<number, number>): void {
    this.#coarse = true;
    this.#counts = new Map();
    for (const [value, count] of exact) this.#count(value, count);
  }
}

/** The bucket is named by the value in its middle. */
function bucketOf(value: number): number {
  return value === 0 ? 0 : Math.exp(Math.round(Math.log(value) / BUCKET_WIDTH) * BUCKET_WIDTH);
}
