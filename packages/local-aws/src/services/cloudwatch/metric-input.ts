import { StandardUnit } from '@aws-sdk/client-cloudwatch';
import { invalidValue } from './errors.js';
import { sortedDimensions, type Dimension, type MetricId } from './metrics.js';

/** A metric as calls name it. */
export interface MetricName {
  readonly Namespace?: string | undefined;
  readonly MetricName?: string | undefined;
  readonly Dimensions?:
    readonly { readonly Name?: string | undefined; readonly Value?: string | undefined }[] | undefined;
}

/** AWS's limits for a metric's names, and for how many dimensions one has. */
const LONGEST_NAME = 255;
const LONGEST_DIMENSION_VALUE = 1_024;
const MOST_DIMENSIONS = 30;

/** metricIdOf reads which metric is meant. */
export function metricIdOf(metric: MetricName, region: string): MetricId {
  return {
    region,
    namespace: requireText('Namespace', metric.Namespace, LONGEST_NAME),
    name: requireText('MetricName', metric.MetricName, LONGEST_NAME),
    dimensions: dimensionsOf(metric),
  };
}

function dimensionsOf({ Dimensions: given = [] }: MetricName): readonly Dimension[] {
  if (given.length > MOST_DIMENSIONS) {
    throw invalidValue(`The collection Dimensions must not have a size greater than ${MOST_DIMENSIONS}.`);
  }
  return sortedDimensions(
    given.map(({ Name, Value }) => ({
      name: requireText('Dimensions.Name', Name, LONGEST_NAME),
      value: requireText('Dimensions.Value', Value, LONGEST_DIMENSION_VALUE),
    })),
  );
}

/** shownDimensions is how the API shows dimensions. */
export function shownDimensions(dimensions: readonly Dimension[]): { Name: string; Value: string }[] {
  return dimensions.map(({ name, value }) => ({ Name: name, Value: value }));
}

/** requireText returns a text that is there, and not too long. */
export function requireText(member: string, text: string | undefined, longest: number): string {
  if (text !== undefined && text.length >= 1 && text.length <= longest) return text;
  throw invalidValue(`The parameter ${member} must be from 1 to ${longest} characters long.`);
}

/** requireOneOf refuses a value that is not among those that are allowed; an absent one passes. */
export function requireOneOf(member: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw invalidValue(
    `The value ${value} for parameter ${member} is not supported: it is one of ${allowed.join(', ')}.`,
  );
}

/** requireUnit returns a unit that CloudWatch knows. */
export function requireUnit(member: string, unit: string | undefined): string | undefined {
  requireOneOf(member, unit, Object.values(StandardUnit));
  return unit;
}

/** requireWhole returns a whole number within bounds. */
export function requireWhole(member: string, value: number | undefined, bounds: { min: number; max: number }): number {
  if (value !== undefined && Number.isInteger(value) && value >= bounds.min && value <= bounds.max) return value;
  throw invalidValue(`The parameter ${member} must be a whole number from ${bounds.min} to ${bounds.max}.`);
}

/** A minute. Shorter periods need high-resolution metrics, which local-aws does not have. */
const LEAST_PERIOD_SECONDS = 60;

/** requirePeriod returns a period as whole minutes. */
export function requirePeriod(member: string, seconds: number | undefined): number {
  if (seconds === undefined || !Number.isInteger(seconds) || seconds < 1) {
    throw invalidValue(`The parameter ${member} must be a whole number of seconds of at least 1.`);
  }
  if (seconds % LEAST_PERIOD_SECONDS === 0) return seconds / LEAST_PERIOD_SECONDS;
  throw invalidValue(
    `local-aws does not run the parameter ${member} with the value ${seconds}: it keeps whole minutes.`,
  );
}
