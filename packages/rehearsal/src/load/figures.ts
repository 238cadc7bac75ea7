import { addCounts, latencyFigures, type LatencyCounts, type LatencyFigures } from './histogram.js';

/**
 * What a request died of: `connection` it could not be sent, or what came back is not HTTP; `reset` the connection
 * ended before the answer did; `timeout` the answer was not complete in time; `status` not 2xx; `body` not what the
 * service says.
 */
export type FailureKind = 'connection' | 'reset' | 'timeout' | 'status' | 'body';

/** One failed request. */
export interface LoadFailure {
  readonly kind: FailureKind;
  /** When it ended, in milliseconds since the load started. */
  readonly atMs: number;
  /** The HTTP status, where there was one. */
  readonly status?: number;
  readonly message: string;
}

/** What happened within one interval of the load. */
export interface LoadInterval {
  /** The interval's begin, in milliseconds since the load started. */
  readonly atMs: number;
  readonly started: number;
  readonly slowStarted: number;
  /** Requests that ended in it, well or badly. */
  readonly ended: number;
  readonly slowEnded: number;
  readonly failedByKind: Readonly<Partial<Record<FailureKind, number>>>;
  /** Good answers by the version that gave them. */
  readonly byVersion: Readonly<Record<string, number>>;
  readonly latencyCounts: LatencyCounts;
  readonly latencyMaxMs: number;
}

/** What a load, or a part of it in time, came to. `total` = `failed` + the sum of `byVersion`. */
export interface LoadFigures {
  /** The load's start, in milliseconds since the epoch; every `atMs` counts from it. */
  readonly startedAt: number;
  /** Requests that were sent. Ahead of `total` by those still in flight at the end of the part. */
  readonly started: number;
  /** Requests that ended. Each request is counted once, when it ends. */
  readonly total: number;
  readonly failed: number;
  readonly failedByKind: Readonly<Partial<Record<FailureKind, number>>>;
  readonly byVersion: Readonly<Record<string, number>>;
  /** The first failures, at most {@link MAX_FAILURES}; `failed` counts all. */
  readonly failures: readonly LoadFailure[];
  readonly latencyMs: LatencyFigures;
  /** The length of each interval of `series`. */
  readonly intervalMs: number;
  /** Without gaps, from the part's begin. */
  readonly series: readonly LoadInterval[];
}

/** Enough to see a pattern in; a load that fails altogether must not fill the memory. */
export const MAX_FAILURES = 20;

/** What {@link summarise} needs beside the series. */
export type LoadFacts = Pick<LoadFigures, 'startedAt' | 'intervalMs' | 'failures'>;

/** summarise adds up a series. */
export function summarise(series: readonly LoadInterval[], facts: LoadFacts): LoadFigures {
  const failedByKind = addByKey(series.map((interval) => interval.failedByKind));
  return {
    startedAt: facts.startedAt,
    started: sum(series, (interval) => interval.started),
    total: sum(series, (interval) => interval.ended),
    failed: sum(Object.values(failedByKind), (count) => count),
    failedByKind,
    byVersion: addByKey(series.map((interval) => interval.byVersion)),
    failures: facts.failures,
    latencyMs: latencyFigures(
      addCounts(series.map((interval) => interval.latencyCounts)),
      series.reduce((max, interval) => Math.max(max, interval.latencyMaxMs), 0),
    ),
    intervalMs: facts.intervalMs,
    series,
  };
}

/**
 * slice returns the figures of a window: the requests that ENDED in it, and in `started` those that started in it.
 * Both ends are rounded down to an interval, so that adjoining windows share no request and lose none.
 */
export function slice(figures: LoadFigures, fromMs: number, toMs: number): LoadFigures {
  const from = Math.floor(fromMs / figures.intervalMs) * figures.intervalMs;
  const to = Math.floor(toMs / figures.intervalMs) * figures.intervalMs;
  return summarise(
    figures.series.filter(({ atMs }) => atMs >= from && atMs < to),
    { ...figures, failures: figures.failures.filter(({ atMs }) => atMs >= from && atMs < to) },
  );
}

/**
 * requestsAround returns the figures of the requests that ended within ±windowMs of a time. Only intervals that lie
 * in the window as a whole count: never more is told than fell into it.
 */
export function requestsAround(figures: LoadFigures, atMs: number, windowMs: number): LoadFigures {
  return slice(
    figures,
    Math.ceil((atMs - windowMs) / figures.intervalMs) * figures.intervalMs,
    Math.floor((atMs + windowMs) / figures.intervalMs) * figures.intervalMs,
  );
}

/**
 * inFlightAt returns how many requests had started and not ended at a time, rounded down to an interval: the ones
 * that outlast what happens then. `slow` are those that were asked to take long.
 */
export function inFlightAt(figures: LoadFigures, atMs: number): { readonly all: number; readonly slow: number } {
  const before = figures.series.filter((interval) => interval.atMs + figures.intervalMs <= atMs);
  return {
    all: sum(before, (interval) => interval.started - interval.ended),
    slow: sum(before, (interval) => interval.slowStarted - interval.slowEnded),
  };
}

function sum<T>(items: readonly T[], count: (item: T) => number): number {
  return items.reduce((total, item) => total + count(item), 0);
}

function addByKey(records: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const total = new Map<string, number>();
  for (const record of records) {
    for (const [key, count] of Object.entries(record)) total.set(key, (total.get(key) ?? 0) + count);
  }
  return Object.fromEntries(total);
}
