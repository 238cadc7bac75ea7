import type { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import type { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import type { ECRClient } from '@aws-sdk/client-ecr';
import type { ECSClient } from '@aws-sdk/client-ecs';
import type { ElasticLoadBalancingV2Client } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import type { STSClient } from '@aws-sdk/client-sts';

/** Stage is one AWS that steps are played on, and what they have found there. */
export interface Stage {
  readonly sts: STSClient;
  readonly ecs: ECSClient;
  readonly ecr: ECRClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly monitoring: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly events: EventBridgeClient;
  /** Where load balancers and tasks go. */
  readonly network: Network;
  /** A prefix of every name, so that nothing of anybody else's is met. */
  readonly prefix: string;
  /** ARNs and the like that later steps need, by a word. */
  readonly kept: Map<string, string>;
}

/** Network is what every account has its own of: a VPC, and within it two subnets and a security group. */
export interface Network {
  readonly vpcId: string;
  readonly subnets: readonly [string, string];
  readonly securityGroup: string;
}

/** Step is one call, made alike on every AWS. */
export interface Step {
  /** `<service>:<Operation>`, as in a policy. */
  readonly operation: string;
  /** What is special about this call of it. */
  readonly what: string;
  readonly send: (stage: Stage) => Promise<object>;
}

/** step returns a step. */
export function step(operation: string, what: string, send: Step['send']): Step {
  return { operation, what, send };
}

/** kept returns what an earlier step has kept; a word that is no ARN when that step failed. */
export function kept(stage: Stage, word: string): string {
  return stage.kept.get(word) ?? `missing-${word}`;
}
