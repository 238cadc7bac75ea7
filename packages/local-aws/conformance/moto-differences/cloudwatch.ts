import type { KnownDifference } from '../known-differences.js';

/** CLOUDWATCH_DIFFERENCES are the differences to moto in cloudwatch. */
export const CLOUDWATCH_DIFFERENCES: readonly KnownDifference[] = [
  {
    operation: 'monitoring:GetMetricData',
    member: 'Messages',
    kind: 'only local-aws has it',
    verdict: 'the judge is wrong',
    reason: 'A list that is empty is told as one.',
    document: 'AmazonCloudWatch/latest/APIReference/API_GetMetricData.html',
  },
  {
    operation: 'monitoring:GetMetricData',
    member: 'MetricDataResults[].Label',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'Which words AWS chooses for a label is not said.',
    document: 'AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html',
  },
  {
    operation: 'monitoring:DescribeAlarms',
    member: 'MetricAlarms[].Metrics',
    kind: 'only the judge has it',
    verdict: 'the judge is wrong',
    reason: 'Only an alarm on an expression has it.',
    document: 'AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html',
  },
  {
    operation: 'monitoring:DescribeAlarms',
    member: 'MetricAlarms[].StateReasonData',
    kind: 'only the judge has it',
    verdict: 'both are right',
    reason: 'The data of a reason that nothing was evaluated for.',
    document: 'AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html',
  },
  {
    operation: 'monitoring:DescribeAlarms',
    member: 'MetricAlarms[].StateTransitionedTimestamp',
    kind: 'only local-aws has it',
    verdict: 'the judge is wrong',
    reason: 'moto does not tell it.',
    document: 'AmazonCloudWatch/latest/APIReference/API_MetricAlarm.html',
  },
  {
    operation: 'monitoring:DescribeAlarms',
    member: 'MetricAlarms[].StateValue',
    kind: 'another value',
    verdict: 'the judge is wrong',
    reason: 'A new alarm has no data yet; moto calls it OK.',
    document: 'AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
  },
];
