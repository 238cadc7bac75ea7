import type { CloudWatchPort, EcsPort, ElbPort, LogsPort, StsPort } from '@slipway/aws';
import type { Clock } from '@slipway/core';
import type { Log } from '@slipway/runtime';

/** What a deployment needs of AWS. */
export interface AwsPorts {
  readonly ecs: EcsPort;
  readonly elb: ElbPort;
  readonly cloudwatch: CloudWatchPort;
  readonly logs: LogsPort;
  readonly sts: StsPort;
}

/** What every part of a deployment may use of its surroundings. */
export interface Surroundings {
  readonly aws: AwsPorts;
  readonly clock: Clock;
  readonly log: Log;
}
