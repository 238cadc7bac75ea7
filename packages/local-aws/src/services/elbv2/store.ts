import { randomBytes } from 'node:crypto';
import { AwsError } from '../../service.js';
import type { World } from '../../world.js';
import { notFound, validationError, type ResourceKind } from './errors.js';
import type { Listener, LoadBalancer, Rule, Tag, TargetGroup } from './records.js';

const ARN_PREFIX = 'arn:aws:elasticloadbalancing:';

/** Elbv2Store holds what exists, and finds it as AWS does: by ARN, in the caller's region. */
export class Elbv2Store {
  readonly world: World;
  readonly loadBalancers = new Map<string, LoadBalancer>();
  readonly targetGroups = new Map<string, TargetGroup>();
  readonly tags = new Map<string, Tag[]>();

  constructor(world: World) {
    this.world = world;
  }

  /** newArn returns an ARN in AWS's form: `arn:aws:elasticloadbalancing:<region>:<account>:<path>/<16 hex digits>`. */
  newArn(region: string, path: string): string {
    return `${ARN_PREFIX}${region}:${this.world.accountId}:${path}/${randomBytes(8).toString('hex')}`;
  }

  loadBalancer(arn: string): LoadBalancer {
    return found('load balancer', arn, this.loadBalancers.get(arn));
  }

  targetGroup(arn: string): TargetGroup {
    return found('target group', arn, this.targetGroups.get(arn));
  }

  listener(arn: string): Listener {
    const listener = this.listeners().find((each) => each.arn === arn);
    return found('listener', arn, listener);
  }

  rule(arn: string): Rule {
    return found('rule', arn, this.findRule(arn));
  }

  findRule(arn: string): Rule | undefined {
    return this.rules().find((rule) => rule.arn === arn);
  }

  listeners(): Listener[] {
    return [...this.loadBalancers.values()].flatMap(({ listeners }) => [...listeners.values()]);
  }

  rules(): Rule[] {
    return this.listeners().flatMap(({ rules }) => rules);
  }

  /** loadBalancersOf returns the ARNs of the load balancers whose rules refer to a target group. */
  loadBalancersOf(targetGroupArn: string): string[] {
    const using = this.listeners().filter(({ rules }) => rules.some((rule) => groupsOf(rule).includes(targetGroupArn)));
    return [...new Set(using.map(({ loadBalancerArn }) => loadBalancerArn))];
  }

  /**
   * requireForwardable throws unless every target group exists and serves no other load balancer than the given one.
   */
  requireForwardable(targetGroupArns: readonly string[], loadBalancerArn: string): void {
    for (const arn of targetGroupArns) {
      this.targetGroup(arn);
      if (this.loadBalancersOf(arn).some((other) => other !== loadBalancerArn)) {
        const message = `The following target groups cannot be associated with more than one load balancer: ${arn}`;
        throw new AwsError('TargetGroupAssociationLimit', message);
      }
    }
  }

  /** refreshAttachments tells every target group whether a rule refers to it. Due after each change of a rule. */
  refreshAttachments(): void {
    const attached = new Set(this.rules().flatMap(groupsOf));
    for (const group of this.targetGroups.values()) group.pool.attach(attached.has(group.arn));
  }
}

/** groupsOf returns the target groups that a rule refers to, whatever their weight. */
export function groupsOf(rule: Rule): string[] {
  const { meaning } = rule.action;
  return meaning.type === 'forward' ? meaning.targetGroups.map(({ targetGroupArn }) => targetGroupArn) : [];
}

function found<Found>(kind: ResourceKind, arn: string, value: Found | undefined): Found {
  if (value !== undefined) return value;
  if (!arn.startsWith(ARN_PREFIX)) throw validationError(`'${arn}' is not a valid ${kind} ARN`);
  throw notFound(kind, arn);
}
