import type { Distribution } from './distribution.js';
import { unsupported } from './errors.js';

/** StatisticOf reads one figure from a distribution; undefined when it cannot be told. */
export type StatisticOf = (values: Distribution) => number | undefined;

const PLAIN: Readonly<Record<string, StatisticOf>> = {
  SampleCount: ({ sampleCount }) => sampleCount,
  Sum: ({ sum }) => sum,
  Average: ({ sum, sampleCount }) => sum / sampleCount,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/** PLAIN_STATISTICS are the names of the statistics that are no percentiles. */
export const PLAIN_STATISTICS: readonly string[] = Object.keys(PLAIN);

/** plainStatistic finds a statistic by its name: `Sum`, `Average`… */
export function plainStatistic(name: string): StatisticOf | undefined {
  return Object.hasOwn(PLAIN, name) ? PLAIN[name] : undefined;
}

/** percentileStatistic finds a percentile by its name, `p50` to `p99.9999999999`; undefined for any other text. */
export function percentileStatistic(name: string): StatisticOf | undefined {
  const percent = Number(/^p(\d{1,3}(?:\.\d{1,10})?)$/.exec(name)?.[1] ?? Number.NaN);
  return percent >= 0 && percent <= 100 ? (values) => values.percentile(percent) : undefined;
}

/**
 * anyStatistic finds a statistic or percentile by its name.
 *
 * @throws AwsError InvalidParameterValueException for the trimmed and windowed ones, such as `tm99`
 */
export function anyStatistic(member: string, name: string): StatisticOf {
  const found = plainStatistic(name) ?? percentileStatistic(name);
  if (!found) throw unsupported(member, name);
  return found;
}
