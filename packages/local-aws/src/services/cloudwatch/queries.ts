import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { invalidCombination, invalidValue, refuseGiven } from './errors.js';
import { parseExpression, type Expression } from './expression.js';
import { metricIdOf, requirePeriod, requireUnit } from './metric-input.js';
import { combined, type MetricId, type Metrics, type Range } from './metrics.js';
import type { OnTheWire } from './operations.js';
import { pointsOf } from './points.js';
import { anyStatistic, type StatisticOf } from './statistics.js';

/** Query is one of the series that a call asks for: of a metric, or computed from others. */
export interface Query {
  readonly id: string;
  readonly label: string;
  /** False for what only serves to compute others. */
  readonly returned: boolean;
  readonly source: MetricSource | { readonly kind: 'expression'; readonly expression: Expression };
}

/** MetricSource is one statistic of one metric. */
export interface MetricSource {
  readonly kind: 'metric';
  readonly metric: MetricId;
  readonly periodMinutes: number;
  readonly statistic: StatisticOf;
  readonly unit: string | undefined;
}

/** Values are the values of one query, by the time at which their period begins. */
export type Values = ReadonlyMap<number, number>;

/** AWS's limit of one call. */
const MOST_QUERIES = 500;

/** readQueries reads the queries of a call, or of an alarm. */
export function readQueries(queries: readonly OnTheWire<MetricDataQuery>[], region: string): Query[] {
  if (queries.length === 0 || queries.length > MOST_QUERIES) {
    throw invalidValue(`The collection MetricDataQueries must have from 1 to ${MOST_QUERIES} members.`);
  }
  const read = queries.map((query, index) => readQuery(query, { region, path: `MetricDataQueries[${index}].` }));
  const ids = read.map(({ id }) => id);
  if (new Set(ids).size < ids.length)
    throw invalidValue('The values for parameter Id in MetricDataQueries must differ.');
  for (const { source } of read) {
    if (source.kind === 'expression') requireMetricIds(read, source.expression);
  }
  return read;
}

/** Expressions of expressions would take an order; those that pipelines use refer to metrics. */
function requireMetricIds(queries: readonly Query[], { ids }: Expression): void {
  for (const id of ids) {
    if (queries.some((query) => query.id === id && query.source.kind === 'metric')) continue;
    throw invalidValue(`local-aws does not run an expression that refers to '${id}': it has to be the Id of a metric.`);
  }
}

interface Place {
  readonly region: string;
  readonly path: string;
}

function readQuery(query: OnTheWire<MetricDataQuery>, { region, path }: Place): Query {
  const { Id: id = '', MetricStat: stat, Expression: expression } = query;
  if (!/^[a-z]\w{0,254}$/.test(id)) throw invalidValue(`The value ${id} for parameter ${path}Id is not valid.`);
  refuseGiven(query, ['AccountId'], path);
  if ((stat === undefined) === (expression === undefined)) {
    throw invalidCombination(`${path} must have exactly one of MetricStat and Expression.`);
  }
  const returned = query.ReturnData ?? true;
  if (expression !== undefined) {
    refuseGiven(query, ['Period'], path);
    const source = { kind: 'expression', expression: parseExpression(expression) } as const;
    return { id, returned, label: query.Label ?? id, source };
  }
  const metric = metricIdOf(stat?.Metric ?? {}, region);
  const source: MetricSource = {
    kind: 'metric',
    metric,
    periodMinutes: requirePeriod(`${path}MetricStat.Period`, stat?.Period),
    statistic: anyStatistic(`${path}MetricStat.Stat`, stat?.Stat ?? ''),
    unit: requireUnit(`${path}MetricStat.Unit`, stat?.Unit),
  };
  return { id, returned, label: query.Label ?? metric.name, source };
}

/** evaluateQueries returns the values of every query in a stretch of time, by id. */
export function evaluateQueries(
  metrics: Metrics,
  queries: readonly Query[],
  range: Range,
): ReadonlyMap<string, Values> {
  const values = new Map<string, Values>();
  for (const { id, source } of queries) {
    if (source.kind === 'metric') values.set(id, metricValues(metrics, source, range));
  }
  for (const { id, source } of queries) {
    if (source.kind === 'expression') values.set(id, expressionValues(source.expression, values));
  }
  return values;
}

function metricValues(metrics: Metrics, source: MetricSource, range: Range): Values {
  const { metric, periodMinutes, statistic, unit } = source;
  const values = new Map<number, number>();
  for (const { at, byUnit } of pointsOf(metrics, { metric, range, periodMinutes })) {
    const data = unit === undefined ? combined(byUnit) : byUnit.get(unit);
    const value = data && statistic(data);
    if (value !== undefined) values.set(at.getTime(), value);
  }
  return values;
}

function expressionValues({ ids, valueOf }: Expression, known: ReadonlyMap<string, Values>): Values {
  const times = new Set([...ids].flatMap((id) => [...(known.get(id)?.keys() ?? [])]));
  const values = new Map<number, number>();
  for (const time of [...times].sort((one, other) => one - other)) {
    const value = valueOf((id) => known.get(id)?.get(time));
    if (value !== undefined) values.set(time, value);
  }
  return values;
}
