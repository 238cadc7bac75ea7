import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateRuleCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteRuleCommand,
  DeleteTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeRulesCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ModifyListenerCommand,
  ModifyLoadBalancerAttributesCommand,
  ModifyRuleCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  RemoveTagsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { kept, step, type Stage, type Step } from '../step.js';

const keep = (s: Stage, word: string, value: string | undefined): void => void s.kept.set(word, value ?? '');
const FIXED = {
  Type: 'fixed-response' as const,
  FixedResponseConfig: { StatusCode: '404', ContentType: 'text/plain' },
};
const DELAY = [{ Key: 'deregistration_delay.timeout_seconds', Value: '5' }];
/** An address of AWS's default VPC; nothing has to answer there. */
const Targets = [{ Id: '172.31.0.10', Port: 8080 }];

const weighted = (s: Stage, blue: number, green: number) => ({
  Type: 'forward' as const,
  ForwardConfig: {
    TargetGroups: [
      { TargetGroupArn: kept(s, 'blue'), Weight: blue },
      { TargetGroupArn: kept(s, 'green'), Weight: green },
    ],
  },
});

/** The ARN of something that was never made, of the same kind as one that was. */
const absent = (s: Stage, word: string): string => kept(s, word).replace(/[0-9a-f]{16}$/, '0000000000000000');

function createGroup(word: string): Step {
  return step('elasticloadbalancing:CreateTargetGroup', word, async (s) => {
    const input = { Name: `${s.prefix}-${word}`, Protocol: 'HTTP' as const, Port: 80, VpcId: s.network.vpcId };
    const output = await s.elb.send(new CreateTargetGroupCommand({ ...input, TargetType: 'ip' }));
    keep(s, word, output.TargetGroups?.[0]?.TargetGroupArn);
    return output;
  });
}

const LOAD_BALANCERS: readonly Step[] = [
  step('elasticloadbalancing:CreateLoadBalancer', 'a new one', async (s) => {
    const input = { Name: `${s.prefix}-lb`, Subnets: [...s.network.subnets], Scheme: 'internal' as const };
    const output = await s.elb.send(new CreateLoadBalancerCommand(input));
    keep(s, 'balancer', output.LoadBalancers?.[0]?.LoadBalancerArn);
    return output;
  }),
  step('elasticloadbalancing:DescribeLoadBalancers', 'by name', (s) =>
    s.elb.send(new DescribeLoadBalancersCommand({ Names: [`${s.prefix}-lb`] })),
  ),
  step('elasticloadbalancing:DescribeLoadBalancers', 'one that is not', (s) =>
    s.elb.send(new DescribeLoadBalancersCommand({ Names: ['none'] })),
  ),
  step('elasticloadbalancing:DescribeLoadBalancerAttributes', 'of a new one', (s) =>
    s.elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn: kept(s, 'balancer') })),
  ),
  step('elasticloadbalancing:ModifyLoadBalancerAttributes', 'the idle timeout', (s) => {
    const Attributes = [{ Key: 'idle_timeout.timeout_seconds', Value: '30' }];
    return s.elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: kept(s, 'balancer'), Attributes }));
  }),
];

const TARGET_GROUPS: readonly Step[] = [
  createGroup('blue'),
  createGroup('green'),
  step('elasticloadbalancing:DescribeTargetGroups', 'by ARN', (s) =>
    s.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [kept(s, 'blue')] })),
  ),
  step('elasticloadbalancing:DescribeTargetGroups', 'one that is not', (s) =>
    s.elb.send(new DescribeTargetGroupsCommand({ TargetGroupArns: [absent(s, 'blue')] })),
  ),
  step('elasticloadbalancing:DescribeTargetGroupAttributes', 'of a new one', (s) =>
    s.elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn: kept(s, 'blue') })),
  ),
  step('elasticloadbalancing:ModifyTargetGroupAttributes', 'the deregistration delay', (s) =>
    s.elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: kept(s, 'blue'), Attributes: DELAY })),
  ),
  step('elasticloadbalancing:ModifyTargetGroup', 'the health check', (s) =>
    s.elb.send(new ModifyTargetGroupCommand({ TargetGroupArn: kept(s, 'blue'), HealthCheckPath: '/health' })),
  ),
  step('elasticloadbalancing:RegisterTargets', 'one', (s) =>
    s.elb.send(new RegisterTargetsCommand({ TargetGroupArn: kept(s, 'blue'), Targets })),
  ),
  step('elasticloadbalancing:DescribeTargetHealth', 'of a group that nothing refers to', (s) =>
    s.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: kept(s, 'blue') })),
  ),
  step('elasticloadbalancing:DeregisterTargets', 'one', (s) =>
    s.elb.send(new DeregisterTargetsCommand({ TargetGroupArn: kept(s, 'blue'), Targets })),
  ),
  step('elasticloadbalancing:DescribeTargetHealth', 'of a group that is not', (s) =>
    s.elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: absent(s, 'blue') })),
  ),
];

const listening = (s: Stage) => ({ LoadBalancerArn: kept(s, 'balancer'), Protocol: 'HTTP' as const, Port: 18_080 });

