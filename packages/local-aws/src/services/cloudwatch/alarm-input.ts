import type { PutMetricAlarmInput } from '@aws-sdk/client-cloudwatch';
import type { AlarmSettings } from './alarm-settings.js';
import { comparisonOf } from './comparisons.js';
import { invalidCombination, missingParameter, refuseGiven, unsupported } from './errors.js';
import type { MissingData } from './evaluate.js';
import {
  metricIdOf,
  requireOneOf,
  requirePeriod,
  requireText,
  requireUnit,
  requireWhole,
  shownDimensions,
} from './metric-input.js';
import type { OnTheWire } from './operations.js';
import { readQueries, type Query } from './queries.js';
import { anyStatistic, PLAIN_STATISTICS } from './statistics.js';

type Input = OnTheWire<PutMetricAlarmInput>;

/** Nothing here runs an action, tags an alarm, or learns what is normal. */
const UNSUPPORTED = [
  ...['OKActions', 'AlarmActions', 'InsufficientDataActions', 'Tags', 'ThresholdMetricId', 'EvaluationWindow'],
  ...['WarmUpConfiguration', 'EvaluationCriteria', 'EvaluationInterval', 'ActionConfiguration'],
];

const MISSING_DATA: readonly MissingData[] = ['missing', 'ignore', 'breaching', 'notBreaching'];
const LONGEST_NAME = 255;
/** An alarm looks back a day at most; a week with periods of an hour or more. */
const DAY_MINUTES = 1_440;
const WEEK_MINUTES = 10_080;
const HOUR_MINUTES = 60;

/** alarmSettingsOf reads the settings of a metric alarm. */
export function alarmSettingsOf(input: Input, region: string): AlarmSettings {
  refuseGiven(input, UNSUPPORTED);
  const name = requireText('AlarmName', input.AlarmName, LONGEST_NAME);
  const comparison = comparisonOf(input.ComparisonOperator ?? '');
  if (!comparison) throw unsupported('ComparisonOperator', input.ComparisonOperator);
  if (input.Threshold === undefined) throw missingParameter('The parameter Threshold is required.');
  const watched = input.Metrics ? mathOf(input, region) : metricOf(input, region);
  const periods = periodsOf(input, watched.periodMinutes);
  requireOneOf('TreatMissingData', input.TreatMissingData, MISSING_DATA);
  const missingData = (input.TreatMissingData ?? 'missing') as MissingData;
  return { name, comparison, threshold: input.Threshold, missingData, ...watched, ...periods, shown: shownOf(input) };
}

interface Watched {
  readonly queries: readonly Query[];
  readonly periodMinutes: number;
}

function metricOf(input: Input, region: string): Watched {
  const { Statistic: plain, ExtendedStatistic: extended } = input;
  if ((plain === undefined) === (extended === undefined)) {
    throw invalidCombination('Exactly one of Statistic and ExtendedStatistic must be given.');
  }
  requireOneOf('Statistic', plain, PLAIN_STATISTICS);
  if (input.EvaluateLowSampleCountPercentile === 'ignore') {
    throw unsupported('EvaluateLowSampleCountPercentile', 'ignore');
  }
  requireOneOf('EvaluateLowSampleCountPercentile', input.EvaluateLowSampleCountPercentile, ['evaluate']);
  const periodMinutes = requirePeriod('Period', input.Period);
  const source = {
    kind: 'metric',
    metric: metricIdOf(input, region),
    periodMinutes,
    statistic: anyStatistic('ExtendedStatistic', plain ?? extended ?? ''),
    unit: requireUnit('Unit', input.Unit),
  } as const;
  return { periodMinutes, queries: [{ id: 'm1', label: input.MetricName ?? '', returned: true, source }] };
}

function mathOf(input: Input, region: string): Watched {
  for (const member of ['MetricName', 'Namespace', 'Dimensions', 'Period', 'Statistic', 'ExtendedStatistic', 'Unit']) {
    if ((input as Readonly<Record<string, unknown>>)[member] === undefined) continue;
    throw invalidCombination(`${member} must not be given together with Metrics.`);
  }
  const queries = readQueries(input.Metrics ?? [], region);
  if (queries.filter(({ returned }) => returned).length !== 1) {
    throw invalidCombination('Exactly one element of the metrics list should return data.');
  }
  const periods = new Set(queries.flatMap(({ source }) => (source.kind === 'metric' ? [source.periodMinutes] : [])));
  const [periodMinutes] = periods;
  if (periodMinutes === undefined || periods.size > 1) {
    throw invalidCombination('Metrics list must contain at least one metric, all of the same Period.');
  }
  return { queries, periodMinutes };
}

function periodsOf(input: Input, periodMinutes: number) {
  const longest = periodMinutes >= HOUR_MINUTES ? WEEK_MINUTES : DAY_MINUTES;
  const most = Math.max(1, Math.floor(longest / periodMinutes));
  const evaluationPeriods = requireWhole('EvaluationPeriods', input.EvaluationPeriods, { min: 1, max: most });
  const given = input.DatapointsToAlarm ?? evaluationPeriods;
  const bounds = { min: 1, max: evaluationPeriods };
  return { evaluationPeriods, datapointsToAlarm: requireWhole('DatapointsToAlarm', given, bounds) };
}

function shownOf(input: Input): object {
  const { AlarmName, AlarmDescription, ActionsEnabled = true, MetricName, Namespace, Statistic, Metrics } = input;
  const { ExtendedStatistic, Period, Unit, EvaluationPeriods, DatapointsToAlarm, Threshold } = input;
  const { ComparisonOperator, TreatMissingData, EvaluateLowSampleCountPercentile } = input;
  const dimensions = Metrics ? {} : { Dimensions: shownDimensions(metricIdOf(input, '').dimensions) };
  return {
    ...{ AlarmName, AlarmDescription, ActionsEnabled, OKActions: [], AlarmActions: [], InsufficientDataActions: [] },
    ...{ MetricName, Namespace, Statistic, ExtendedStatistic, ...dimensions, Period, Unit, Metrics },
    ...{ EvaluationPeriods, DatapointsToAlarm, Threshold, ComparisonOperator, TreatMissingData },
    EvaluateLowSampleCountPercentile,
  };
}
