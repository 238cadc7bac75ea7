import { describe, expect, it } from '@jest/globals';
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  ListMetricsCommand,
  MissingRequiredParameterException,
  PutMetricDataCommand,
  type MetricDataQuery,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch';
import type { LocalAws } from '../../src/index.js';
import { clientConfiguration, localAwsPerTest, signedAs } from '../running.js';

const start = localAwsPerTest();
const MINUTE_MS = 1_000;

async function open(): Promise<{ localAws: LocalAws; client: CloudWatchClient }> {
  const localAws = await start({ minuteMs: MINUTE_MS });
  return { localAws, client: new CloudWatchClient(clientConfiguration(localAws)) };
}

const put = (client: CloudWatchClient, ...MetricData: MetricDatum[]) =>
  client.send(new PutMetricDataCommand({ Namespace: 'shop', MetricData }));

/** The beginning of a minute of the world, some minutes ago. */
function minutesAgo(minutes: number): Date {
  return new Date((Math.floor(Date.now() / MINUTE_MS) - minutes) * MINUTE_MS);
}

const stat = (Id: string, Stat: string, Period = 60): MetricDataQuery => ({
  Id,
  MetricStat: { Metric: { Namespace: 'shop', MetricName: 'orders' }, Period, Stat },
});

describe('PutMetricData and GetMetricData', () => {
  it('keep periods of a minute of the world apart, newest first', async () => {
    const { client } = await open();
    const [first, second] = [minutesAgo(5), minutesAgo(3)];
    await put(
      client,
      { MetricName: 'orders', Value: 3, Timestamp: first },
      { MetricName: 'orders', Value: 5, Timestamp: new Date(first.getTime() + MINUTE_MS - 1) },
      { MetricName: 'orders', Values: [1, 9], Counts: [3, 1], Timestamp: second },
    );
    const statistics = ['Sum', 'SampleCount', 'Average', 'Minimum', 'Maximum', 'p50', 'p99'];
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: statistics.map((name, index) => stat(`q${index}`, name)),
        StartTime: minutesAgo(10),
        EndTime: new Date(),
      }),
    );
    expect(MetricDataResults?.map(({ Values }) => Values)).toEqual([
      ...[
        [12, 8],
        [4, 2],
        [3, 4],
        [1, 3],
        [9, 5],
      ],
      ...[
        [1, 3],
        [9, 5],
      ],
    ]);
    expect(MetricDataResults?.[0]).toMatchObject({
      Id: 'q0',
      Label: 'orders',
      StatusCode: 'Complete',
      Timestamps: [second, first],
    });
  });

  it('join periods, compute from others and leave out what is not to be returned', async () => {
    const { client } = await open();
    const [first, second] = [minutesAgo(6), minutesAgo(5)];
    await put(
      client,
      { MetricName: 'orders', Value: 8, Timestamp: first },
      { MetricName: 'orders', Value: 2, Timestamp: second },
      { MetricName: 'failures', Value: 4, Timestamp: second },
    );
    const failures = {
      Id: 'failures',
      MetricStat: { Metric: { Namespace: 'shop', MetricName: 'failures' }, Period: 60, Stat: 'Sum' },
    };
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        MetricDataQueries: [
          stat('joined', 'Sum', 120),
          { ...stat('orders', 'Sum'), ReturnData: false },
          { ...failures, ReturnData: false },
          { Id: 'ratio', Expression: '100 * FILL(failures, 0) / orders', Label: 'percent' },
        ],
        StartTime: first,
        EndTime: new Date(),
        ScanBy: 'TimestampAscending',
      }),
    );
    expect(MetricDataResults).toMatchObject([
      { Id: 'joined', Timestamps: [first], Values: [10] },
      { Id: 'ratio', Label: 'percent', Timestamps: [first, second], Values: [0, 200] },
    ]);
  });

  it('page by data points', async () => {
    const { client } = await open();
    await put(client, ...[5, 4, 3].map((ago) => ({ MetricName: 'orders', Value: ago, Timestamp: minutesAgo(ago) })));
    const input = {
      MetricDataQueries: [stat('sum', 'Sum')],
      StartTime: minutesAgo(10),
      EndTime: new Date(),
      MaxDatapoints: 2,
    };
    const first = await client.send(new GetMetricDataCommand(input));
    expect(first.MetricDataResults).toMatchObject([{ Values: [3, 4], StatusCode: 'PartialData' }]);
    const rest = await client.send(new GetMetricDataCommand({ ...input, NextToken: first.NextToken }));
    expect(rest.MetricDataResults).toMatchObject([{ Values: [5], StatusCode: 'Complete' }]);
    expect(rest.NextToken).toBeUndefined();
  });

  it('take a call that the SDK has compressed', async () => {
    const { client } = await open();
    const data = Array.from({ length: 300 }, (_, index) => ({
      MetricName: 'orders',
      Dimensions: [{ Name: 'shop', Value: `number ${index}, with a name to make the call long` }],
      Value: index,
    }));
    await put(client, ...data);
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'shop' }));
    expect(Metrics).toHaveLength(300);
  });

  it('keep regions apart', async () => {
    const { client, localAws } = await open();
    await put(client, { MetricName: 'orders', Value: 1 });
    const elsewhere = new CloudWatchClient({ ...clientConfiguration(localAws), region: 'us-west-2' });
    expect((await elsewhere.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
    expect((await client.send(new ListMetricsCommand({}))).Metrics).toHaveLength(1);
  });
});

