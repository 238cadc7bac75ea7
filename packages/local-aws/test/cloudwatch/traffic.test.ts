import { describe, expect, it } from '@jest/globals';
import { GetMetricDataCommand, ListMetricsCommand } from '@aws-sdk/client-cloudwatch';
import { RegisterTargetsCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { UpdateServiceCommand } from '@aws-sdk/client-ecs';
import type { SimulatedBehaviour } from '../../src/index.js';
import { localAwsPerTest } from '../running.js';
import { buildWeb, createWebService, REGION, until, type Web } from './web.js';

const start = localAwsPerTest();
const MINUTE_MS = 500;

async function open(behaviour: SimulatedBehaviour = {}): Promise<Web> {
  const web = await buildWeb(await start({ minuteMs: MINUTE_MS, region: REGION, simulate: () => behaviour }));
  await createWebService(web.ecs, {
    loadBalancers: [{ targetGroupArn: web.groups[0], containerName: 'app', containerPort: 8080 }],
  });
  return web;
}

const dimensionsOf = (web: Web, group?: string) => [
  { Name: 'LoadBalancer', Value: web.loadBalancerArn.replace(/^.*:loadbalancer\//, '') },
  ...(group === undefined ? [] : [{ Name: 'TargetGroup', Value: group.replace(/^.*:(?=targetgroup\/)/, '') }]),
];

/** What a metric has been so far: the values of all minutes that are over. */
async function valuesOf(web: Web, [MetricName, Stat]: readonly [string, string], group?: string): Promise<number[]> {
  const { MetricDataResults } = await web.cloudWatch.send(
    new GetMetricDataCommand({
      MetricDataQueries: [
        {
          Id: 'values',
          MetricStat: {
            Metric: { Namespace: 'AWS/ApplicationELB', MetricName, Dimensions: dimensionsOf(web, group) },
            Period: 60,
            Stat,
          },
        },
      ],
      StartTime: new Date(Date.now() - 60_000),
      EndTime: new Date(),
    }),
  );
  return MetricDataResults?.[0]?.Values ?? [];
}

/** Adds up what was counted, once the minute is over in which it was. */
async function untilSum(web: Web, metric: string, { group, sum }: { group?: string | undefined; sum: number }) {
  return until(
    async () => (await valuesOf(web, [metric, 'Sum'], group)).reduce((total, value) => total + value, 0),
    (total) => total === sum,
  );
}

async function statusesOf(url: string, paths: readonly string[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const path of paths) {
    const response = await fetch(`${url}${path}`, { redirect: 'manual' });
    await response.arrayBuffer();
    statuses.push(response.status);
  }
  return statuses;
}

describe('the metrics of a load balancer', () => {
  it('count a minute of requests by target group and status once it is over; what did not occur is missing', async () => {
    const web = await open({ statusByPath: { '/bad': 500, '/lost': 404, '/moved': 302 } });
    const [group] = web.groups;
    const paths = ['/', '/', '/', '/bad', '/bad', '/lost', '/moved'];
    expect(await statusesOf(web.url, paths)).toEqual([200, 200, 200, 500, 500, 404, 302]);
    await untilSum(web, 'RequestCount', { group, sum: 7 });
    await untilSum(web, 'HTTPCode_Target_2XX_Count', { group, sum: 3 });
    await untilSum(web, 'HTTPCode_Target_3XX_Count', { group, sum: 1 });
    await untilSum(web, 'HTTPCode_Target_4XX_Count', { group, sum: 1 });
    await untilSum(web, 'HTTPCode_Target_5XX_Count', { group, sum: 2 });
    await untilSum(web, 'RequestCount', { sum: 7 });
    expect(await valuesOf(web, ['HTTPCode_ELB_5XX_Count', 'Sum'])).toEqual([]);
    expect(await valuesOf(web, ['TargetConnectionErrorCount', 'Sum'], group)).toEqual([]);
    expect(await valuesOf(web, ['RequestCount', 'Sum'], web.groups[1])).toEqual([]);
    // No request was made in the minutes before and after: they are not zero, they are not there.
    expect((await valuesOf(web, ['RequestCount', 'Sum'], group)).every((value) => value > 0)).toBe(true);
  });

  it('know how long targets take, by percentile, in real seconds', async () => {
    const web = await open({ slowMs: 40 });
    await statusesOf(web.url, ['/', '/', '/', '/']);
    const [p50] = await until(
      () => valuesOf(web, ['TargetResponseTime', 'p50'], web.groups[0]),
      (values) => values.length > 0,
    );
    expect(p50).toBeGreaterThanOrEqual(0.038);
    expect(p50).toBeLessThan(1);
  });

  it('count a target that cannot be reached, and the answer that the load balancer gives in its place', async () => {
    const web = await open();
    await web.ecs.send(new UpdateServiceCommand({ cluster: 'staging', service: 'web', desiredCount: 0 }));
    const [TargetGroupArn] = web.groups;
    const nobody = { Id: '127.77.77.77', Port: 9 };
    await web.elb.send(new RegisterTargetsCommand({ TargetGroupArn, Targets: [nobody] }));
    // With no healthy target left, an ALB tries those that are not.
    await until(
      () => web.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn })),
      ({ TargetHealthDescriptions: targets }) =>
        targets?.length === 1 && targets[0]?.TargetHealth?.State === 'unhealthy',
    );
    expect(await statusesOf(web.url, ['/', '/'])).toEqual([502, 502]);
    await untilSum(web, 'TargetConnectionErrorCount', { group: TargetGroupArn, sum: 2 });
    await untilSum(web, 'HTTPCode_ELB_5XX_Count', { sum: 2 });
    await untilSum(web, 'RequestCount', { group: TargetGroupArn, sum: 2 });
    expect(await valuesOf(web, ['HTTPCode_Target_5XX_Count', 'Sum'], TargetGroupArn)).toEqual([]);
    expect(await valuesOf(web, ['TargetResponseTime', 'Average'], TargetGroupArn)).toEqual([]);
  });

  it('count healthy and unhealthy targets of groups that have any', async () => {
    const web = await open();
    await until(
      () => valuesOf(web, ['HealthyHostCount', 'Minimum'], web.groups[0]),
      ([newest]) => newest === 1,
    );
    expect(await valuesOf(web, ['UnHealthyHostCount', 'Maximum'], web.groups[0])).toContain(0);
    expect(await valuesOf(web, ['HealthyHostCount', 'Maximum'], web.groups[1])).toEqual([]);
  });

  it('are listed with their dimensions', async () => {
    const web = await open();
    await statusesOf(web.url, ['/']);
    const Dimensions = dimensionsOf(web, web.groups[0]);
    const { Metrics } = await until(
      () =>
        web.cloudWatch.send(new ListMetricsCommand({ Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount' })),
      (answer) => answer.Metrics?.length === 2,
    );
    expect(Metrics).toContainEqual({ Namespace: 'AWS/ApplicationELB', MetricName: 'RequestCount', Dimensions });
  });
});
