import { CloudWatchClient, PutMetricAlarmCommand, PutMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { endOf, green, once, openStage, red, type Stage } from './world.js';

let stage: Stage;
let cloudwatch: CloudWatchClient;
beforeAll(async () => {
  stage = await openStage();
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_REGION: region = '' } = stage.aws.environment;
  cloudwatch = new CloudWatchClient({
    endpoint,
    region,
    credentials: { accessKeyId: 'TEST', secretAccessKey: 'test-key' },
  });
}, 60_000);
afterAll(async () => {
  cloudwatch.destroy();
  await stage.close();
});

describe('Given a check suite', () => {
  it('when the new fleet does not answer as it says, then no production traffic reaches it', async () => {
    const before = stage.calls('ContinueServiceDeployment');
    const end = await stage.deliver('broken', { verify: await stage.suite(200), 'verify-seconds': '30' });
    expect(endOf(end)).toEqual(red('rolled-back', /^DEPLOY_ROLLED_BACK: .*verify/));
    expect(end.outputs['rolled-back-because']).toMatch(/verify/);
    expect(end.stdout).not.toMatch(/production traffic 100 %/);
    expect(stage.calls('ContinueServiceDeployment')).toBe(before);
    expect(await stage.live()).toBe('first');
  }, 60_000);

  it('when it passes, then traffic moves, and the evidence is in report and summary', async () => {
    const end = await stage.deliver('second', { verify: await stage.suite(200) });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect(end.report).toMatchObject({
      gates: expect.arrayContaining([expect.objectContaining({ gate: 'verify', verdict: 'pass' })]),
    });
    expect(end.summary).toMatch(/\| verify \| .* \| pass \|/);
  }, 60_000);

  it('when its checks sign in, then what they sign in with is hidden before the first of them', async () => {
    const verify = await stage.suite(200, 'CHECKS_TOKEN');
    const environment = { ...stage.aws.environment, CHECKS_TOKEN: 'the-token-of-the-suite' };
    const end = await stage.deliver('signed', { verify }, { environment });
    expect(endOf(end)).toEqual(green('succeeded'));
    const masked = end.commands.findIndex(
      ({ name, message }) => name === 'add-mask' && message === environment.CHECKS_TOKEN,
    );
    expect(masked).toBeGreaterThanOrEqual(0);
    expect(end.stdout.replace(`::add-mask::${environment.CHECKS_TOKEN}`, '')).not.toContain(environment.CHECKS_TOKEN);
  }, 60_000);

  it('when it has a mistake, then nothing is deployed', async () => {
    const before = stage.calls('UpdateService');
    const end = await stage.deliver('unseen', { verify: 'no-such-file.yml' });
    expect(end.exitCode).toBe(1);
    expect(end.errors[0]).toContain('no-such-file.yml');
    expect(stage.calls('UpdateService')).toBe(before);
  }, 30_000);
});

describe('Given a program as a gate', () => {
  it('when it exits with 0, then the deployment goes on, and it saw where and at which stage it was', async () => {
    const script = 'console.log(`at ${process.env.STAGE} ${process.env.PERCENT} ${process.env.TEST_URL}`)';
    const end = await stage.deliver('commanded', { command: JSON.stringify([process.execPath, '-e', script]) });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect(end.stdout).toMatch(/at before-traffic 0 http:\/\/127[.\d]+:\d+/);
  }, 60_000);

  it('when it fails, then the deployment is taken back, and its exit code is told', async () => {
    const end = await stage.deliver('refused', {
      command: JSON.stringify([process.execPath, '-e', 'process.exit(7)']),
    });
    expect(endOf(end)).toEqual(red('rolled-back', /^DEPLOY_ROLLED_BACK: .*command.*7/));
    expect(await stage.live()).toBe('commanded');
  }, 60_000);
});

