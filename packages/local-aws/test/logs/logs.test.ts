import { describe, expect, it } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeQueriesCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  InvalidParameterException,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  ResourceAlreadyExistsException,
  ResourceNotFoundException,
  type InputLogEvent,
} from '@aws-sdk/client-cloudwatch-logs';
import { clientConfiguration, localAwsPerTest } from '../running.js';

const start = localAwsPerTest();
const group = { logGroupName: '/ecs/web' };
const where = { ...group, logStreamName: 'app/web/1' };

async function open(): Promise<CloudWatchLogsClient> {
  const client = new CloudWatchLogsClient(clientConfiguration(await start()));
  await client.send(new CreateLogGroupCommand(group));
  await client.send(new CreateLogStreamCommand(where));
  return client;
}

/** Events a second apart, the last one a second ago. */
function events(...messages: string[]): InputLogEvent[] {
  const now = Date.now();
  return messages.map((message, index) => ({ message, timestamp: now - (messages.length - index) * 1_000 }));
}

const put = (client: CloudWatchLogsClient, logEvents: InputLogEvent[], stream = where.logStreamName) =>
  client.send(new PutLogEventsCommand({ ...group, logStreamName: stream, logEvents }));

const read = (client: CloudWatchLogsClient, input: object = {}) =>
  client.send(new GetLogEventsCommand({ ...where, ...input }));

const textsOf = (answer: { events?: { message?: string | undefined }[] | undefined }) =>
  answer.events?.map(({ message }) => message);

describe('GetLogEvents', () => {
  it('begins with the newest page, and goes back and forth by tokens', async () => {
    const client = await open();
    await put(client, events('a', 'b', 'c', 'd', 'e'));
    const last = await read(client, { limit: 2 });
    expect(textsOf(last)).toEqual(['d', 'e']);
    const before = await read(client, { limit: 2, nextToken: last.nextBackwardToken });
    expect(textsOf(before)).toEqual(['b', 'c']);
    const again = await read(client, { limit: 2, nextToken: before.nextForwardToken });
    expect(textsOf(again)).toEqual(['d', 'e']);
  });

  it('tells the end by the same token, with which what comes later is read', async () => {
    const client = await open();
    const empty = await read(client, { startFromHead: true });
    expect(empty.nextForwardToken).toMatch(/^f\/\d{56}$/);
    await put(client, events('a', 'b'));
    const first = await read(client, { startFromHead: true, nextToken: empty.nextForwardToken });
    expect(textsOf(first)).toEqual(['a', 'b']);
    const end = await read(client, { startFromHead: true, nextToken: first.nextForwardToken });
    expect(end).toMatchObject({ events: [], nextForwardToken: first.nextForwardToken });
    await put(client, [{ message: 'c', timestamp: Date.now() }]);
    expect(textsOf(await read(client, { startFromHead: true, nextToken: end.nextForwardToken }))).toEqual(['c']);
  });

  it('orders by time, and cuts a stretch of it: the end is excluded', async () => {
    const client = await open();
    const [a, b, c] = events('a', 'b', 'c');
    await put(client, [c as InputLogEvent]);
    await put(client, [a, b] as InputLogEvent[]);
    expect(textsOf(await read(client))).toEqual(['a', 'b', 'c']);
    expect(textsOf(await read(client, { startTime: b?.timestamp, endTime: c?.timestamp }))).toEqual(['b']);
  });

  it('takes the ARN of a group as its identifier', async () => {
    const client = await open();
    await put(client, events('a'));
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({}));
    const found = await client.send(
      new GetLogEventsCommand({ logGroupIdentifier: logGroups?.[0]?.logGroupArn, logStreamName: where.logStreamName }),
    );
    expect(textsOf(found)).toEqual(['a']);
  });
});

describe('FilterLogEvents', () => {
  it.each([
    ['', ['ERROR one', 'warning two', 'ERROR two, retried']],
    ['ERROR', ['ERROR one', 'ERROR two, retried']],
    ['ERROR two', ['ERROR two, retried']],
    ['ERROR -retried', ['ERROR one']],
    ['?one ?warning', ['ERROR one', 'warning two']],
    ['"two, retried"', ['ERROR two, retried']],
    ['error', []],
  ])('finds %j', async (filterPattern, expected) => {
    const client = await open();
    await put(client, events('ERROR one', 'warning two', 'ERROR two, retried'));
    const found = await client.send(new FilterLogEventsCommand({ ...group, filterPattern }));
    expect(textsOf(found)).toEqual(expected);
  });

  it('reads several streams in the order of time, page by page', async () => {
    const client = await open();
    await client.send(new CreateLogStreamCommand({ ...group, logStreamName: 'app/web/2' }));
    const [a, b, c] = events('a', 'b', 'c') as [InputLogEvent, InputLogEvent, InputLogEvent];
    await put(client, [a, c]);
    await put(client, [b], 'app/web/2');
    const first = await client.send(new FilterLogEventsCommand({ ...group, logStreamNamePrefix: 'app/', limit: 2 }));
    expect(first.events?.map(({ message, logStreamName }) => [message, logStreamName])).toEqual([
      ['a', 'app/web/1'],
      ['b', 'app/web/2'],
    ]);
    const rest = await client.send(new FilterLogEventsCommand({ ...group, nextToken: first.nextToken, limit: 2 }));
    expect(textsOf(rest)).toEqual(['c']);
    expect(rest.nextToken).toBeUndefined();
  });

  it.each(['{ $.level = "error" }', '[ip, status]', '%ERR.*%', 'a.b', '"open'])('refuses %s', async (filterPattern) => {
    const client = await open();
    await expect(client.send(new FilterLogEventsCommand({ ...group, filterPattern }))).rejects.toBeInstanceOf(
      InvalidParameterException,
    );
  });
});

