import type { KnownDifference } from '../known-differences.js';

/** LOGS_DIFFERENCES are the differences to moto in CloudWatch Logs. */
export const LOGS_DIFFERENCES: readonly KnownDifference[] = [
  {
    operation: 'logs:DescribeLogGroups',
    member: 'logGroups[].logGroupClass',
    kind: 'only local-aws has it',
    verdict: 'the judge is wrong',
    reason: 'moto does not tell it.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_LogGroup.html',
  },
  {
    operation: 'logs:PutLogEvents',
    member: 'nextSequenceToken',
    kind: 'only the judge has it',
    verdict: 'both are right',
    reason: 'Sequence tokens are deprecated, and mean nothing.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html',
  },
  {
    operation: 'logs:DescribeLogStreams',
    member: 'logStreams[].uploadSequenceToken',
    kind: 'only the judge has it',
    verdict: 'both are right',
    reason: 'As above.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html',
  },
  {
    operation: 'logs:DescribeLogStreams',
    member: 'logStreams[].storedBytes',
    kind: 'another value',
    verdict: 'the judge is wrong',
    reason: 'For streams it is always zero.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_LogStream.html',
  },
  {
    operation: 'logs:FilterLogEvents',
    member: 'events[].eventId',
    kind: 'another value',
    verdict: 'both are right',
    reason: 'An id of each.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_FilteredLogEvent.html',
  },
  {
    operation: 'logs:FilterLogEvents',
    member: 'searchedLogStreams',
    kind: 'only local-aws has it',
    verdict: 'the judge is wrong',
    reason: 'The list is deprecated, and always empty.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html',
  },
  {
    operation: 'logs:FilterLogEvents',
    member: 'searchedLogStreams[].*',
    kind: 'only the judge has it',
    verdict: 'the judge is wrong',
    reason: 'As above.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html',
  },
  {
    operation: 'logs:StartLiveTail',
    member: '',
    kind: 'another error',
    verdict: 'the judge is wrong',
    reason: 'moto takes another group for one that is not there.',
    document: 'AmazonCloudWatchLogs/latest/APIReference/API_StartLiveTail.html',
  },
];
