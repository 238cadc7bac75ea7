import { MAX_FAILURES, summarise, type FailureKind, type LoadFailure, type LoadFigures } from './figures.js';
import { latencyBin } from './histogram.js';
import type { RequestResult } from './request.js';

/** Fine enough to see a weight change in; an hour of them is 36,000 small objects. */
export const INTERVAL_MS = 100;
/** A delivery has two versions, a bad day a handful. A service that names a new one each time must not fill the memory. */
const MAX_VERSIONS = 32;
const OTHER_VERSIONS = '(other)';

/** A request that ended. Times are in milliseconds since the load started. */
export interface EndedRequest {
  readonly startedMs: number;
  readonly endedMs: number;
  readonly isSlow: boolean;
  readonly result: RequestResult;
}

interface MutableInterval {
  readonly atMs: number;
  started: number;
  slowStarted: number;
  ended: number;
  slowEnded: number;
  readonly failedByKind: Map<FailureKind, number>;
  readonly byVersion: Map<string, number>;
  readonly latencyCounts: Map<number, number>;
  latencyMaxMs: number;
}

/** Recorder counts requests by interval of time. Its memory grows with time, never with the number of requests. */
export class Recorder {
  readonly #startedAt: number;
  readonly #intervals: MutableInterval[] = [];
  readonly #failures: LoadFailure[] = [];
  readonly #versions = new Set<string>();

  /** @param startedAt the load's start, in milliseconds since the epoch */
  constructor(startedAt: number) {
    this.#startedAt = startedAt;
  }

  /** Counts a request that is sent now. */
  started(atMs: number, isSlow: boolean): void {
    const interval = this.#intervalAt(atMs);
    interval.started += 1;
    if (isSlow) interval.slowStarted += 1;
  }

  /** Counts a request that ended, once. */
  ended(request: EndedRequest): void {
    const interval = this.#intervalAt(request.endedMs);
    const latencyMs = request.endedMs - request.startedMs;
    interval.ended += 1;
    if (request.isSlow) interval.slowEnded += 1;
    increment(interval.latencyCounts, latencyBin(latencyMs));
    interval.latencyMaxMs = Math.max(interval.latencyMaxMs, latencyMs);
    if (request.result.isGood) {
      increment(interval.byVersion, this.#versionName(request.result.version));
      return;
    }
    const { kind, status, message } = request.result;
    increment(interval.failedByKind, kind);
    if (this.#failures.length < MAX_FAILURES) {
      this.#failures.push({
        kind,
        atMs: Math.round(request.endedMs),
        ...(status === undefined ? {} : { status }),
        message,
      });
    }
  }

  /** The figures so far, as a copy. */
  figures(): LoadFigures {
    const series = this.#intervals.map((interval) => ({
      ...interval,
      failedByKind: Object.fromEntries(interval.failedByKind),
      byVersion: Object.fromEntries(interval.byVersion),
      latencyCounts: Object.fromEntries(interval.latencyCounts),
    }));
    return summarise(series, {
      startedAt: this.#startedAt,
      intervalMs: INTERVAL_MS,
      failures: [...this.#failures],
    });
  }

  #intervalAt(atMs: number): MutableInterval {
    const index = Math.max(0, Math.floor(atMs / INTERVAL_MS));
    while (this.#intervals.length <= index) this.#intervals.push(emptyInterval(this.#intervals.length * INTERVAL_MS));
    return this.#intervals[index] as MutableInterval;
  }

  #versionName(version: string): string {
    if (this.#versions.has(version)) return version;
    if (this.#versions.size >= MAX_VERSIONS) return OTHER_VERSIONS;
    this.#versions.add(version);
    return version;
  }
}

function emptyInterval(atMs: number): MutableInterval {
  return {
    atMs,
    started: 0,
    slowStarted: 0,
    ended: 0,
    slowEnded: 0,
    failedByKind: new Map(),
    byVersion: new Map(),
    latencyCounts: new Map(),
    latencyMaxMs: 0,
  };
}

function increment<K>(counts: Map<K, number>, key: K): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
