import type { GetMetricStatisticsInput } from '@aws-sdk/client-cloudwatch';
import type { Distribution } from './distribution.js';
import { invalidCombination, missingParameter, unsupported } from './errors.js';
import { metricIdOf, requireOneOf, requirePeriod } from './metric-input.js';
import type { Metrics } from './metrics.js';
import type { OnTheWire } from './operations.js';
import { pointsOf, rangeOf } from './points.js';
import { percentileStatistic, plainStatistic, PLAIN_STATISTICS } from './statistics.js';

/** AWS's limit of one answer. */
const MOST_POINTS = 1_440;

type Input = OnTheWire<GetMetricStatisticsInput>;

/** getMetricStatistics returns a metric's periods, each unit apart, in no order that one may count on. */
export function getMetricStatistics(metrics: Metrics, input: Input, region: string): object {
  const metric = metricIdOf(input, region);
  const periodMinutes = requirePeriod('Period', input.Period);
  const range = rangeOf(metrics, { StartTime: input.StartTime, EndTime: input.EndTime });
  const show = pointView(input);
  const points = pointsOf(metrics, { metric, range, periodMinutes });
  const asked = Math.ceil(((input.EndTime ?? 0) - (input.StartTime ?? 0)) / (periodMinutes * 60));
  if (Math.max(points.length, asked) > MOST_POINTS) {
    throw invalidCombination(
      `You have requested up to ${asked} datapoints, which exceeds the limit of ${MOST_POINTS}. You may reduce the ` +
        'datapoints requested by increasing Period, or decreasing the time range.',
    );
  }
  const datapoints = points.flatMap(({ at, byUnit }) =>
    [...byUnit]
      .filter(([unit]) => input.Unit === undefined || input.Unit === unit)
      .map(([unit, values]) => ({ Timestamp: at, Unit: unit, ...show(values) })),
  );
  return { Label: metric.name, Datapoints: datapoints };
}

function pointView({ Statistics: plain = [], ExtendedStatistics: extended = [] }: Input) {
  if (plain.length + extended.length === 0) {
    throw missingParameter('The parameters Statistics and ExtendedStatistics may not be both empty.');
  }
  for (const name of plain) requireOneOf('Statistics', name, PLAIN_STATISTICS);
  for (const name of extended) if (!percentileStatistic(name)) throw unsupported('ExtendedStatistics', name);
  return (values: Distribution): object => {
    const percentiles = extended.flatMap((name) => {
      const value = percentileStatistic(name)?.(values);
      return value === undefined ? [] : [[name, value] as const];
    });
    return {
      ...Object.fromEntries(plain.map((name) => [name, plainStatistic(name)?.(values)])),
      ...(percentiles.length > 0 ? { ExtendedStatistics: Object.fromEntries(percentiles) } : {}),
    };
  };
}
