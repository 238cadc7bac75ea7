import type { MetricDatum, PutMetricDataInput } from '@aws-sdk/client-cloudwatch';
import type { WorldTime } from '../../world.js';
import type { Distribution } from './distribution.js';
import { invalidCombination, invalidValue, refuseGiven, unsupported } from './errors.js';
import { metricIdOf, requireText, requireUnit } from './metric-input.js';
import type { MetricId, Metrics } from './metrics.js';
import type { OnTheWire } from './operations.js';
import { msOf } from './points.js';

/** AWS's limits of one call, and of one value: 2^360. */
const MOST_DATA = 1_000;
const MOST_VALUES = 150;
const GREATEST_VALUE = 2 ** 360;
/** A time stamp may lie two weeks back and two hours ahead, in minutes. */
const MOST_MINUTES_BACK = 20_160;
const MOST_MINUTES_AHEAD = 120;
const LONGEST_NAMESPACE = 255;

interface Noted {
  readonly id: MetricId;
  readonly unit: string;
  readonly atMs: number;
  readonly note: (values: Distribution) => void;
}

/** What data are put into. */
export interface MetricTarget {
  readonly metrics: Metrics;
  readonly time: WorldTime;
  readonly region: string;
}

/** putMetricData notes custom data; all of a call, or nothing. */
export function putMetricData(target: MetricTarget, input: OnTheWire<PutMetricDataInput>): object {
  refuseGiven(input, ['EntityMetricData', 'StrictEntityValidation']);
  const namespace = requireText('Namespace', input.Namespace, LONGEST_NAMESPACE);
  if (namespace.startsWith('AWS/')) {
    throw invalidValue(`The value ${namespace} for parameter Namespace is invalid: AWS/ belongs to AWS services.`);
  }
  const data = input.MetricData ?? [];
  if (data.length > MOST_DATA) {
    throw invalidValue(`The collection MetricData must not have a size greater than ${MOST_DATA}.`);
  }
  const noted = data.map((datum, index) => {
    const id = metricIdOf({ ...datum, Namespace: namespace }, target.region);
    return read(target, id, { datum, path: `MetricData.member.${index + 1}` });
  });
  for (const { id, unit, atMs, note } of noted) note(target.metrics.at(id, unit, atMs));
  return {};
}

interface Given {
  readonly datum: OnTheWire<MetricDatum>;
  readonly path: string;
}

function read({ time }: MetricTarget, id: MetricId, { datum, path }: Given): Noted {
  const { StorageResolution: resolution } = datum;
  if (resolution !== undefined && resolution !== 60) throw unsupported(`${path}.StorageResolution`, resolution);
  const nowMs = time.now().getTime();
  const atMs = datum.Timestamp === undefined ? nowMs : msOf(datum.Timestamp);
  const [earliest, latest] = [-MOST_MINUTES_BACK, MOST_MINUTES_AHEAD].map((minutes) => time.realMs(minutes * 60));
  if (atMs < nowMs + (earliest ?? 0) || atMs > nowMs + (latest ?? 0)) {
    throw invalidValue(
      `The parameter ${path}.Timestamp must specify a time no more than two weeks in the past and two hours in the ` +
        'future, in minutes of this world.',
    );
  }
  return { id, unit: requireUnit(`${path}.Unit`, datum.Unit) ?? 'None', atMs, note: noteOf(datum, path) };
}

function noteOf(datum: OnTheWire<MetricDatum>, path: string): (values: Distribution) => void {
  const { Value: value, StatisticValues: set, Values: list } = datum;
  if ([value, set, list].filter((one) => one !== undefined).length !== 1) {
    throw invalidCombination(`${path} must have exactly one of Value, StatisticValues and Values.`);
  }
  if (value !== undefined) {
    requireValue(`${path}.Value`, value);
    return (values) => values.add(value);
  }
  return set ? noteOfSet(set, path) : noteOfList(datum, path);
}

function noteOfSet(set: NonNullable<OnTheWire<MetricDatum>['StatisticValues']>, path: string) {
  const { SampleCount: sampleCount = 0, Sum: sum = 0, Minimum: minimum = 0, Maximum: maximum = 0 } = set;
  for (const [member, value] of Object.entries(set)) requireValue(`${path}.StatisticValues.${member}`, value ?? 0);
  if (sampleCount <= 0 || minimum > maximum) {
    throw invalidValue(`${path}.StatisticValues must have a SampleCount above 0, and a Minimum not above its Maximum.`);
  }
  return (values: Distribution) => values.addSet({ sampleCount, sum, minimum, maximum });
}

function noteOfList({ Values: list = [], Counts: counts }: OnTheWire<MetricDatum>, path: string) {
  if (list.length === 0 || list.length > MOST_VALUES) {
    throw invalidValue(`${path}.Values must have from 1 to ${MOST_VALUES} values.`);
  }
  if (counts && counts.length !== list.length) {
    throw invalidCombination(`${path}.Counts must have as many members as Values.`);
  }
  list.forEach((value) => requireValue(`${path}.Values`, value));
  if (counts?.some((count) => !(count > 0))) throw invalidValue(`${path}.Counts must be above 0.`);
  return (values: Distribution) => list.forEach((value, index) => values.add(value, counts?.[index] ?? 1));
}

function requireValue(member: string, value: number): void {
  if (Math.abs(value) <= GREATEST_VALUE) return;
  throw invalidValue(`The value ${value} for parameter ${member} is not from -2^360 to 2^360.`);
}
