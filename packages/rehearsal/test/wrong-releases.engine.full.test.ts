import { setTimeout } from 'node:timers/promises';
import { CloudWatchClient, DescribeAlarmsCommand, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REGION } from '../src/aws.js';
import { runningDigests } from '../src/digests.js';
import { renderLast, lastDelivery } from '../src/report.js';
import { leftovers } from './play.js';
import { openReleases, type Releases, type TriedRelease } from './releases.js';

/** Faster than the rehearsal's: a crash a minute after the first request comes while the canary is judged. */
const MINUTE_MS = 3_000;
/** Half a minute each with real containers: as many as there is time for. good-releases.full.test.ts has twenty. */
const GOOD_RELEASES = 3;
const ALARM = 'web-5xx';

let releases: Releases;
let cloudWatch: CloudWatchClient;
/** What is printed at the end: what each wrong release cost users. */
const figures: string[] = [];

beforeAll(async () => {
  releases = await openReleases(MINUTE_MS);
  cloudWatch = openCloudWatch();
  await putAlarm();
}, 180_000);

afterAll(async () => {
  process.stderr.write(`${figures.join('\n')}\n`);
  cloudWatch.destroy();
  expect(await releases.close()).toEqual([]);
  expect(await leftovers()).toBe('');
}, 120_000);

function openCloudWatch(): CloudWatchClient {
  const { environment } = releases.play.job.aws;
  const { AWS_ENDPOINT_URL: endpoint = '', AWS_ACCESS_KEY_ID: accessKeyId = '' } = environment;
  const credentials = { accessKeyId, secretAccessKey: environment['AWS_SECRET_ACCESS_KEY'] ?? '' };
  return new CloudWatchClient({ endpoint, region: REGION, credentials });
}

/** More than two answers with 5xx in one minute, of all targets. */
async function putAlarm(): Promise<void> {
  const loadBalancer = releases.environment.listenerArn.split('listener/')[1]?.split('/').slice(0, -1).join('/');
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: ALARM,
      Namespace: 'AWS/ApplicationELB',
      MetricName: 'HTTPCode_Target_5XX_Count',
      Dimensions: [{ Name: 'LoadBalancer', Value: loadBalancer }],
      Statistic: 'Sum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 2,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    }),
  );
}

/** A deployment with an alarm in ALARM is refused: the release before may have left it so for another minute. */
async function alarmIsOk(): Promise<void> {
  for (;;) {
    const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [ALARM] }));
    if (MetricAlarms[0]?.StateValue === 'OK') return;
    await setTimeout(100);
  }
}

/** A release that has to be taken back. */
interface WrongRelease extends Omit<TriedRelease, 'version'> {
  /** By whom, in the words of whoever found it. */
  readonly because: RegExp;
  /** The most of the traffic that it may have been given, in percent; a tenth is usually enough to tell. */
  readonly most?: number;
}

const WRONG: readonly (readonly [string, WrongRelease])[] = [
  [
    'errors on 5 % of the requests',
    { because: /^analysis: \d+ of \d+ requests to the new fleet failed/, variables: { FAULT: 'errors' } },
  ],
  [
    'three times the latency',
    {
      because: /^analysis: \d+ of \d+ requests to the new fleet were slow/,
      variables: { FAULT: 'slow' },
      inputs: { 'slow-seconds': '0.5' },
      // Every answer takes a quarter of a second, and then three quarters.
      load: { slowShare: 1, slowMs: 250, ratePerSecond: 100 },
    },
  ],
  [
    'a crash a minute after the first request',
    {
      because: /stopped by themselves.*exit code 3|^analysis: |circuit breaker/,
      variables: { FAULT: 'crash', FAULT_AFTER_MS: String(MINUTE_MS) },
      // Answers that break off are counted for no target group: the third task that stops is what tells, minutes after
      // the first request. A canary that is over by then has nothing to protect.
      inputs: { 'canary-bake-minutes': '5' },
    },
  ],
  [
    'health checks that never pass',
    { because: /circuit breaker|stopped by themselves/, most: 0, variables: { FAULT: 'never-healthy' } },
  ],
  [
    'memory that runs out',
    {
      because: /stopped by themselves.*OutOfMemoryError|^analysis: |circuit breaker/,
      // Answers that break off are counted for no target group: the tasks that stop are what tells, and the third may
      // stop after the analysis has passed.
      most: 100,
      variables: { FAULT: 'leak' },
    },
  ],
  [
    'errors, by an alarm alone',
    {
      // ECS watches it as well as the gate: whoever looks first.
      because: /^alarms: web-5xx is in ALARM|because the alarm web-5xx went to ALARM/,
      variables: { FAULT: 'errors' },
      inputs: { analysis: 'false', alarms: ALARM, 'canary-bake-minutes': '10' },
    },
  ],
];

describe('a wrong release on real containers, under load', () => {
  it.each(WRONG)(
    'is taken back by itself: %s',
    async (title, { because, most = 10, ...release }) => {
      await alarmIsOk();
      const before = await releases.running();
      const digests = await runningDigests(releases.play.job.aws, 'staging');
      const delivery = await releases.deliver({ version: 'wrong', ...release });
      const last = lastDelivery([delivery]);
      figures.push(`${title}: ${last ? renderLast(last) : 'no figures'}`);
      expect({ outcome: delivery.outcome, errors: delivery.steps.at(-1)?.errors }).toMatchObject({ outcome: 'rolled-back' });
      expect(delivery.takeBack?.because).toMatch(because);
      expect(delivery.takeBack).toMatchObject({ percentAtEnd: 0 });
      expect(delivery.takeBack?.highestPercent).toBeLessThanOrEqual(most);
      expect(await releases.running()).toBe(before);
      expect(await runningDigests(releases.play.job.aws, 'staging')).toEqual(digests);
    },
    180_000,
  );
});

describe('a good release on real containers, under load', () => {
  it(`survives the same gates: ${GOOD_RELEASES} of ${GOOD_RELEASES}`, async () => {
    for (let count = 1; count <= GOOD_RELEASES; count += 1) {
      await alarmIsOk();
      const delivery = await releases.deliver({
        version: `good-${count}`,
        inputs: { 'slow-seconds': '0.2', alarms: ALARM },
        load: { slowShare: 0 },
      });
      const { total, failed } = delivery.requests;
      figures.push(`good ${count}: ${delivery.outcome}, ${failed} of ${total} requests failed, ${delivery.seconds.toFixed(1)} s`);
      const { errors } = delivery.steps.at(-1) ?? {};
      expect({ count, outcome: delivery.outcome, failed, errors }).toMatchObject({ outcome: 'succeeded', failed: 0 });
    }
  }, 600_000);
});
