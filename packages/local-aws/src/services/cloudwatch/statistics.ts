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
 * rankStatistic finds a percentile rank by its name, `PR(:0.5)` or `PR(1:2)`: without the lower bound, with the upper
 * one, either of which may be left out. Undefined for any other text.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html
 */
export function rankStatistic(name: string): StatisticOf | undefined {
  const [, over = '', upTo = ''] = /^PR\((\d*\.?\d*):(\d*\.?\d*)\)$/.exec(name) ?? [];
  if (over === '.' || upTo === '.' || over + upTo === '') return undefined;
  const bounds = [over === '' ? -Infinity : Number(over), upTo === '' ? Infinity : Number(upTo)] as const;
  return (values) => values.rank(...bounds);
}

/**
 * anyStatistic finds a statistic, percentile or percentile rank by its name.
 *
 * @throws AwsError InvalidParameterValueException for the trimmed and windowed ones, such as `tm99`
 */
export function anyStatistic(member: string, name: string): StatisticOf {
  const found = plainStatistic(name) ?? percentileStatistic(name) ?? rankStatistic(name);
  if (!found) throw unsupported(member, name);
  return found;
}