describe('groups and streams', () => {
  it('are described as AWS does', async () => {
    const client = await open();
    await client.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 7 }));
    await put(client, events('four'));
    const { logGroups } = await client.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: '/ecs' }));
    expect(logGroups).toMatchObject([
      {
        logGroupName: '/ecs/web',
        arn: 'arn:aws:logs:eu-central-1:123456789012:log-group:/ecs/web:*',
        retentionInDays: 7,
        storedBytes: 4,
        logGroupClass: 'STANDARD',
      },
    ]);
    const { logStreams } = await client.send(new DescribeLogStreamsCommand(group));
    expect(logStreams).toMatchObject([
      { logStreamName: 'app/web/1', arn: expect.stringContaining(':log-stream:app/web/1') as unknown as string },
    ]);
    expect(logStreams?.[0]?.lastEventTimestamp).toBeLessThanOrEqual(Date.now());
  });

  it('are ordered by name or by their last event', async () => {
    const client = await open();
    await client.send(new CreateLogStreamCommand({ ...group, logStreamName: 'app/web/0' }));
    await put(client, events('older', 'newer').slice(0, 1));
    await put(client, events('newest'), 'app/web/0');
    const names = async (input: object) =>
      (await client.send(new DescribeLogStreamsCommand({ ...group, ...input }))).logStreams?.map(
        ({ logStreamName }) => logStreamName,
      );
    expect(await names({})).toEqual(['app/web/0', 'app/web/1']);
    expect(await names({ orderBy: 'LastEventTime', descending: true, limit: 1 })).toEqual(['app/web/0']);
    expect(await names({ logStreamNamePrefix: 'app/web/1' })).toEqual(['app/web/1']);
    await expect(names({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' })).rejects.toThrow('LastEventTime');
  });

  it('are made once, and are gone once deleted', async () => {
    const client = await open();
    await expect(client.send(new CreateLogGroupCommand(group))).rejects.toBeInstanceOf(ResourceAlreadyExistsException);
    await expect(client.send(new CreateLogStreamCommand(where))).rejects.toBeInstanceOf(ResourceAlreadyExistsException);
    await client.send(new DeleteLogStreamCommand(where));
    await expect(read(client)).rejects.toBeInstanceOf(ResourceNotFoundException);
    await client.send(new DeleteLogGroupCommand(group));
    await expect(read(client)).rejects.toThrow('The specified log group does not exist.');
  });
});

describe('PutLogEvents', () => {
  it('tells what was too old or too new, and keeps the rest', async () => {
    const client = await open();
    // A minute takes a second here: two hours ahead are two minutes, and two weeks back are not six hours.
    const [old, fine] = [Date.now() - 12 * 3_600_000, Date.now()];
    await expect(put(client, [{ message: 'old', timestamp: old }])).resolves.toMatchObject({
      rejectedLogEventsInfo: { tooOldLogEventEndIndex: 1 },
    });
    const answer = await put(client, [
      { message: 'fine', timestamp: fine },
      { message: 'new', timestamp: fine + 180_000 },
    ]);
    expect(answer.rejectedLogEventsInfo).toEqual({ tooNewLogEventStartIndex: 1 });
    expect(textsOf(await read(client))).toEqual(['fine']);
  });

  it.each([
    ['nothing', []],
    ['an empty message', [{ message: '', timestamp: 1 }]],
    ['what is out of order', [...events('a', 'b')].reverse()],
    ['too much at once', events('x'.repeat(1_048_576))],
  ])('refuses %s', async (_what, logEvents) => {
    const client = await open();
    await expect(put(client, logEvents)).rejects.toBeInstanceOf(InvalidParameterException);
  });
});

describe('what is not supported', () => {
  it('is refused by name', async () => {
    const client = await open();
    await expect(client.send(new DescribeQueriesCommand({}))).rejects.toThrow('logs:DescribeQueries');
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'other', kmsKeyId: 'key' }))).rejects.toThrow(
      'kmsKeyId',
    );
    await expect(client.send(new PutRetentionPolicyCommand({ ...group, retentionInDays: 2 }))).rejects.toThrow(
      'retentionInDays',
    );
    await expect(read(client, { nextToken: 'x' })).rejects.toThrow('nextToken');
    await expect(client.send(new CreateLogGroupCommand({ logGroupName: 'no spaces' }))).rejects.toBeInstanceOf(
      InvalidParameterException,
    );
  });
});
