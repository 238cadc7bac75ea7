import type {
  GetMetricDataInput,
  GetMetricStatisticsInput,
  ListMetricsInput,
  PutMetricDataInput,
} from '@aws-sdk/client-cloudwatch';
import type { AlarmStates } from '../../alarm-states.js';
import type { AwsService, Operation } from '../../service.js';
import type { HostCount, TrafficObserver } from '../../traffic.js';
import type { World } from '../../world.js';
import { alarmOperations } from './alarm-operations.js';
import { Alarms } from './alarms.js';
import { getMetricData } from './get-metric-data.js';
import { getMetricStatistics } from './get-metric-statistics.js';
import { listMetrics } from './list-metrics.js';
import { Metrics } from './metrics.js';
import { operation } from './operations.js';
import { createTrafficMetrics } from './publish-traffic.js';
import { putMetricData } from './put-metric-data.js';
import { loop } from './world-loop.js';

/** CloudWatchService is CloudWatch as its callers see it, and as other services use it from within. */
export type CloudWatchService = AwsService & {
  /** Hears of load balancers' requests. */
  readonly traffic: TrafficObserver;
  /** The alarms of the world's region, for ECS. */
  readonly alarmStates: AlarmStates;
  /** watch begins to evaluate alarms, and to count the healthy targets of target groups. */
  watch(hosts: () => readonly HostCount[]): void;
};

/** How often targets are counted: often enough for a minute's minimum and maximum to differ. */
const COUNT_HOSTS_SECONDS = 10;

/** createCloudWatchService makes a CloudWatch whose periods are minutes of the world. */
export function createCloudWatchService(world: World): CloudWatchService {
  const { time } = world;
  const metrics = new Metrics(time);
  const alarms = new Alarms(metrics, time);
  const traffic = createTrafficMetrics(metrics);
  const closing = new AbortController();
  return {
    id: 'monitoring',
    protocol: { kind: 'json', version: '1.0', targetPrefix: 'GraniteServiceVersion20100801' },
    operations: { ...metricOperations(metrics, world), ...alarmOperations(alarms) },
    traffic,
    alarmStates: alarmStatesOf(alarms, world.region),
    watch: (hosts) => {
      const countHosts = { seconds: () => COUNT_HOSTS_SECONDS, run: () => traffic.hostsCounted(hosts()) };
      // A metric of AWS's own is there when its minute is over; that is the moment to look.
      const evaluateAlarms = { seconds: () => secondsLeft(metrics, world), run: () => alarms.evaluateAll() };
      for (const each of [countHosts, evaluateAlarms]) void loop(time, { ...each, signal: closing.signal });
    },
    state: () => ({
      ...metrics.size(),
      alarms: alarms.list(world.region).map(({ settings, state, reason }) => ({ name: settings.name, state, reason })),
    }),
    close: () => {
      closing.abort();
      return Promise.resolve();
    },
  };
}

function metricOperations(metrics: Metrics, { time }: World): Readonly<Record<string, Operation>> {
  return {
    ...operation<PutMetricDataInput>('PutMetricData', (input, { region }) =>
      putMetricData({ metrics, time, region }, input),
    ),
    ...operation<GetMetricDataInput>('GetMetricData', (input, { region }) => getMetricData(metrics, input, region)),
    ...operation<GetMetricStatisticsInput>('GetMetricStatistics', (input, { region }) =>
      getMetricStatistics(metrics, input, region),
    ),
    ...operation<ListMetricsInput>('ListMetrics', (input, { region }) => listMetrics(metrics, input, region)),
  };
}

function secondsLeft(metrics: Metrics, { time }: World): number {
  const leftMs = metrics.startOf(metrics.currentMinute() + 1).getTime() - time.now().getTime();
  return (leftMs / time.minuteMs) * 60;
}

function alarmStatesOf(alarms: Alarms, region: string): AlarmStates {
  return {
    alarm: (name) => {
      const alarm = alarms.find(region, name);
      if (!alarm) return undefined;
      const { periodMinutes, evaluationPeriods } = alarm.settings;
      return { state: alarm.state, evaluationSeconds: periodMinutes * 60 * evaluationPeriods };
    },
    onAlarm: (listener) =>
      alarms.onChange(({ region: changed, settings, state }) => {
        if (changed === region && state === 'ALARM') listener(settings.name);
      }),
  };
}
