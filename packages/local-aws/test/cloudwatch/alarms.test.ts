import { describe, expect, it } from '@jest/globals';
import {
  CloudWatchClient,
  DeleteAlarmsCommand,
  DescribeAlarmHistoryCommand,
  DescribeAlarmsCommand,
  type AlarmType,
  InvalidParameterCombinationException,
  InvalidParameterValueException,
  PutMetricAlarmCommand,
  PutMetricDataCommand,
  ResourceNotFound,
  SetAlarmStateCommand,
  type MetricAlarm,
  type PutMetricAlarmCommandInput,
} from '@aws-sdk/client-cloudwatch';
import { clientConfiguration, localAwsPerTest } from '../running.js';
import { until } from './web.js';

const start = localAwsPerTest();
const MINUTE_MS = 300;

async function open(): Promise<CloudWatchClient> {
  return new CloudWatchClient(clientConfiguration(await start({ minuteMs: MINUTE_MS })));
}

const settings: PutMetricAlarmCommandInput = {
  AlarmName: 'too-slow',
  Namespace: 'shop',
  MetricName: 'latency',
  Dimensions: [{ Name: 'colour', Value: 'green' }],
  ExtendedStatistic: 'p90',
  Period: 60,
  EvaluationPeriods: 2,
  DatapointsToAlarm: 1,
  Threshold: 1.5,
  ComparisonOperator: 'GreaterThanThreshold',
};

const put = (client: CloudWatchClient, input: Partial<PutMetricAlarmCommandInput> = {}) =>
  client.send(new PutMetricAlarmCommand({ ...settings, ...input }));

async function describeAlarm(client: CloudWatchClient): Promise<MetricAlarm> {
  const { MetricAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmNames: ['too-slow'] }));
  return MetricAlarms?.[0] ?? {};
}

const note = (client: CloudWatchClient, ...Values: number[]) =>
  client.send(
    new PutMetricDataCommand({
      Namespace: 'shop',
      MetricData: [{ MetricName: 'latency', Dimensions: settings.Dimensions, Values }],
    }),
  );

const untilState = (client: CloudWatchClient, state: string) =>
  until(
    () => describeAlarm(client),
    ({ StateValue }) => StateValue === state,
  );

describe('an alarm', () => {
  it('begins without data, is as it was made, and changes with the minutes of the world', async () => {
    const client = await open();
    await put(client, { AlarmDescription: 'Slow', TreatMissingData: 'ignore' });
    const begun = await describeAlarm(client);
    expect(begun).toMatchObject({
      ...settings,
      AlarmArn: 'arn:aws:cloudwatch:eu-central-1:123456789012:alarm:too-slow',
      AlarmDescription: 'Slow',
      ActionsEnabled: true,
      StateValue: 'INSUFFICIENT_DATA',
      StateReason: 'Unchecked: Initial alarm creation',
      TreatMissingData: 'ignore',
    });
    await note(client, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2);
    const alarm = await untilState(client, 'ALARM');
    expect(alarm.StateReason).toMatch(
      /^Threshold Crossed: 1 out of the last 1 datapoint \[2\.0 \(\d\d\/\d\d\/\d\d \d\d:\d\d:\d\d\)\] was greater than the threshold \(1\.5\) \(minimum 1 datapoint for OK -> ALARM transition\)\.$/,
    );
    expect(JSON.parse(alarm.StateReasonData ?? '')).toMatchObject({ recentDatapoints: [2], threshold: 1.5 });
    // The breaching minute leaves the evaluation range only when others have come after it.
    await until(
      async () => {
        await note(client, 1);
        return (await describeAlarm(client)).StateValue;
      },
      (state) => state === 'OK',
    );
    const { AlarmHistoryItems } = await client.send(
      new DescribeAlarmHistoryCommand({ AlarmName: 'too-slow', ScanBy: 'TimestampAscending' }),
    );
    expect(AlarmHistoryItems?.map(({ HistorySummary }) => HistorySummary)).toEqual([
      'Alarm "too-slow" created',
      'Alarm updated from INSUFFICIENT_DATA to ALARM',
      'Alarm updated from ALARM to OK',
    ]);
  });

  it('goes back to what its data say after SetAlarmState', async () => {
    const client = await open();
    await put(client, { TreatMissingData: 'notBreaching' });
    await untilState(client, 'OK');
    await client.send(new SetAlarmStateCommand({ AlarmName: 'too-slow', StateValue: 'ALARM', StateReason: 'a test' }));
    expect(await describeAlarm(client)).toMatchObject({ StateValue: 'ALARM', StateReason: 'a test' });
    await untilState(client, 'OK');
  });

  it('has no data when all of its evaluation range is missing', async () => {
    const client = await open();
    await put(client);
    await note(client, 1);
    await untilState(client, 'OK');
    const { StateReason } = await untilState(client, 'INSUFFICIENT_DATA');
    expect(StateReason).toBe('Insufficient Data: 2 datapoints were unknown.');
  });

  it('watches metric math', async () => {
    const client = await open();
    const metric = (Id: string, Stat: string) => ({
      Id,
      ReturnData: false,
      MetricStat: {
        Metric: { Namespace: 'shop', MetricName: 'latency', Dimensions: settings.Dimensions },
        Period: 60,
        Stat,
      },
    });
    const { AlarmName, EvaluationPeriods, Threshold, ComparisonOperator } = settings;
    await client.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName, EvaluationPeriods, Threshold, ComparisonOperator, DatapointsToAlarm: 1 },
        Metrics: [metric('most', 'Maximum'), metric('least', 'Minimum'), { Id: 'spread', Expression: 'most - least' }],
      }),
    );
    await note(client, 1, 4);
    const alarm = await untilState(client, 'ALARM');
    expect(JSON.parse(alarm.StateReasonData ?? '')).toMatchObject({ recentDatapoints: [3] });
    expect(alarm.Metrics).toHaveLength(3);
    expect(alarm.MetricName).toBeUndefined();
  });

  it('keeps its state when its settings change, and is gone once deleted', async () => {
    const client = await open();
    await put(client, { TreatMissingData: 'breaching' });
    await untilState(client, 'ALARM');
    await put(client, { TreatMissingData: 'ignore', Threshold: 3 });
    expect(await describeAlarm(client)).toMatchObject({ StateValue: 'ALARM', Threshold: 3 });
    await client.send(new DeleteAlarmsCommand({ AlarmNames: ['too-slow', 'never-was'] }));
    expect(await describeAlarm(client)).toEqual({});
    await expect(
      client.send(new SetAlarmStateCommand({ AlarmName: 'too-slow', StateValue: 'OK', StateReason: 'a test' })),
    ).rejects.toBeInstanceOf(ResourceNotFound);
  });
});

