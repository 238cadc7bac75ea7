import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  ModifyTargetGroupAttributesCommand,
  waitUntilLoadBalancersDeleted,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Stage } from './step.js';

/** Entrance is a load balancer before two target groups, of which blue has all the traffic. */
export interface Entrance {
  readonly balancerArn: string;
  readonly blueArn: string;
  readonly greenArn: string;
  readonly ruleArn: string;
  readonly url: string;
}

const HEALTH = { HealthCheckPath: '/', HealthCheckIntervalSeconds: 5, HealthCheckTimeoutSeconds: 2 };
const DELAY = [{ Key: 'deregistration_delay.timeout_seconds', Value: '10' }];
const WAIT = { maxWaitTime: 600, minDelay: 1, maxDelay: 15 };

/** buildEntrance makes an entrance that the internet can reach, on port 80 where that can be had. */
export async function buildEntrance(stage: Stage): Promise<Entrance> {
  const { elb, network, prefix } = stage;
  const made = await elb.send(
    new CreateLoadBalancerCommand({
      Name: `${prefix}-lb`,
      Subnets: [...network.subnets],
      SecurityGroups: [network.securityGroup],
    }),
  );
  const { LoadBalancerArn = '', DNSName = '' } = made.LoadBalancers?.[0] ?? {};
  const [blueArn, greenArn] = [await group(stage, 'blue'), await group(stage, 'green')];
  const TargetGroups = [
    { TargetGroupArn: blueArn, Weight: 100 },
    { TargetGroupArn: greenArn, Weight: 0 },
  ];
  const Actions = [{ Type: 'forward' as const, ForwardConfig: { TargetGroups } }];
  const listening = { LoadBalancerArn, Protocol: 'HTTP' as const, Port: 80, DefaultActions: Actions };
  const { ListenerArn, Port = 80 } = (await elb.send(new CreateListenerCommand(listening))).Listeners?.[0] ?? {};
  const Conditions = [{ Field: 'path-pattern', Values: ['/*'] }];
  const { Rules } = await elb.send(new CreateRuleCommand({ ListenerArn, Priority: 1, Conditions, Actions }));
  const ruleArn = Rules?.[0]?.RuleArn ?? '';
  return { balancerArn: LoadBalancerArn, blueArn, greenArn, ruleArn, url: `http://${DNSName}:${Port}/` };
}

/** removeEntrance removes all of it. Target groups are in use until the load balancer is gone. */
export async function removeEntrance({ elb }: Stage, entrance: Entrance): Promise<void> {
  const LoadBalancerArns = [entrance.balancerArn];
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: entrance.balancerArn }));
  await waitUntilLoadBalancersDeleted({ client: elb, ...WAIT }, { LoadBalancerArns });
  for (const arn of [entrance.blueArn, entrance.greenArn]) {
    await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
  }
}

async function group({ elb, network, prefix }: Stage, colour: string): Promise<string> {
  const input = { Name: `${prefix}-${colour}`, Protocol: 'HTTP' as const, Port: 80, VpcId: network.vpcId };
  const made = await elb.send(new CreateTargetGroupCommand({ ...input, ...HEALTH, TargetType: 'ip' }));
  const TargetGroupArn = made.TargetGroups?.[0]?.TargetGroupArn ?? '';
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: DELAY }));
  return TargetGroupArn;
}
