import {
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  type TargetHealthDescription,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { AwsConfiguration } from './configuration.js';
import type { ElbPort, TargetGroupState, TargetHealthState } from './elbv2-types.js';
import { awsErrorName, fromAws } from './errors.js';
import { named } from './named.js';

/** createElb returns Elastic Load Balancing behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createElb(configuration: AwsConfiguration): ElbPort {
  return elbOver(new ElasticLoadBalancingV2Client(configuration));
}

/** elbOver returns Elastic Load Balancing behind a client that is there. */
export function elbOver(client: ElasticLoadBalancingV2Client): ElbPort {
  return {
    targetHealth: async (targetGroupArn) => {
      const answer = await client
        .send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn }))
        .catch(named('elasticloadbalancing:DescribeTargetHealth'));
      return (answer.TargetHealthDescriptions ?? []).map(readHealth);
    },
    ruleWeights: (ruleArn) => readWeights(client, ruleArn),
    targetGroup: (arn) => readTargetGroup(client, arn),
    loadBalancer: async (arn) => {
      const call = client.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] }));
      const answer = await absent('elasticloadbalancing:DescribeLoadBalancers', 'LoadBalancerNotFoundException', call);
      const found = answer?.LoadBalancers?.[0];
      return found && { arn, type: found.Type ?? 'unknown', dnsName: found.DNSName ?? '' };
    },
    listener: async (arn) => {
      const call = client.send(new DescribeListenersCommand({ ListenerArns: [arn] }));
      const answer = await absent('elasticloadbalancing:DescribeListeners', 'ListenerNotFoundException', call);
      const found = answer?.Listeners?.[0];
      return (
        found && {
          arn,
          loadBalancerArn: found.LoadBalancerArn ?? '',
          port: found.Port ?? 0,
          protocol: found.Protocol ?? 'unknown',
        }
      );
    },
  };
}

/** Turns AWS's exception for what does not exist into undefined. */
async function absent<T>(operation: string, exception: string, call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    const name = awsErrorName(error);
    // The query protocol gives the name with or without its ending.
    if (name !== undefined && exception.startsWith(name)) return undefined;
    throw fromAws(operation, error);
  }
}

function readHealth({ Target, TargetHealth }: TargetHealthDescription): TargetHealthState {
  return {
    target: `${Target?.Id ?? ''}:${Target?.Port ?? ''}`,
    state: TargetHealth?.State ?? 'unknown',
    ...(TargetHealth?.Reason === undefined ? {} : { reason: TargetHealth.Reason }),
    ...(TargetHealth?.Description === undefined ? {} : { description: TargetHealth.Description }),
  };
}

async function readWeights(client: ElasticLoadBalancingV2Client, ruleArn: string): ReturnType<ElbPort['ruleWeights']> {
  const answer = await client
    .send(new DescribeRulesCommand({ RuleArns: [ruleArn] }))
    .catch(named('elasticloadbalancing:DescribeRules'));
  const forward = answer.Rules?.[0]?.Actions?.find((action) => action.Type === 'forward');
  const groups =
    forward?.ForwardConfig?.TargetGroups ??
    (forward?.TargetGroupArn ? [{ TargetGroupArn: forward.TargetGroupArn, Weight: 1 }] : []);
  return groups.map((group) => ({ targetGroupArn: group.TargetGroupArn ?? '', weight: group.Weight ?? 1 }));
}

const DELAY = 'deregistration_delay.timeout_seconds';

async function readTargetGroup(
  client: ElasticLoadBalancingV2Client,
  arn: string,
): Promise<TargetGroupState | undefined> {
  const call = client.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [arn] }));
  const answer = await absent('elasticloadbalancing:DescribeTargetGroups', 'TargetGroupNotFoundException', call);
  const found = answer?.TargetGroups?.[0];
  if (!found) return undefined;
  const { Attributes = [] } = await client
    .send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: arn }))
    .catch(named('elasticloadbalancing:DescribeTargetGroupAttributes'));
  const delay = Attributes.find(({ Key }) => Key === DELAY)?.Value;
  return {
    arn,
    name: found.TargetGroupName ?? '',
    loadBalancerArns: found.LoadBalancerArns ?? [],
    ...(found.HealthCheckIntervalSeconds === undefined
      ? {}
      : { healthCheckIntervalSeconds: found.HealthCheckIntervalSeconds }),
    ...(delay === undefined ? {} : { deregistrationDelaySeconds: Number(delay) }),
  };
}
