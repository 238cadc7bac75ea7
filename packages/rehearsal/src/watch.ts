import { inFlightAt, requestsAround, slice, type LoadFigures } from './load/index.js';
import type { Requests } from './report.js';

/** What counts as "around" a shift. */
const AROUND_MS = 3_000;

/** A stretch of a load's time, in milliseconds since it started. */
export interface Stretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** requestsOf tells what users saw during a stretch in which `version` took over. */
export function requestsOf(figures: LoadFigures, stretch: Stretch, version: string): Requests {
  const seen = slice(figures, stretch.fromMs, stretch.toMs);
  const shiftAt = seen.series.find(({ byVersion }) => (byVersion[version] ?? 0) > 0)?.atMs;
  return {
    total: seen.total,
    failed: seen.failed,
    byVersion: seen.byVersion,
    latencyMs: seen.latencyMs,
    ...(seen.failed > 0 ? { failures: seen.failures } : {}),
    ...(shiftAt === undefined
      ? {}
      : {
          aroundShift: requestsAround(figures, shiftAt, AROUND_MS).total,
          slowDuringShift: inFlightAt(figures, shiftAt).slow,
        }),
  };
}

/** The least that a delivery must have been watched by, to be called unnoticed. */
export const LEAST_TOTAL = 5_000;
const LEAST_AROUND_SHIFT = 1_000;

/** requestsIn returns how many requests ended in a stretch. */
export function requestsIn(figures: LoadFigures, { fromMs, toMs }: Stretch): number {
  return slice(figures, fromMs, toMs).total;
}

/** firstFailure returns when the first request of a stretch failed; undefined when none did. */
export function firstFailure(figures: LoadFigures, { fromMs, toMs }: Stretch): number | undefined {
  const { failures, series } = slice(figures, fromMs, toMs);
  // Only the first failures of the whole load are kept one by one.
  const interval = series.find(({ failedByKind }) => Object.values(failedByKind).some((count) => count > 0));
  return failures[0]?.atMs ?? interval?.atMs;
}

/** noticed lists why a delivery cannot be called unnoticed; empty when it can. */
export function noticed(requests: Requests): readonly string[] {
  const problems: string[] = [];
  if (requests.failed > 0) problems.push(`${requests.failed} of ${requests.total} requests failed.`);
  if (requests.total < LEAST_TOTAL) problems.push(`Only ${requests.total} requests watched the delivery.`);
  if ((requests.aroundShift ?? 0) < LEAST_AROUND_SHIFT) {
    problems.push(`Only ${requests.aroundShift ?? 0} requests ended around the weight change.`);
  }
  if ((requests.slowDuringShift ?? 0) < 1) problems.push('No slow request was in flight at the weight change.');
  if (Object.keys(requests.byVersion).length < 2) problems.push('Not both versions answered.');
  return problems;
}
