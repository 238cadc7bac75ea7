import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  SetAlarmStateCommand,
} from '@aws-sdk/client-cloudwatch';
import { step, type Stage, type Step } from '../step.js';

const MINUTE_MS = 60_000;
const Dimensions = [{ Name: 'Colour', Value: 'blue' }];
const metric = (s: Stage) => ({ Namespace: `${s.prefix}/web`, MetricName: 'Errors' });
const alarm = (s: Stage): string => `${s.prefix}-errors`;
const window = () => ({ StartTime: new Date(Date.now() - 10 * MINUTE_MS), EndTime: new Date(Date.now() + MINUTE_MS) });

/** CLOUDWATCH_STEPS are the calls of CloudWatch. */
export const CLOUDWATCH_STEPS: readonly Step[] = [
  step('monitoring:PutMetricData', 'one value', (s) => {
    const { Namespace, MetricName } = metric(s);
    const MetricData = [{ MetricName, Dimensions, Value: 3, Unit: 'Count' as const }];
    return s.monitoring.send(new PutMetricDataCommand({ Namespace, MetricData }));
  }),
  step('monitoring:ListMetrics', 'of a namespace', (s) =>
    s.monitoring.send(new ListMetricsCommand({ Namespace: metric(s).Namespace })),
  ),
  step('monitoring:GetMetricData', 'a sum', (s) => {
    const MetricStat = { Metric: { ...metric(s), Dimensions }, Period: 60, Stat: 'Sum' };
    return s.monitoring.send(new GetMetricDataCommand({ ...window(), MetricDataQueries: [{ Id: 'm1', MetricStat }] }));
  }),
  step('monitoring:GetMetricStatistics', 'a sum', (s) =>
    s.monitoring.send(
      new GetMetricStatisticsCommand({ ...metric(s), Dimensions, ...window(), Period: 60, Statistics: ['Sum'] }),
    ),
  ),
  step('monitoring:PutMetricAlarm', 'a new one', (s) =>
    s.monitoring.send(
      new PutMetricAlarmCommand({
        AlarmName: alarm(s),
        ...metric(s),
        Dimensions,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 100,
        ComparisonOperator: 'GreaterThanThreshold',
      }),
    ),
  ),
  step('monitoring:SetAlarmState', 'one that is not', (s) =>
    s.monitoring.send(new SetAlarmStateCommand({ AlarmName: 'none', StateValue: 'ALARM', StateReason: 'a test' })),
  ),
  step('monitoring:DescribeAlarms', 'by name', (s) =>
    s.monitoring.send(new DescribeAlarmsCommand({ AlarmNames: [alarm(s)] })),
  ),
  step('monitoring:SetAlarmState', 'by hand', (s) =>
    s.monitoring.send(new SetAlarmStateCommand({ AlarmName: alarm(s), StateValue: 'ALARM', StateReason: 'a test' })),
  ),
  step('monitoring:DescribeAlarms', 'after it was set', (s) =>
    s.monitoring.send(new DescribeAlarmsCommand({ AlarmNames: [alarm(s)] })),
  ),
  step('monitoring:DescribeAlarms', 'one that is not', (s) =>
    s.monitoring.send(new DescribeAlarmsCommand({ AlarmNames: ['none'] })),
  ),
  step('monitoring:DeleteAlarms', 'one', (s) => s.monitoring.send(new DeleteAlarmsCommand({ AlarmNames: [alarm(s)] }))),
];
