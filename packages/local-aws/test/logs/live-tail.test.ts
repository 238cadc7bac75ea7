import { describe, expect, it } from '@jest/globals';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  InvalidParameterException,
  PutLogEventsCommand,
  ResourceNotFoundException,
  SessionTimeoutException,
  StartLiveTailCommand,
  type LiveTailSessionUpdate,
  type StartLiveTailCommandInput,
  type StartLiveTailResponseStream,
} from '@aws-sdk/client-cloudwatch-logs';
import { createManualTime, type LocalAws, type LocalAwsOptions } from '../../src/index.js';
import { clientConfiguration, localAwsPerTest } from '../running.js';

const start = localAwsPerTest();
const GROUP = '/ecs/web';
const arnOf = (group: string) => `arn:aws:logs:eu-central-1:123456789012:log-group:${group}`;
const HOURS = 3_600;

async function open(options: LocalAwsOptions = {}): Promise<{ client: CloudWatchLogsClient; localAws: LocalAws }> {
  const localAws = await start(options);
  // Live tails go to a host of their own, `stream-…`, unless the SDK is told not to.
  const client = new CloudWatchLogsClient({ ...clientConfiguration(localAws), disableHostPrefix: true });
  await createGroup(client, GROUP);
  return { client, localAws };
}

async function createGroup(client: CloudWatchLogsClient, logGroupName: string): Promise<void> {
  await client.send(new CreateLogGroupCommand({ logGroupName }));
  await client.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'app/1' }));
}

async function put(client: CloudWatchLogsClient, messages: readonly string[], where: object = {}): Promise<void> {
  const logEvents = messages.map((message) => ({ message, timestamp: Date.now() }));
  await client.send(new PutLogEventsCommand({ logGroupName: GROUP, logStreamName: 'app/1', logEvents, ...where }));
}

async function tail(client: CloudWatchLogsClient, input: Partial<StartLiveTailCommandInput> = {}) {
  const answer = await client.send(new StartLiveTailCommand({ logGroupIdentifiers: [arnOf(GROUP)], ...input }));
  const events = answer.responseStream?.[Symbol.asyncIterator]() as AsyncIterator<StartLiveTailResponseStream>;
  const started = (await next(events)).sessionStart;
  return { events, started };
}

async function next(events: AsyncIterator<StartLiveTailResponseStream>): Promise<StartLiveTailResponseStream> {
  const step = await events.next();
  if (step.done) throw new Error('The stream has ended.');
  return step.value;
}

/** The next update that tells something. */
async function told(events: AsyncIterator<StartLiveTailResponseStream>): Promise<LiveTailSessionUpdate> {
  for (;;) {
    const { sessionUpdate } = await next(events);
    if (sessionUpdate?.sessionResults?.length) return sessionUpdate;
  }
}

const textsOf = ({ sessionResults = [] }: LiveTailSessionUpdate) => sessionResults.map(({ message }) => message);

