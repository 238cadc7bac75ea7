import type {
  CreateLogGroupRequest,
  CreateLogStreamRequest,
  DeleteLogGroupRequest,
  DeleteLogStreamRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogStreamsRequest,
  PutRetentionPolicyRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Operation } from '../../service.js';
import { invalidParameter, refuseGiven } from './errors.js';
import { identifierOf } from './identifier.js';
import type { LogGroup, LogGroups } from './log-groups.js';
import type { LogStream } from './log-stream.js';
import { operation } from './operations.js';
import { pageOf } from './paging.js';

/** AWS's page size of both Describe calls. */
const MOST_DESCRIBED = 50;
/** The only numbers of days that AWS takes. */
const RETENTIONS = [
  ...[1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
];

/** groupOperations are the calls on log groups and log streams. */
export function groupOperations(groups: LogGroups): Readonly<Record<string, Operation>> {
  return {
    ...operation<CreateLogGroupRequest>('CreateLogGroup', (input, { region }) => {
      refuseGiven(input, ['kmsKeyId', 'tags', 'deletionProtectionEnabled']);
      const { logGroupClass: kind = 'STANDARD' } = input;
      if (kind !== 'STANDARD')
        throw invalidParameter(`local-aws does not run the parameter logGroupClass with ${kind}.`);
      groups.create({ region, name: input.logGroupName });
      return {};
    }),
    ...operation<DeleteLogGroupRequest>('DeleteLogGroup', (input, { region }) => {
      groups.delete(groups.get({ region, name: input.logGroupName }));
      return {};
    }),
    ...operation<CreateLogStreamRequest>('CreateLogStream', (input, { region }) => {
      groups.createStream(groups.get({ region, name: input.logGroupName }), input.logStreamName ?? '');
      return {};
    }),
    ...operation<DeleteLogStreamRequest>('DeleteLogStream', (input, { region }) => {
      const stream = groups.stream({ region, name: input.logGroupName }, input.logStreamName);
      groups.get({ region, name: input.logGroupName }).streams.delete(stream.name);
      return {};
    }),
    ...operation<PutRetentionPolicyRequest>('PutRetentionPolicy', (input, { region }) => {
      const days = input.retentionInDays ?? 0;
      if (!RETENTIONS.includes(days))
        throw invalidParameter(`retentionInDays must be one of ${RETENTIONS.join(', ')}.`);
      groups.get({ region, name: input.logGroupName }).retentionInDays = days;
      return {};
    }),
    ...operation<DeleteRetentionPolicyRequest>('DeleteRetentionPolicy', (input, { region }) => {
      groups.get({ region, name: input.logGroupName }).retentionInDays = undefined;
      return {};
    }),
    ...describeOperations(groups),
  };
}

function describeOperations(groups: LogGroups): Readonly<Record<string, Operation>> {
  return {
    ...operation<DescribeLogGroupsRequest>('DescribeLogGroups', (input, { region }) => {
      refuseGiven(input, ['accountIdentifiers', 'includeLinkedAccounts', 'logGroupClass', 'logGroupIdentifiers']);
      const { logGroupNamePrefix: prefix = '', logGroupNamePattern: pattern } = input;
      if (prefix !== '' && pattern !== undefined) {
        throw invalidParameter('logGroupNamePrefix and logGroupNamePattern must not be given together.');
      }
      const found = groups
        .list(region)
        .filter(({ name }) => name.startsWith(prefix) && name.toLowerCase().includes((pattern ?? '').toLowerCase()));
      const { items, nextToken } = pageOf(found, input, MOST_DESCRIBED);
      return { logGroups: items.map(groupView), nextToken };
    }),
    ...operation<DescribeLogStreamsRequest>('DescribeLogStreams', (input, { region }) =>
      describeStreams(groups.get({ region, name: identifierOf(input) }), input),
    ),
  };
}

function describeStreams({ streams }: LogGroup, input: DescribeLogStreamsRequest): object {
  const { logStreamNamePrefix: prefix, orderBy = 'LogStreamName', descending = false } = input;
  if (orderBy === 'LastEventTime' && prefix !== undefined) {
    throw invalidParameter('Cannot order by LastEventTime with a logStreamNamePrefix.');
  }
  if (orderBy !== 'LastEventTime' && orderBy !== 'LogStreamName') {
    throw invalidParameter(`The value ${String(orderBy)} of orderBy is not valid.`);
  }
  const lastTime = ({ events }: LogStream): number => events.at(-1)?.timestamp ?? 0;
  const sorted = [...streams.values()]
    .filter(({ name }) => name.startsWith(prefix ?? ''))
    .sort((one, other) =>
      orderBy === 'LastEventTime' ? lastTime(one) - lastTime(other) : one.name < other.name ? -1 : 1,
    );
  const { items, nextToken } = pageOf(descending ? sorted.reverse() : sorted, input, MOST_DESCRIBED);
  return { logStreams: items.map(streamView), nextToken };
}

function groupView({ name, arn, creationTime, retentionInDays, streams }: LogGroup): object {
  return {
    logGroupName: name,
    creationTime,
    retentionInDays,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
    storedBytes: [...streams.values()].reduce((sum, { storedBytes }) => sum + storedBytes, 0),
    logGroupClass: 'STANDARD',
  };
}

function streamView({ name, arn, creationTime, events }: LogStream): object {
  return {
    logStreamName: name,
    creationTime,
    firstEventTimestamp: events[0]?.timestamp,
    lastEventTimestamp: events.at(-1)?.timestamp,
    lastIngestionTime: events.at(-1)?.ingestionTime,
    arn,
    // As documented, AWS no longer tells how much a stream holds.
    storedBytes: 0,
  };
}
