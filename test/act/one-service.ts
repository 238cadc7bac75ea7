import { CloudWatchClient, PutMetricAlarmCommand } from '@aws-sdk/client-cloudwatch';
import { CONTAINER, SERVICE } from '@slipway/rehearsal';
import type { EnvironmentAccount } from './roles.js';
import type { WorldWish } from './world.js';

export const STAGING: EnvironmentAccount = {
  ...{ environment: 'staging', accountId: '111122223333', accessKeyId: 'AKIASTAGING', readers: ['production'] },
};
export const PRODUCTION: EnvironmentAccount = {
  ...{ environment: 'production', accountId: '444455556666', accessKeyId: 'AKIAPRODUCTION', readers: [] },
  planners: ['staging'],
};

/** ONE_SERVICE is what examples/consumer names: a service in two accounts, and the alarm that guards production. */
export const ONE_SERVICE: WorldWish = {
  example: 'consumer',
  services: [{ name: SERVICE, container: CONTAINER, isBehindLoadBalancer: true }],
  accounts: [STAGING, PRODUCTION],
  furnish: async ({ ecs }, { environment }) => {
    if (environment !== 'production') return;
    const { endpoint, region, credentials } = ecs.config;
    const cloudWatch = new CloudWatchClient({ ...(endpoint ? { endpoint } : {}), region, credentials });
    await cloudWatch.send(
      new PutMetricAlarmCommand({
        ...{ AlarmName: `${SERVICE}-5xx`, Namespace: 'AWS/ApplicationELB', MetricName: 'HTTPCode_Target_5XX_Count' },
        ...{ Statistic: 'Sum', Period: 60, EvaluationPeriods: 1, Threshold: 10 },
        ...{ ComparisonOperator: 'GreaterThanThreshold', TreatMissingData: 'notBreaching' },
      }),
    );
    cloudWatch.destroy();
  },
};
