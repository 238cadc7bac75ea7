import { describe, expect, it } from '@jest/globals';
import { PutMetricAlarmCommand, SetAlarmStateCommand, type StateValue } from '@aws-sdk/client-cloudwatch';
import { DescribeServicesCommand, type DeploymentConfiguration, type ECSClient } from '@aws-sdk/client-ecs';
import type { SimulatedBehaviour } from '../../src/index.js';
import { localAwsPerTest } from '../running.js';
import { buildWeb, createWebService, deploy, describeDeployment, REGION, until, untilEnded, type Web } from './web.js';

const start = localAwsPerTest();

async function open(behaviour: SimulatedBehaviour = {}, minuteMs = 1_000): Promise<Web> {
  const simulate = (image: string): SimulatedBehaviour => (image === 'web:2' ? behaviour : {});
  return buildWeb(await start({ minuteMs, region: REGION, simulate }));
}

/** An alarm on a metric that nobody publishes: it goes only where it is put. */
async function putAlarm({ cloudWatch }: Web, AlarmName: string): Promise<void> {
  const watched = { Namespace: 'shop', MetricName: 'orders', Statistic: 'Sum', Period: 60 } as const;
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName,
      ...watched,
      EvaluationPeriods: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'ignore',
    }),
  );
}

async function set({ cloudWatch }: Web, AlarmName: string, StateValue: StateValue): Promise<void> {
  await cloudWatch.send(new SetAlarmStateCommand({ AlarmName, StateValue, StateReason: 'a test says so' }));
}

const watching = (rollback: boolean, ...alarmNames: string[]): DeploymentConfiguration => ({
  alarms: { alarmNames, enable: true, rollback },
});

async function inProgress(ecs: ECSClient, arn: string): Promise<void> {
  await until(
    () => describeDeployment(ecs, arn),
    ({ status }) => status === 'IN_PROGRESS',
  );
}

async function eventsOf(ecs: ECSClient): Promise<string> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster: 'staging', services: ['web'] }));
  return (services?.[0]?.events ?? []).map(({ message }) => message).join('\n');
}

describe('deployment alarms', () => {
  it('take a deployment back when one goes to ALARM', async () => {
    const web = await open();
    await createWebService(web.ecs);
    await putAlarm(web, 'first');
    await putAlarm(web, 'second');
    const arn = await deploy(web.ecs, '2', { ...watching(true, 'first', 'second'), bakeTimeInMinutes: 60 });
    await inProgress(web.ecs, arn);
    expect((await describeDeployment(web.ecs, arn)).alarms).toEqual({
      status: 'MONITORING',
      alarmNames: ['first', 'second'],
      triggeredAlarmNames: [],
    });
    await set(web, 'second', 'ALARM');
    expect(await untilEnded(web.ecs, arn)).toMatchObject({
      status: 'ROLLBACK_SUCCESSFUL',
      statusReason: 'Service deployment rolled back because the alarm second went to ALARM.',
      alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['second'] },
      rollback: { reason: 'Service deployment rolled back because the alarm second went to ALARM.' },
    });
    expect(await eventsOf(web.ecs)).toMatch(/\(deployment ecs-svc\/\d+\) deployment failed: alarm detected\./);
  });

  it('are ignored for a whole deployment when one is in ALARM as it starts', async () => {
    const web = await open();
    await createWebService(web.ecs);
    await putAlarm(web, 'first');
    await putAlarm(web, 'second');
    await set(web, 'first', 'ALARM');
    const arn = await deploy(web.ecs, '2', { ...watching(true, 'first', 'second'), bakeTimeInMinutes: 1 });
    await inProgress(web.ecs, arn);
    await set(web, 'first', 'OK');
    await set(web, 'second', 'ALARM');
    expect(await untilEnded(web.ecs, arn)).toMatchObject({
      status: 'SUCCESSFUL',
      alarms: { status: 'DISABLED', triggeredAlarmNames: [] },
    });
  });

  it('only end a deployment when they are not to roll back', async () => {
    const web = await open();
    await createWebService(web.ecs);
    await putAlarm(web, 'only');
    const arn = await deploy(web.ecs, '2', { ...watching(false, 'only'), bakeTimeInMinutes: 60 });
    await inProgress(web.ecs, arn);
    await set(web, 'only', 'ALARM');
    expect(await untilEnded(web.ecs, arn)).toMatchObject({ status: 'STOPPED', alarms: { status: 'TRIGGERED' } });
  });

  it('have a rolling update bake as long as they look back, and are then done', async () => {
    const web = await open({}, 200);
    await createWebService(web.ecs);
    await putAlarm(web, 'only');
    const done = await untilEnded(web.ecs, await deploy(web.ecs, '2', watching(true, 'only')));
    expect(done).toMatchObject({ status: 'SUCCESSFUL', alarms: { status: 'MONITORING_COMPLETE' } });
    // Two periods of 60 s, at 200 ms each.
    const tookMs = (done.finishedAt?.getTime() ?? 0) - (done.startedAt?.getTime() ?? 0);
    expect(tookMs).toBeGreaterThanOrEqual(400);
    await set(web, 'only', 'ALARM');
    expect((await describeDeployment(web.ecs, done.serviceDeploymentArn ?? '')).alarms?.status).toBe(
      'MONITORING_COMPLETE',
    );
  });

  it('have to exist', async () => {
    const web = await open();
    await createWebService(web.ecs);
    await expect(deploy(web.ecs, '2', watching(true, 'none'))).rejects.toThrow('name none, which does not exist');
    await expect(deploy(web.ecs, '2', watching(true))).rejects.toThrow('alarmNames can not be empty');
  });
});

it('an alarm on what the load balancer counted takes a blue/green deployment back while it bakes', async () => {
  const web = await open({ statusByPath: { '/': 500 } });
  await createWebService(web.ecs, {
    loadBalancers: web.loadBalancers,
    deploymentConfiguration: { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 0 },
  });
  const LoadBalancer = web.loadBalancerArn.replace(/^.*:loadbalancer\//, '');
  await web.cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: 'errors',
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [
        { Name: 'TargetGroup', Value: web.groups[1]?.replace(/^.*:(?=targetgroup\/)/, '') },
        { Name: 'LoadBalancer', Value: LoadBalancer },
      ],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
  const arn = await deploy(web.ecs, '2', { ...watching(true, 'errors'), bakeTimeInMinutes: 60 });
  await until(
    () => describeDeployment(web.ecs, arn),
    ({ lifecycleStage }) => lifecycleStage === 'BAKE_TIME',
  );
  expect((await fetch(web.url)).status).toBe(500);
  expect(await untilEnded(web.ecs, arn)).toMatchObject({
    status: 'ROLLBACK_SUCCESSFUL',
    alarms: { status: 'TRIGGERED', triggeredAlarmNames: ['errors'] },
  });
  expect((await fetch(web.url)).status).toBe(200);
});