const LISTENERS: readonly Step[] = [
  step('elasticloadbalancing:CreateListener', 'that answers itself', async (s) => {
    const output = await s.elb.send(new CreateListenerCommand({ ...listening(s), DefaultActions: [FIXED] }));
    keep(s, 'listener', output.Listeners?.[0]?.ListenerArn);
    return output;
  }),
  step('elasticloadbalancing:CreateListener', 'on a port that is taken', (s) =>
    s.elb.send(new CreateListenerCommand({ ...listening(s), DefaultActions: [FIXED] })),
  ),
  step('elasticloadbalancing:ModifyListener', 'to a weighted forward', (s) =>
    s.elb.send(new ModifyListenerCommand({ ListenerArn: kept(s, 'listener'), DefaultActions: [weighted(s, 100, 0)] })),
  ),
  step('elasticloadbalancing:DescribeListeners', 'of a load balancer', (s) =>
    s.elb.send(new DescribeListenersCommand({ LoadBalancerArn: kept(s, 'balancer') })),
  ),
  step('elasticloadbalancing:DescribeListeners', 'one that is not', (s) =>
    s.elb.send(new DescribeListenersCommand({ ListenerArns: [absent(s, 'listener')] })),
  ),
];

const path = [{ Field: 'path-pattern', Values: ['/test/*'] }];
const header = [{ Field: 'http-header', HttpHeaderConfig: { HttpHeaderName: 'X-Test', Values: ['green'] } }];

const RULES: readonly Step[] = [
  step('elasticloadbalancing:CreateRule', 'by path', async (s) => {
    const input = { ListenerArn: kept(s, 'listener'), Priority: 1, Conditions: path, Actions: [weighted(s, 1, 99)] };
    const output = await s.elb.send(new CreateRuleCommand(input));
    keep(s, 'rule', output.Rules?.[0]?.RuleArn);
    return output;
  }),
  step('elasticloadbalancing:CreateRule', 'of a priority that is taken', (s) =>
    s.elb.send(
      new CreateRuleCommand({ ListenerArn: kept(s, 'listener'), Priority: 1, Conditions: path, Actions: [FIXED] }),
    ),
  ),
  step('elasticloadbalancing:CreateRule', 'for a group that is not', (s) => {
    const Actions = [{ Type: 'forward' as const, TargetGroupArn: absent(s, 'green') }];
    const input = { ListenerArn: kept(s, 'listener'), Priority: 2, Conditions: path, Actions };
    return s.elb.send(new CreateRuleCommand(input));
  }),
  step('elasticloadbalancing:ModifyRule', 'the conditions', (s) =>
    s.elb.send(new ModifyRuleCommand({ RuleArn: kept(s, 'rule'), Conditions: header })),
  ),
  step('elasticloadbalancing:ModifyRule', 'the weights', (s) =>
    s.elb.send(new ModifyRuleCommand({ RuleArn: kept(s, 'rule'), Actions: [weighted(s, 0, 100)] })),
  ),
  step('elasticloadbalancing:ModifyRule', 'to a weight that cannot be', (s) =>
    s.elb.send(new ModifyRuleCommand({ RuleArn: kept(s, 'rule'), Actions: [weighted(s, 0, 1_000)] })),
  ),
  step('elasticloadbalancing:DescribeRules', 'of a listener', (s) =>
    s.elb.send(new DescribeRulesCommand({ ListenerArn: kept(s, 'listener') })),
  ),
  step('elasticloadbalancing:DescribeRules', 'one that is not', (s) =>
    s.elb.send(new DescribeRulesCommand({ RuleArns: [absent(s, 'rule')] })),
  ),
];

const TAGS_AND_ENDS: readonly Step[] = [
  step('elasticloadbalancing:AddTags', 'to a group', (s) =>
    s.elb.send(new AddTagsCommand({ ResourceArns: [kept(s, 'blue')], Tags: [{ Key: 'colour', Value: 'blue' }] })),
  ),
  step('elasticloadbalancing:DescribeTags', 'of a group', (s) =>
    s.elb.send(new DescribeTagsCommand({ ResourceArns: [kept(s, 'blue')] })),
  ),
  step('elasticloadbalancing:RemoveTags', 'of a group', (s) =>
    s.elb.send(new RemoveTagsCommand({ ResourceArns: [kept(s, 'blue')], TagKeys: ['colour'] })),
  ),
  step('elasticloadbalancing:DeleteTargetGroup', 'one that is in use', (s) =>
    s.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: kept(s, 'blue') })),
  ),
  step('elasticloadbalancing:DeleteRule', 'one', (s) =>
    s.elb.send(new DeleteRuleCommand({ RuleArn: kept(s, 'rule') })),
  ),
  step('elasticloadbalancing:DeleteListener', 'one', (s) =>
    s.elb.send(new DeleteListenerCommand({ ListenerArn: kept(s, 'listener') })),
  ),
  ...['blue', 'green'].map((word) =>
    step('elasticloadbalancing:DeleteTargetGroup', word, (s) =>
      s.elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: kept(s, word) })),
    ),
  ),
  step('elasticloadbalancing:DeleteLoadBalancer', 'one', (s) =>
    s.elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: kept(s, 'balancer') })),
  ),
];

/** ELBV2_STEPS are the calls of ELBv2. */
export const ELBV2_STEPS: readonly Step[] = [
  ...LOAD_BALANCERS,
  ...TARGET_GROUPS,
  ...LISTENERS,
  ...RULES,
  ...TAGS_AND_ENDS,
];