describe('GetMetricStatistics', () => {
  it('tells units apart, and percentiles by name', async () => {
    const { client } = await open();
    await put(
      client,
      { MetricName: 'size', Value: 1, Unit: 'Bytes' },
      { MetricName: 'size', StatisticValues: { SampleCount: 2, Sum: 6, Minimum: 2, Maximum: 4 }, Unit: 'Count' },
    );
    const { Datapoints, Label } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace: 'shop',
        MetricName: 'size',
        StartTime: minutesAgo(10),
        EndTime: new Date(),
        Period: 60,
        Statistics: ['Sum', 'Average'],
        ExtendedStatistics: ['p90'],
      }),
    );
    expect(Label).toBe('size');
    expect(Datapoints).toHaveLength(2);
    expect(Datapoints).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ Unit: 'Bytes', Sum: 1, Average: 1, ExtendedStatistics: { p90: 1 } }),
        expect.objectContaining({ Unit: 'Count', Sum: 6, Average: 3 }),
      ]),
    );
    expect(Datapoints?.find(({ Unit }) => Unit === 'Count')?.ExtendedStatistics).toBeUndefined();
  });
});

describe('ListMetrics', () => {
  it('finds by name and by dimension', async () => {
    const { client } = await open();
    const dimensions = (colour: string) => ({ Dimensions: [{ Name: 'colour', Value: colour }] });
    await put(
      client,
      { MetricName: 'orders', Value: 1, ...dimensions('blue') },
      { MetricName: 'orders', Value: 1, ...dimensions('green') },
      { MetricName: 'other', Value: 1 },
    );
    const list = async (input: object) => (await client.send(new ListMetricsCommand(input))).Metrics;
    expect(await list({ MetricName: 'orders' })).toHaveLength(2);
    expect(await list({ Dimensions: [{ Name: 'colour' }] })).toHaveLength(2);
    expect(await list({ Dimensions: [{ Name: 'colour', Value: 'green' }] })).toEqual([
      { Namespace: 'shop', MetricName: 'orders', ...dimensions('green') },
    ]);
    expect(await list({ RecentlyActive: 'PT3H', Namespace: 'none' })).toEqual([]);
  });
});

describe('what CloudWatch refuses', () => {
  const range = { StartTime: new Date(0), EndTime: new Date(60_000) };
  const metric = { Namespace: 'shop', MetricName: 'orders' };

  it.each([
    ['a namespace of AWS', { Namespace: 'AWS/ECS', MetricData: [] }, InvalidParameterValueException],
    ['no namespace', { MetricData: [] }, MissingRequiredParameterException],
    [
      'two kinds of value',
      { Namespace: 'shop', MetricData: [{ MetricName: 'a', Value: 1, Values: [1] }] },
      InvalidParameterCombinationException,
    ],
    [
      'high resolution',
      { Namespace: 'shop', MetricData: [{ MetricName: 'a', Value: 1, StorageResolution: 1 }] },
      InvalidParameterValueException,
    ],
    [
      'a unit of its own',
      { Namespace: 'shop', MetricData: [{ MetricName: 'a', Value: 1, Unit: 'Furlongs' }] },
      InvalidParameterValueException,
    ],
    [
      'a time long gone',
      { Namespace: 'shop', MetricData: [{ MetricName: 'a', Value: 1, Timestamp: new Date(0) }] },
      InvalidParameterValueException,
    ],
    [
      'what is no number',
      { Namespace: 'shop', MetricData: [{ MetricName: 'a', Value: Number.NaN }] },
      InvalidParameterValueException,
    ],
  ])('PutMetricData: %s', async (_what, input, error) => {
    const { client } = await open();
    await expect(client.send(new PutMetricDataCommand(input as never))).rejects.toBeInstanceOf(error);
  });

  it.each([
    ['a trimmed mean', { MetricDataQueries: [stat('a', 'tm99')], ...range }],
    ['half a minute', { MetricDataQueries: [stat('a', 'Sum', 30)], ...range }],
    ['an id twice', { MetricDataQueries: [stat('a', 'Sum'), stat('a', 'Sum')], ...range }],
    ['an unknown reference', { MetricDataQueries: [{ Id: 'a', Expression: 'b + 1' }], ...range }],
    ['another account', { MetricDataQueries: [{ ...stat('a', 'Sum'), AccountId: '1' }], ...range }],
    ['a token of nobody', { MetricDataQueries: [stat('a', 'Sum')], ...range, NextToken: 'x' }],
  ])('GetMetricData: %s', async (_what, input) => {
    const { client } = await open();
    const sent = client.send(new GetMetricDataCommand(input));
    await expect(sent).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 }, $fault: 'client' });
  });

  it('GetMetricStatistics: too much at once, and no statistic', async () => {
    const { client } = await open();
    const get = (input: object) =>
      client.send(new GetMetricStatisticsCommand({ ...metric, Period: 60, ...range, ...input }));
    await expect(get({ EndTime: new Date(60_000 * 1_441), Statistics: ['Sum'] })).rejects.toThrow('limit of 1440');
    await expect(get({})).rejects.toBeInstanceOf(MissingRequiredParameterException);
    await expect(get({ StartTime: new Date(60_000), Statistics: ['Sum'] })).rejects.toBeInstanceOf(
      InvalidParameterCombinationException,
    );
  });

  it('tells older clients the code of the Query protocol, and keeps no half of a call', async () => {
    const { client, localAws } = await open();
    const body = { Namespace: 'shop', MetricData: [{ MetricName: 'a', Value: 1 }, { MetricName: 'b' }] };
    const response = await fetch(localAws.endpoint, {
      method: 'POST',
      headers: {
        ...signedAs('monitoring'),
        'x-amz-target': 'GraniteServiceVersion20100801.PutMetricData',
        'content-type': 'application/x-amz-json-1.0',
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(response.headers.get('x-amzn-query-error')).toBe('InvalidParameterCombination;Sender');
    expect((await client.send(new ListMetricsCommand({}))).Metrics).toEqual([]);
  });
});
