/** AlarmState is a metric alarm's state, in AWS's words. */
export type AlarmState = 'OK' | 'ALARM' | 'INSUFFICIENT_DATA';

/** MissingData is how an alarm treats periods without data, in AWS's words. */
export type MissingData = 'missing' | 'ignore' | 'breaching' | 'notBreaching';

/** EvaluationRule is what an alarm decides by: `datapointsToAlarm` out of `evaluationPeriods`. */
export interface EvaluationRule {
  readonly evaluationPeriods: number;
  readonly datapointsToAlarm: number;
  readonly missingData: MissingData;
  readonly breaches: (value: number) => boolean;
}

/** Verdict is what came of an evaluation. */
export interface Verdict {
  /** `retain`: the alarm stays in the state that it is in. */
  readonly state: AlarmState | 'retain';
  /** The data that were evaluated, oldest first. */
  readonly evaluated: readonly number[];
  readonly breaching: number;
  /** Periods without data that had to be filled in. */
  readonly missing: number;
}

/**
 * How many periods an alarm looks back beyond its evaluation periods, so that late or intermittent data count. AWS
 * names no figure; its examples look at five periods for three.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
 */
export const EXTRA_PERIODS = 2;

/** evaluate judges the periods of the evaluation range, oldest first; undefined is a period without data. */
export function evaluate(periods: readonly (number | undefined)[], rule: EvaluationRule): Verdict {
  const data = periods.filter((value) => value !== undefined);
  const evaluated = data.slice(-rule.evaluationPeriods);
  const breaching = evaluated.filter((value) => rule.breaches(value)).length;
  const missing = rule.evaluationPeriods - evaluated.length;
  return { state: judge(periods, rule, { evaluated, breaching, missing }), evaluated, breaching, missing };
}

function judge(
  periods: readonly (number | undefined)[],
  { datapointsToAlarm, missingData, breaches }: EvaluationRule,
  { evaluated, breaching, missing }: Omit<Verdict, 'state'>,
): Verdict['state'] {
  if (missing === 0 || missingData === 'notBreaching') return breaching >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (missingData === 'breaching') return breaching + missing >= datapointsToAlarm ? 'ALARM' : 'OK';
  if (breaching >= datapointsToAlarm) return 'ALARM';
  const allBreach = breaching === evaluated.length;
  if (missingData === 'ignore') return allBreach ? 'retain' : 'OK';
  if (evaluated.length === 0) return 'INSUFFICIENT_DATA';
  // A breach as old as the data points to alarm, and nothing but breaches or silence since, is an alarm.
  const oldest = periods.findIndex((value) => value !== undefined && breaches(value));
  return allBreach && periods.length - oldest >= datapointsToAlarm ? 'ALARM' : 'OK';
}
