import { createCloudWatch, createEcs, createElb, createLogs, createSts, type AwsConfiguration } from '@slipway/aws';
import type { CredentialsLifetime } from '@slipway/delivery';
import type { AwsPorts } from './ports.js';

/** How a run reaches AWS. */
export interface Connection {
  readonly aws: AwsPorts;
  readonly credentials: CredentialsLifetime;
  readonly region: string;
}

/** portsOf returns AWS behind the SDK. */
export function portsOf(configuration: AwsConfiguration): AwsPorts {
  return {
    ecs: createEcs(configuration),
    elb: createElb(configuration),
    cloudwatch: createCloudWatch(configuration),
    logs: createLogs(configuration),
    sts: createSts(configuration),
  };
}
