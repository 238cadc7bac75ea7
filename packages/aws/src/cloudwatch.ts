import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';
import type { CloudWatchPort, TargetGroupMinutes, TargetGroupQuery } from './cloudwatch-types.js';
import type { AwsConfiguration } from './configuration.js';
import { named } from './named.js';

/** DescribeAlarms takes at most so many names (API reference). */
const NAMES_PER_CALL = 100;
/** ELB's metrics have a period of a minute. */
const PERIOD_SECONDS = 60;
const MINUTE_MS = 60_000;

/** createCloudWatch returns CloudWatch behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createCloudWatch(configuration: AwsConfiguration): CloudWatchPort {
  return cloudWatchOver(new CloudWatchClient(configuration));
}

/** cloudWatchOver returns CloudWatch behind a client that is there. */
export function cloudWatchOver(client: CloudWatchClient): CloudWatchPort {
  return {
    alarms: async (names) => {
      const found = [];
      for (let at = 0; at < names.length; at += NAMES_PER_CALL) {
        const AlarmNames = names.slice(at, at + NAMES_PER_CALL);
        const answer = await client
          .send(new DescribeAlarmsCommand({ AlarmNames, AlarmTypes: ['MetricAlarm', 'CompositeAlarm'] }))
          .catch(named('cloudwatch:DescribeAlarms'));
        found.push(...(answer.MetricAlarms ?? []), ...(answer.CompositeAlarms ?? []));
      }
      return found.map((alarm) => ({
        name: alarm.AlarmName ?? '',
        state: alarm.StateValue ?? 'UNKNOWN',
        ...(alarm.StateReason === undefined ? {} : { reason: alarm.StateReason }),
        ...(alarm.StateUpdatedTimestamp === undefined ? {} : { updatedAt: alarm.StateUpdatedTimestamp }),
      }));
    },
    targetGroupMinutes: async (query) => {
      const minuteMs = query.minuteMs ?? MINUTE_MS;
      const since = Math.floor(query.since / minuteMs) * minuteMs;
      // The minute that is not over would be counted too low.
      const until = Math.floor(query.now / minuteMs) * minuteMs;
      if (until <= since) return query.targetGroups.map((targetGroup) => ({ targetGroup, minutes: [] }));
      const results = await fetchAll(client, { query, since, until });
      return query.targetGroups.map((targetGroup, at) => minutesOf(results, { targetGroup, at, since, until, query }));
    },
  };
}

interface Span {
  readonly since: number;
  readonly until: number;
}

async function fetchAll(
  client: CloudWatchClient,
  { query, since, until }: Span & { readonly query: TargetGroupQuery },
): Promise<ReadonlyMap<string, ReadonlyMap<number, number>>> {
  const values = new Map<string, Map<number, number>>();
  let NextToken: string | undefined;
  do {
    const answer = await client
      .send(
        new GetMetricDataCommand({
          StartTime: new Date(since),
          EndTime: new Date(until),
          ScanBy: 'TimestampAscending',
          MetricDataQueries: query.targetGroups.flatMap((group, at) => queriesOf(query, group, at)),
          ...(NextToken ? { NextToken } : {}),
        }),
      )
      .catch(named('cloudwatch:GetMetricData'));
    for (const result of answer.MetricDataResults ?? []) collect(values, result);
    NextToken = answer.NextToken;
  } while (NextToken);
  return values;
}

function collect(
  values: Map<string, Map<number, number>>,
  { Id = '', Timestamps = [], Values = [] }: MetricDataResult,
) {
  const series = values.get(Id) ?? new Map<number, number>();
  values.set(Id, series);
  Timestamps.forEach((at, index) => series.set(at.getTime(), Values[index] ?? 0));
}

/** One identifier per metric and group: `requests0`, `failures0`, `connections0`, `fast0`. */
function queriesOf(query: TargetGroupQuery, targetGroup: string, at: number): MetricDataQuery[] {
  const metric = (id: string, name: string, stat: string): MetricDataQuery => ({
    Id: `${id}${at}`,
    MetricStat: {
      Metric: {
        Namespace: 'AWS/ApplicationELB',
        MetricName: name,
        Dimensions: [
          { Name: 'LoadBalancer', Value: query.loadBalancer },
          { Name: 'TargetGroup', Value: targetGroup },
        ],
      },
      Period: PERIOD_SECONDS,
      Stat: stat,
    },
  });
  return [
    metric('requests', 'RequestCount', 'Sum'),
    metric('failures', 'HTTPCode_Target_5XX_Count', 'Sum'),
    metric('connections', 'TargetConnectionErrorCount', 'Sum'),
    ...(query.slowerThanSeconds === undefined
      ? []
      : [metric('fast', 'TargetResponseTime', `PR(:${query.slowerThanSeconds})`)]),
  ];
}

interface Reading extends Span {
  readonly targetGroup: string;
  readonly at: number;
  readonly query: TargetGroupQuery;
}

/** A count that is 0 is not published: what is missing is 0. */
function minutesOf(
  values: ReadonlyMap<string, ReadonlyMap<number, number>>,
  { targetGroup, at, since, until, query }: Reading,
): TargetGroupMinutes {
  const read = (id: string, minute: number): number => values.get(`${id}${at}`)?.get(minute) ?? 0;
  const minutes = [];
  for (let minute = since; minute < until; minute += query.minuteMs ?? MINUTE_MS) {
    const requests = read('requests', minute);
    const errors = Math.min(requests, read('failures', minute) + read('connections', minute));
    const fast = values.get(`fast${at}`)?.get(minute);
    const slow = fast === undefined ? 0 : Math.round(((100 - fast) / 100) * requests);
    minutes.push({ at: minute, requests, errors, ...(query.slowerThanSeconds === undefined ? {} : { slow }) });
  }
  return { targetGroup, minutes };
}