describe('StartLiveTail', () => {
  it('tells how the session began, then what comes from now on', async () => {
    const { client } = await open();
    await put(client, ['before']);
    const { events, started } = await tail(client, { logEventFilterPattern: 'error -404' });
    expect(started).toMatchObject({ logGroupIdentifiers: [arnOf(GROUP)], logEventFilterPattern: 'error -404' });
    expect(started?.sessionId).toMatch(/^[0-9a-f-]{36}$/);
    await put(client, ['error 500', 'fine', 'error 404']);
    const update = await told(events);
    expect(update.sessionMetadata).toEqual({ sampled: false });
    expect(update.sessionResults).toEqual([
      {
        logStreamName: 'app/1',
        logGroupIdentifier: arnOf(GROUP),
        message: 'error 500',
        timestamp: expect.any(Number),
        ingestionTime: expect.any(Number),
      },
    ]);
    await put(client, ['error 503']);
    expect(textsOf(await told(events))).toEqual(['error 503']);
  });

  it('tells something every second of the world, if only that there is nothing', async () => {
    const time = createManualTime();
    const { client } = await open({ time });
    const { events } = await tail(client);
    for (let second = 0; second < 3; second += 1) {
      await time.advance(1);
      expect((await next(events)).sessionUpdate).toEqual({ sessionMetadata: { sampled: false }, sessionResults: [] });
    }
  });

  it('follows ten groups, and streams that begin later', async () => {
    const { client } = await open();
    const others = Array.from({ length: 9 }, (_, at) => `/ecs/other-${at}`);
    for (const other of others) await createGroup(client, other);
    const { events } = await tail(client, { logGroupIdentifiers: [GROUP, ...others].map(arnOf) });
    await put(client, ['other'], { logGroupName: '/ecs/other-8' });
    expect(textsOf(await told(events))).toEqual(['other']);
    await client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'app/2' }));
    await put(client, ['later'], { logStreamName: 'app/2' });
    expect(textsOf(await told(events))).toEqual(['later']);
  });

  it.each([
    ['names', { logStreamNames: ['db/1'] }],
    ['prefixes', { logStreamNamePrefixes: ['db/'] }],
  ])('follows streams by their %s', async (_by, chosen) => {
    const { client } = await open();
    await client.send(new CreateLogStreamCommand({ logGroupName: GROUP, logStreamName: 'db/1' }));
    const { events, started } = await tail(client, chosen);
    expect(started).toMatchObject(chosen);
    await put(client, ['not this']);
    await put(client, ['this'], { logStreamName: 'db/1' });
    expect(textsOf(await told(events))).toEqual(['this']);
  });

  it('takes a sample of 500 where more come in a second', async () => {
    const { client } = await open({ minuteMs: 60_000 });
    const { events } = await tail(client);
    await put(
      client,
      Array.from({ length: 1_200 }, (_, at) => String(at)),
    );
    const { sessionMetadata, sessionResults = [] } = await told(events);
    expect(sessionMetadata).toEqual({ sampled: true });
    expect(new Set(sessionResults.map(({ message }) => message)).size).toBe(500);
  });

  it('ends after three hours', async () => {
    const time = createManualTime();
    const { client } = await open({ time });
    const { events } = await tail(client);
    await time.advance(3 * HOURS);
    const ending = (async () => {
      for (;;) await next(events);
    })();
    await expect(ending).rejects.toBeInstanceOf(SessionTimeoutException);
  });

  it('ends with local-aws', async () => {
    const { client, localAws } = await open();
    const { events } = await tail(client);
    await localAws.close();
    for (;;) if ((await events.next()).done) break;
    expect((await events.next()).done).toBe(true);
  });

  it('ends when the caller hangs up, who may tail again', async () => {
    const { client, localAws } = await open();
    const { events } = await tail(client);
    await events.return?.();
    const again = await tail(client);
    await put(client, ['still here']);
    expect(textsOf(await told(again.events))).toEqual(['still here']);
    expect(localAws.calls().filter(({ operation }) => operation === 'StartLiveTail')).toMatchObject([
      { service: 'logs', resource: arnOf(GROUP), status: 200 },
      { service: 'logs', resource: arnOf(GROUP), status: 200 },
    ]);
  });

  it.each([
    ['no group', { logGroupIdentifiers: [] }, InvalidParameterException],
    ['more than ten groups', { logGroupIdentifiers: Array<string>(11).fill(arnOf(GROUP)) }, InvalidParameterException],
    ['a name', { logGroupIdentifiers: [GROUP] }, InvalidParameterException],
    ['an asterisk', { logGroupIdentifiers: [`${arnOf(GROUP)}:*`] }, InvalidParameterException],
    ['an unknown group', { logGroupIdentifiers: [arnOf('none')] }, ResourceNotFoundException],
    [
      'a group of another region',
      { logGroupIdentifiers: [arnOf(GROUP).replace('eu-central-1', 'us-east-1')] },
      ResourceNotFoundException,
    ],
    ['streams by name and prefix', { logStreamNames: ['a'], logStreamNamePrefixes: ['a'] }, InvalidParameterException],
    [
      'streams of two groups',
      { logGroupIdentifiers: [arnOf(GROUP), arnOf(GROUP)], logStreamNames: ['a'] },
      InvalidParameterException,
    ],
    ['a pattern that is not run', { logEventFilterPattern: '{ $.a = 1 }' }, InvalidParameterException],
  ])('refuses %s', async (_what, input, kind) => {
    const { client } = await open();
    await expect(tail(client, input)).rejects.toBeInstanceOf(kind);
  });
});

describe('faults of a live tail', () => {
  it('come in place of the stream', async () => {
    const { client, localAws } = await open();
    localAws.faults.add({ operation: 'logs:StartLiveTail', nth: 1, kind: 'throttle' });
    await expect(tail(client)).rejects.toMatchObject({ name: 'ThrottlingException' });
    await tail(client);
  });

  it('cut its first message in the middle', async () => {
    const { client, localAws } = await open();
    localAws.faults.add({ operation: 'logs:StartLiveTail', nth: 1, kind: 'malformed' });
    await expect(tail(client)).rejects.toThrow();
  });
});