describe('DescribeAlarms', () => {
  it('finds by prefix and by state, page by page', async () => {
    const client = await open();
    for (const AlarmName of ['web-c', 'web-a', 'web-b', 'other']) {
      await put(client, { AlarmName, TreatMissingData: 'ignore' });
    }
    await client.send(new SetAlarmStateCommand({ AlarmName: 'web-b', StateValue: 'OK', StateReason: 'a test' }));
    const find = async (input: object) => {
      const { MetricAlarms, NextToken } = await client.send(new DescribeAlarmsCommand(input));
      return { names: MetricAlarms?.map(({ AlarmName }) => AlarmName), NextToken };
    };
    expect((await find({ StateValue: 'OK' })).names).toEqual(['web-b']);
    const first = await find({ AlarmNamePrefix: 'web', MaxRecords: 2 });
    expect(first.names).toEqual(['web-a', 'web-b']);
    expect((await find({ AlarmNamePrefix: 'web', MaxRecords: 2, NextToken: first.NextToken })).names).toEqual([
      'web-c',
    ]);
  });
});

/** A type that the SDK knows and local-aws does not. */
const OTHER = 'LogAlarm';

describe('DescribeAlarms by type', () => {
  it('tells metric alarms, and that there are no composite ones', async () => {
    const client = await open();
    await put(client, { AlarmName: 'web' });
    const told = async (AlarmTypes: AlarmType[]): Promise<object> => {
      const { MetricAlarms, CompositeAlarms } = await client.send(new DescribeAlarmsCommand({ AlarmTypes }));
      return { metric: MetricAlarms?.map(({ AlarmName }) => AlarmName), composite: CompositeAlarms };
    };
    expect(await told(['MetricAlarm', 'CompositeAlarm'])).toEqual({ metric: ['web'], composite: [] });
    expect(await told(['CompositeAlarm'])).toEqual({ metric: [], composite: [] });
    await expect(told([OTHER])).rejects.toThrow('AlarmTypes');
  });
});

describe('PutMetricAlarm refuses', () => {
  it.each([
    ['actions', { AlarmActions: ['arn:aws:sns:eu-central-1:123456789012:topic'] }, 'AlarmActions'],
    ['half a minute', { Period: 30 }, 'Period'],
    ['more to alarm than periods', { DatapointsToAlarm: 3 }, 'DatapointsToAlarm'],
    ['more than a day', { EvaluationPeriods: 1_441 }, 'EvaluationPeriods'],
    ['anomaly detection', { ComparisonOperator: 'LessThanLowerOrGreaterThanUpperThreshold' }, 'ComparisonOperator'],
    ['an unknown treatment', { TreatMissingData: 'never' }, 'TreatMissingData'],
    ['a trimmed mean', { ExtendedStatistic: 'tm90' }, 'ExtendedStatistic'],
    ['few samples to be ignored', { EvaluateLowSampleCountPercentile: 'ignore' }, 'EvaluateLowSampleCountPercentile'],
  ])('%s', async (_what, input, member) => {
    const refused = put(await open(), input as object);
    await expect(refused).rejects.toBeInstanceOf(InvalidParameterValueException);
    await expect(refused).rejects.toThrow(member);
  });

  it('two statistics, and a metric beside metric math', async () => {
    const client = await open();
    await expect(put(client, { Statistic: 'Sum' })).rejects.toBeInstanceOf(InvalidParameterCombinationException);
    await expect(put(client, { Metrics: [] })).rejects.toThrow('must not be given together with Metrics');
  });
});
