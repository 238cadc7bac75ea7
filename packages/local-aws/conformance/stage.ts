import { randomBytes } from 'node:crypto';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { ECRClient } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { STSClient } from '@aws-sdk/client-sts';
import type { Network, Stage } from './step.js';

/** Where an AWS is, and as whom it is asked. Without an endpoint it is the SDK's own: a real account. */
export interface Access {
  readonly region: string;
  readonly endpoint?: string;
  /** Without them the SDK looks for some, as every program of AWS does. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** createStage returns a stage; the same prefix on two of them makes names comparable. */
export function createStage(access: Access, network: Network, prefix: string): Stage {
  return {
    sts: new STSClient(access),
    ecs: new ECSClient(access),
    ecr: new ECRClient(access),
    elb: new ElasticLoadBalancingV2Client(access),
    monitoring: new CloudWatchClient(access),
    // `stream-…`, a host of its own for live tails, is there on AWS alone.
    logs: new CloudWatchLogsClient({ ...access, disableHostPrefix: access.endpoint !== undefined }),
    events: new EventBridgeClient(access),
    network,
    prefix,
    kept: new Map(),
  };
}

/** newPrefix returns a prefix that nobody has used: short, since names of load balancers are. */
export function newPrefix(): string {
  // Begins with a letter beyond f, so that nobody takes it for an id.
  return `slipway-z${randomBytes(3).toString('hex')}`;
}
