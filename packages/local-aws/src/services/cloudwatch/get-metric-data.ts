import type { GetMetricDataInput } from '@aws-sdk/client-cloudwatch';
import { refuseGiven } from './errors.js';
import { requireOneOf, requireWhole } from './metric-input.js';
import type { Metrics } from './metrics.js';
import type { OnTheWire } from './operations.js';
import { pageOf } from './paging.js';
import { rangeOf } from './points.js';
import { evaluateQueries, readQueries, type Query } from './queries.js';

/** AWS's limit of one answer, over all queries. */
const MOST_POINTS = 100_800;

interface FoundPoint {
  readonly query: Query;
  readonly atMs: number;
  readonly value: number;
}

/** getMetricData returns the values of several queries, the newest first unless asked otherwise. */
export function getMetricData(metrics: Metrics, input: OnTheWire<GetMetricDataInput>, region: string): object {
  refuseGiven(input, ['LabelOptions']);
  requireOneOf('ScanBy', input.ScanBy, ['TimestampDescending', 'TimestampAscending']);
  const size = requireWhole('MaxDatapoints', input.MaxDatapoints ?? MOST_POINTS, { min: 1, max: MOST_POINTS });
  const queries = readQueries(input.MetricDataQueries ?? [], region);
  const range = rangeOf(metrics, { StartTime: input.StartTime, EndTime: input.EndTime });
  const values = evaluateQueries(metrics, queries, range);
  const direction = input.ScanBy === 'TimestampAscending' ? 1 : -1;
  const returned = queries.filter((query) => query.returned);
  const points = returned.flatMap((query): FoundPoint[] =>
    [...(values.get(query.id) ?? [])]
      .map(([atMs, value]) => ({ query, atMs, value }))
      .sort((one, other) => direction * (one.atMs - other.atMs)),
  );
  const { items, nextToken } = pageOf(points, { size, token: input.NextToken });
  const last = items.at(-1)?.query;
  return {
    MetricDataResults: returned.map((query, index) => ({
      ...seriesView(query, items),
      StatusCode: nextToken !== undefined && last && index >= returned.indexOf(last) ? 'PartialData' : 'Complete',
    })),
    NextToken: nextToken,
    Messages: [],
  };
}

function seriesView(query: Query, points: readonly FoundPoint[]): object {
  const own = points.filter((point) => point.query === query);
  return {
    Id: query.id,
    Label: query.label,
    Timestamps: own.map(({ atMs }) => new Date(atMs)),
    Values: own.map(({ value }) => value),
  };
}
