import { randomBytes } from 'node:crypto';
import type { RuleAction } from '../../dataplane/rule.js';
import { StickyCookie } from '../../dataplane/sticky-cookie.js';
import { AwsError } from '../../service.js';
import { UNOBSERVED, type TrafficObserver } from '../../traffic.js';
import type { World } from '../../world.js';
import { notFound, validationError, type ResourceKind } from './errors.js';
import type { Listener, LoadBalancer, Rule, Tag, TargetGroup } from './records.js';

const ARN_PREFIX = 'arn:aws:elasticloadbalancing:';

/** Elbv2Options is how this ELBv2 differs from one that does everything at once. */
export interface Elbv2Options {
  /** How long a changed action takes to reach the data plane, of the world's time. Defaults to 0. */
  readonly propagationSeconds?: number;
}

/** Elbv2Store holds what exists, and finds it as AWS does: by ARN, in the caller's region. */
export class Elbv2Store {
  readonly world: World;
  readonly traffic: TrafficObserver;
  readonly loadBalancers = new Map<string, LoadBalancer>();
  readonly targetGroups = new Map<string, TargetGroup>();
  readonly tags = new Map<string, Tag[]>();
  readonly #healthListeners: ((targetGroupArn: string) => void)[] = [];

  /** Of groups, by the rule's choice; of targets, by the group's. */
  readonly groupCookie: StickyCookie;
  readonly targetCookie: StickyCookie;
  readonly #propagationSeconds: number;
  readonly #closing = new AbortController();

  constructor(world: World, traffic: TrafficObserver = UNOBSERVED, { propagationSeconds = 0 }: Elbv2Options = {}) {
    this.world = world;
    this.traffic = traffic;
    this.#propagationSeconds = propagationSeconds;
    const secret = randomBytes(32).toString('hex');
    this.groupCookie = new StickyCookie({ name: 'AWSALBTG', time: world.time, secret });
    this.targetCookie = new StickyCookie({ name: 'AWSALB', time: world.time, secret });
  }

  /** propagate lets a change reach the data plane: now, or as much later as the world was told. */
  propagate(take: () => void): void {
    if (this.#propagationSeconds === 0) return take();
    // The only way to fail is that everything ends, and then nothing has to get anywhere.
    this.world.time.wait(this.#propagationSeconds, this.#closing.signal).then(take, () => undefined);
  }

  /** close forgets what is on its way to the data plane. */
  close(): void {
    this.#closing.abort();
  }

  /** newArn returns an ARN in AWS's form: `arn:aws:elasticloadbalancing:<region>:<account>:<path>/<16 hex digits>`. */
  newArn(region: string, path: string): string {
    return `${ARN_PREFIX}${region}:${this.world.accountId}:${path}/${randomBytes(8).toString('hex')}`;
  }

  /** onHealthChange adds a listener that hears of every change of a target's health. */
  onHealthChange(listener: (targetGroupArn: string) => void): void {
    this.#healthListeners.push(listener);
  }

  /** tellHealthChange tells every listener that a group's targets may have another health than before. */
  tellHealthChange(targetGroupArn: string): void {
    for (const listener of this.#healthListeners) listener(targetGroupArn);
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

  /** requireForwardable throws unless an action's target groups exist, serve no other load balancer and fit together. */
  requireForwardable(action: RuleAction, loadBalancerArn: string): void {
    if (action.type !== 'forward') return;
    const groups = action.targetGroups.map(({ targetGroupArn }) => this.targetGroup(targetGroupArn));
    for (const { arn } of groups) {
      if (this.loadBalancersOf(arn).some((other) => other !== loadBalancerArn)) {
        const message = `The following target groups cannot be associated with more than one load balancer: ${arn}`;
        throw new AwsError('TargetGroupAssociationLimit', message);
      }
    }
    const sticky = groups.some(({ stickiness }) => stickiness.enabled);
    if (groups.length > 1 && sticky && action.stickySeconds === undefined) {
      const message =
        'You must enable group stickiness on a rule if you enabled target stickiness on one of its target groups';
      throw new AwsError('InvalidLoadBalancerAction', message);
    }
  }

  /** refreshAttachments tells every target group whether a rule refers to it. Due after each change of a rule. */
  refreshAttachments(): void {
    // What the data plane still sends requests to goes on being checked.
    const attached = new Set(this.rules().flatMap((rule) => [...groupsOf(rule), ...groupsIn(rule.inForce.meaning)]));
    for (const group of this.targetGroups.values()) group.pool.attach(attached.has(group.arn));
  }
}

/** groupsOf returns the target groups that a rule refers to, whatever their weight. */
export function groupsOf(rule: Rule): string[] {
  return groupsIn(rule.action.meaning);
}

function groupsIn(action: RuleAction): string[] {
  return action.type === 'forward' ? action.targetGroups.map(({ targetGroupArn }) => targetGroupArn) : [];
}

function found<Found>(kind: ResourceKind, arn: string, value: Found | undefined): Found {
  if (value !== undefined) return value;
  if (!arn.startsWith(ARN_PREFIX)) throw validationError(`'${arn}' is not a valid ${kind} ARN`);
  throw notFound(kind, arn);
}