describe('Given an alarm', () => {
  const ALARM = { Namespace: 'Shop', MetricName: 'Errors' };
  const put = (Value: number): Promise<unknown> =>
    cloudwatch.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData: [{ MetricName: 'Errors', Value }] }));
  /** Goes to ALARM by the first error of a minute, and back by none. */
  const create = (AlarmName: string, TreatMissingData = 'notBreaching'): Promise<unknown> =>
    cloudwatch.send(
      new PutMetricAlarmCommand({
        AlarmName,
        ...ALARM,
        Statistic: 'Sum',
        Period: 60,
        EvaluationPeriods: 1,
        Threshold: 1,
        ComparisonOperator: 'GreaterThanOrEqualToThreshold',
        TreatMissingData,
      }),
    );

  it('when it goes off during the deployment, then the deployment is taken back', async () => {
    await create('errors');
    const end = await stage.deliver(
      'alarming',
      { alarms: 'errors', 'bake-minutes': '20' },
      once(/production traffic 100 %/, () => void put(5)),
    );
    expect(endOf(end)).toEqual(red('rolled-back', /^DEPLOY_ROLLED_BACK: .*errors/));
    expect(await stage.live()).toBe('commanded');
  }, 60_000);

  it('when it is in ALARM before, then nothing is begun', async () => {
    await create('always', 'breaching');
    // It is in ALARM from the first evaluation on, which a deployment without it outlasts.
    expect(endOf(await stage.deliver('third'))).toEqual(green('succeeded'));
    const before = stage.calls('UpdateService');
    const end = await stage.deliver('unseen', { alarms: 'always' });
    expect(endOf(end)).toEqual(red('refused', /^DEPLOY_ALARM_ACTIVE: .*always/));
    expect(stage.calls('UpdateService')).toBe(before);
  }, 60_000);

  it('when that is allowed by name, then it goes out, and the plan says what is lost', async () => {
    const end = await stage.deliver('fix', { alarms: 'always', allow: 'active-alarm' });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect(end.stdout).toMatch(/Allowed by name \(active-alarm\).*no alarm takes it back/);
  }, 60_000);

  it('when there is none of that name, then nothing is begun', async () => {
    const end = await stage.deliver('unseen', { alarms: 'errors, eror' });
    expect(end.errors[0]).toMatch(/^DEPLOY_ALARM_NOT_FOUND: .*'eror'/);
  }, 30_000);
});

describe('Given an analysis without traffic', () => {
  const inputs = {
    strategy: 'canary',
    'canary-bake-minutes': '1',
    'bake-minutes': '0',
    analysis: 'true',
    'analysis-minutes': '2',
  };

  it('when nothing is known and that is a failure, then the deployment is taken back', async () => {
    const end = await stage.deliver('unknown', { ...inputs, 'on-inconclusive': 'fail' });
    expect(endOf(end)).toEqual(red('rolled-back', /^DEPLOY_ROLLED_BACK: .*analysis/));
  }, 60_000);

  it('when that is good enough, then it goes on and says that it knew nothing', async () => {
    const end = await stage.deliver('accepted', { ...inputs, 'on-inconclusive': 'pass' });
    expect(endOf(end)).toEqual(green('succeeded'));
    expect(end.stdout).toMatch(/inconclusive|too few requests/i);
  }, 60_000);
});

describe('Given a one-off task before', () => {
  it('when it fails, then nothing is deployed, and its exit code is told', async () => {
    const before = stage.calls('UpdateService');
    const end = await stage.deliver('fails-once', {
      'before-traffic-task': '{ command: [migrate], timeout-minutes: 5 }',
    });
    expect(endOf(end)).toEqual(red('failed', /^DEPLOY_TASK_FAILED: .*4/));
    expect(stage.calls('UpdateService')).toBe(before);
    expect(stage.calls('RunTask')).toBe(1);
  }, 60_000);

  it('when the service itself has no room for it, then that is told', async () => {
    const end = await stage.deliver('no-image', {
      'before-traffic-task': '{ command: [migrate], timeout-minutes: 5 }',
    });
    expect(end.errors[0]).toMatch(/^DEPLOY_TASK_NOT_STARTED: .*CannotPullContainerError/);
  }, 60_000);
});
