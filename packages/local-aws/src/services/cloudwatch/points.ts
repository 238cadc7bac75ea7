import { invalidCombination, invalidValue } from './errors.js';
import { type Distribution } from './distribution.js';
import type { MetricId, Metrics, Range } from './metrics.js';

/** Points asks for a metric's periods in a stretch of time. */
export interface PointsRequest {
  readonly metric: MetricId;
  readonly range: Range;
  readonly periodMinutes: number;
}

/** A period that has data, by unit. */
export interface Point {
  readonly at: Date;
  readonly byUnit: ReadonlyMap<string, Distribution>;
}

/** pointsOf returns the periods that have data, oldest first. Periods begin with the first minute of the range. */
export function pointsOf(metrics: Metrics, { metric, range, periodMinutes }: PointsRequest): Point[] {
  const span = metrics.span(metric);
  if (!span) return [];
  const skipped = Math.max(0, Math.floor((span.from - range.from) / periodMinutes));
  const points: Point[] = [];
  const end = Math.min(range.to, span.to);
  for (let from = range.from + skipped * periodMinutes; from < end; from += periodMinutes) {
    const byUnit = metrics.read(metric, { from, to: Math.min(from + periodMinutes, range.to) });
    if (byUnit.size > 0) points.push({ at: metrics.startOf(from), byUnit });
  }
  return points;
}

/** rangeOf reads a stretch of time: the start is rounded down to a whole minute, the end is excluded. */
export function rangeOf(
  metrics: Metrics,
  { StartTime, EndTime }: { readonly StartTime: number | undefined; readonly EndTime: number | undefined },
): Range {
  if (StartTime === undefined || EndTime === undefined) throw invalidValue('StartTime and EndTime are required.');
  if (StartTime >= EndTime) {
    throw invalidCombination('The parameter StartTime must be less than the parameter EndTime.');
  }
  const to = metrics.minuteOf(msOf(EndTime));
  const endsWithin = metrics.startOf(to).getTime() < msOf(EndTime);
  return { from: metrics.minuteOf(msOf(StartTime)), to: endsWithin ? to + 1 : to };
}

/** msOf turns seconds as the wire has them into whole milliseconds. */
export function msOf(seconds: number): number {
  return Math.round(seconds * 1000);
}
