import { describe, expect, it } from '@jest/globals';
import { createManualTime } from '../../src/manual-time.js';
import { createCloudWatchService } from '../../src/services/cloudwatch/index.js';
import type { World } from '../../src/world.js';

const context = { accountId: '123456789012', region: 'us-east-1', accessKeyId: 'A', requestId: 'r' };
const BALANCER = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/1';
const GROUP = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/2';

function open() {
  const time = createManualTime({ startsAt: new Date('2026-11-20T12:00:00Z') });
  const world: World = {
    ...{ accountId: context.accountId, region: context.region, time, draining: true, instanceId: 'test' },
    endpointForTasks: () => undefined,
  };
  const service = createCloudWatchService(world);
  const call = async <Output>(operation: string, input: object): Promise<Output> =>
    (await service.operations[operation]?.(input as Record<string, unknown>, context)) as Output;
  return { time, service, call };
}

const dimensions = [
  { Name: 'TargetGroup', Value: 'targetgroup/blue/2' },
  { Name: 'LoadBalancer', Value: 'app/web/1' },
];
const errors = { Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_Target_5XX_Count', Dimensions: dimensions };

/** So many answers of a target in the minute that is going on, each after so many milliseconds. */
function answers({ service }: ReturnType<typeof open>, outcome: 'target2xx' | 'target5xx', ...responseMs: number[]) {
  for (const ms of responseMs) {
    service.traffic.requestEnded(BALANCER, {
      ...{ outcome, targetGroupArn: GROUP, reachedTarget: true, connectionFailed: false },
      responseMs: ms,
    });
  }
}

describe('time by hand', () => {
  it('publishes a minute when it is over, with its own time', async () => {
    const on = open();
    const read = async () =>
      (
        await on.call<{ Datapoints: object[] }>('GetMetricStatistics', {
          ...errors,
          MetricName: 'TargetResponseTime',
          ...{ StartTime: Date.parse('2026-11-20T11:00:00Z') / 1000, EndTime: on.time.now().getTime() / 1000 + 1 },
          ...{ Period: 60, Statistics: ['SampleCount', 'Maximum'], ExtendedStatistics: ['p50', 'p99'] },
        })
      ).Datapoints;
    await on.time.advance(90);
    answers(on, 'target2xx', 10, 20, 30, 40);
    expect(await read()).toEqual([]);
    await on.time.advance(30);
    expect(await read()).toEqual([
      {
        Timestamp: new Date('2026-11-20T12:01:00Z'),
        ...{ Unit: 'Seconds', SampleCount: 4, Maximum: 0.04, ExtendedStatistics: { p50: 0.02, p99: 0.04 } },
      },
    ]);
  });

  it('evaluates an alarm at the end of every minute: 2 breaches of 3, and OK when they are over', async () => {
    const on = open();
    on.service.watch(() => []);
    await on.call('PutMetricAlarm', {
      ...{ AlarmName: 'errors', ...errors, Statistic: 'Sum', Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 2 },
      ...{ Threshold: 1, ComparisonOperator: 'GreaterThanOrEqualToThreshold', TreatMissingData: 'notBreaching' },
    });
    const seen: string[] = [];
    on.service.alarmStates.onAlarm((name) => seen.push(name));
    const states: string[] = [];
    for (const count of [0, 1, 0, 2, 0, 0, 0, 0]) {
      await on.time.advance(30);
      answers(on, 'target5xx', ...Array.from({ length: count }, () => 1));
      await on.time.advance(30);
      states.push(on.service.alarmStates.alarm('errors')?.state ?? '');
    }
    // The evaluation range reaches two minutes further back than the three: missing data make room for older ones.
    expect(states).toEqual(['OK', 'OK', 'OK', 'ALARM', 'ALARM', 'ALARM', 'OK', 'OK']);
    expect(seen).toEqual(['errors']);
    await on.service.close();
  });

  it('counts healthy targets six times a minute', async () => {
    const on = open();
    let healthy = 2;
    on.service.watch(() => [{ loadBalancerArn: BALANCER, targetGroupArn: GROUP, healthy, unhealthy: 2 - healthy }]);
    await on.time.advance(35);
    healthy = 1;
    await on.time.advance(25);
    const query = (MetricName: string, Stat: string) => ({
      Id: Stat.toLowerCase(),
      MetricStat: { Metric: { ...errors, MetricName }, Period: 60, Stat },
    });
    const { MetricDataResults } = await on.call<{ MetricDataResults: { Values: number[] }[] }>('GetMetricData', {
      MetricDataQueries: ['Minimum', 'Maximum', 'SampleCount'].map((name) => query('HealthyHostCount', name)),
      ...{ StartTime: Date.parse('2026-11-20T12:00:00Z') / 1000, EndTime: on.time.now().getTime() / 1000 },
    });
    expect(MetricDataResults.map(({ Values }) => Values)).toEqual([[1], [2], [5]]);
    await on.service.close();
  });
});
