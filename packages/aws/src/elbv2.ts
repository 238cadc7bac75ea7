import {
  DescribeRulesCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsConfiguration } from './configuration.js';
import { fromAws } from './errors.js';

/** ElbPort is what the suite asks of Elastic Load Balancing; it only reads. */
export interface ElbPort {
  targetHealth(targetGroupArn: string): Promise<readonly TargetHealthState[]>;
  /** The weighted target groups of a rule's forward action; a single target group counts as weight 1. */
  ruleWeights(ruleArn: string): Promise<readonly { readonly targetGroupArn: string; readonly weight: number }[]>;
}

export interface TargetHealthState {
  /** `ip:port`. */
  readonly target: string;
  /** An open set of AWS's words. */
  readonly state: string;
  readonly reason?: string;
  readonly description?: string;
}

/** createElb returns Elastic Load Balancing behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createElb(configuration: AwsConfiguration): ElbPort {
  const client = new ElasticLoadBalancingV2Client(configuration);
  return {
    targetHealth: async (targetGroupArn) => {
      const answer = await client
        .send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }))
        .catch((error: unknown) => {
          throw fromAws('elasticloadbalancing:DescribeTargetHealth', error);
        });
      return (answer.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth }) => ({
        target: `${Target?.Id ?? ''}:${Target?.Port ?? ''}`,
        state: TargetHealth?.State ?? 'unknown',
        ...(TargetHealth?.Reason === undefined ? {} : { reason: TargetHealth.Reason }),
        ...(TargetHealth?.Description === undefined ? {} : { description: TargetHealth.Description }),
      }));
    },
    ruleWeights: async (ruleArn) => {
      const answer = await client.send(new DescribeRulesCommand({ RuleArns: [ruleArn] })).catch((error: unknown) => {
        throw fromAws('elasticloadbalancing:DescribeRules', error);
      });
      const forward = answer.Rules?.[0]?.Actions?.find((action) => action.Type === 'forward');
      const groups =
        forward?.ForwardConfig?.TargetGroups ??
        (forward?.TargetGroupArn ? [{ TargetGroupArn: forward.TargetGroupArn, Weight: 1 }] : []);
      return groups.map((group) => ({ targetGroupArn: group.TargetGroupArn ?? '', weight: group.Weight ?? 1 }));
    },
  };
}
