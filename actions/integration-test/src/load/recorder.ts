import { createHistogram, type RecordableHistogram } from 'node:perf_hooks';

/** Latency is what is told of many of them, in milliseconds; exact to a thousandth of itself. */
export interface Latency {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** LoadSecond is what happened in one second of a load. */
export interface LoadSecond {
  /** Requests that ended in it. */
  readonly ended: number;
  readonly failed: number;
  readonly p95: number;
}

/** One request that has ended. */
export interface EndedRequest {
  /** Since the load's begin. */
  readonly atMs: number;
  /** From when it was due. */
  readonly latencyMs: number;
  /** Absent: it got a whole and good answer. */
  readonly problem?: string | undefined;
}

const SECOND_MS = 1000;
const US = 1000;
/** In microseconds. A histogram costs some 200 kB, however many values it has seen. */
const SCALE = { lowest: 1, highest: 3_600_000_000, figures: 3 } as const;

/** Recorder counts requests in histograms: its memory grows by a few numbers a second, never by the request. */
export class Recorder {
  sent = 0;
  /** Due, and never sent. */
  unsent = 0;
  failed = 0;
  readonly problems = new Map<string, number>();
  readonly #latencies = createHistogram(SCALE);
  readonly #lags = createHistogram(SCALE);
  readonly #ofSecond = createHistogram(SCALE);
  readonly #seconds: LoadSecond[] = [];
  #failedBefore = 0;
  /** Exact, where the histogram knows its bin alone. */
  #maxMs = 0;

  /** lag counts for how long a request waited that was due, only because we were late. */
  lag(ms: number): void {
    record(this.#lags, ms);
  }

  ended({ atMs, latencyMs, problem }: EndedRequest): void {
    this.#closeSecondsBefore(atMs);
    this.#latency(latencyMs);
    record(this.#ofSecond, latencyMs);
    if (problem === undefined) return;
    this.failed += 1;
    this.problems.set(problem, (this.problems.get(problem) ?? 0) + 1);
  }

  /** neverSent counts a request that was due and for which there was no connection until the end. */
  neverSent(waitedMs: number): void {
    this.unsent += 1;
    this.#latency(waitedMs);
  }

  /** add takes in what another has counted, but for its seconds. */
  add(other: Recorder): void {
    this.sent += other.sent;
    this.unsent += other.unsent;
    this.failed += other.failed;
    for (const [problem, count] of other.problems) {
      this.problems.set(problem, (this.problems.get(problem) ?? 0) + count);
    }
    this.#latencies.add(other.#latencies);
    this.#lags.add(other.#lags);
    this.#maxMs = Math.max(this.#maxMs, other.#maxMs);
  }

  latency(): Latency {
    const max = hundredths(this.#maxMs);
    // A bin is named by its end, which may lie above the longest of all.
    const at = (percent: number): number => Math.min(max, percentile(this.#latencies, percent));
    return { p50: at(50), p95: at(95), p99: at(99), max };
  }

  /** What 99 of 100 requests waited for us at most. */
  lagMs(): number {
    return percentile(this.#lags, 99);
  }

  /** Second by second, without gaps; the last one may be a part of one. */
  seconds(): readonly LoadSecond[] {
    this.#closeSecond();
    return this.#seconds;
  }

  #latency(ms: number): void {
    record(this.#latencies, ms);
    this.#maxMs = Math.max(this.#maxMs, ms);
  }

  #closeSecondsBefore(atMs: number): void {
    while ((this.#seconds.length + 1) * SECOND_MS <= atMs) this.#pushSecond();
  }

  #closeSecond(): void {
    if (this.#ofSecond.count > 0) this.#pushSecond();
  }

  #pushSecond(): void {
    const { count } = this.#ofSecond;
    const failed = this.failed - this.#failedBefore;
    this.#seconds.push({ ended: count, failed, p95: percentile(this.#ofSecond, 95) });
    this.#failedBefore = this.failed;
    this.#ofSecond.reset();
  }
}

function record(histogram: RecordableHistogram, ms: number): void {
  histogram.record(Math.min(SCALE.highest, Math.max(SCALE.lowest, Math.round(ms * US))));
}

function percentile(histogram: RecordableHistogram, percent: number): number {
  return histogram.count === 0 ? 0 : hundredths(histogram.percentile(percent) / US);
}

function hundredths(ms: number): number {
  return Math.round(ms * 100) / 100;
}
