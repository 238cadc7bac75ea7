/** Counts by bin. Sparse: an interval of a tenth of a second fills a handful of bins. */
export type LatencyCounts = Readonly<Record<number, number>>;

/** What is told of a set of latencies, in milliseconds. Percentiles are at most 5 % above the true value; `max` is exact. */
export interface LatencyFigures {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** The upper end of the first bin: nothing shorter is told apart. */
const FIRST_BIN_MS = 0.1;
/** Each bin ends 5 % above the one before: about 200 of them reach from 0.1 ms to 2 s, and that is how exact a percentile is. */
const GROWTH = 1.05;

/** latencyBin returns the bin of a latency. */
export function latencyBin(latencyMs: number): number {
  if (latencyMs <= FIRST_BIN_MS) return 0;
  return Math.ceil(Math.log(latencyMs / FIRST_BIN_MS) / Math.log(GROWTH));
}

/** addCounts returns the sum of several counts. */
export function addCounts(counts: Iterable<LatencyCounts>): LatencyCounts {
  const sum: Record<number, number> = {};
  for (const some of counts) {
    for (const [bin, count] of Object.entries(some)) sum[Number(bin)] = (sum[Number(bin)] ?? 0) + count;
  }
  return sum;
}

/** latencyFigures reads the percentiles off; all are 0 where nothing was counted. */
export function latencyFigures(counts: LatencyCounts, maxMs: number): LatencyFigures {
  const bins = Object.entries(counts)
    .map(([bin, count]) => ({ bin: Number(bin), count }))
    .sort((a, b) => a.bin - b.bin);
  const total = bins.reduce((sum, { count }) => sum + count, 0);
  const percentile = (share: number): number => {
    let seen = 0;
    for (const { bin, count } of bins) {
      seen += count;
      // The bin's upper end can lie above the longest of all: nobody waited longer than that.
      if (seen >= share * total) return Math.min(rounded(FIRST_BIN_MS * GROWTH ** bin), rounded(maxMs));
    }
    return 0;
  };
  return { p50: percentile(0.5), p95: percentile(0.95), p99: percentile(0.99), max: rounded(maxMs) };
}

function rounded(ms: number): number {
  return Math.round(ms * 100) / 100;
}
