import { request } from 'node:http';
import type { LoadBalancing, Target, TargetGroupWeight, TargetHealth } from '../../src/load-balancing.js';

interface Member {
  readonly target: Target;
  state: TargetHealth['state'];
  failures: number;
}

/** What happened to traffic and targets, in order. */
export type TrafficEvent =
  | { readonly kind: 'weights'; readonly rule: string; readonly weights: readonly number[] }
  | { readonly kind: 'registered' | 'deregistered' | 'drained'; readonly group: string; readonly target: string };

/** A load balancer that really checks its targets over HTTP, and carries no traffic. */
export class FakeLoadBalancing implements LoadBalancing {
  readonly events: TrafficEvent[] = [];
  readonly #groups = new Map<string, Map<string, Member>>();
  readonly #listeners: ((group: string) => void)[] = [];
  readonly #rules = new Map<string, readonly TargetGroupWeight[]>();
  readonly #unattached = new Set<string>();
  readonly #timer: NodeJS.Timeout;
  readonly #drainMs: number;

  constructor(drainMs = 5) {
    this.#drainMs = drainMs;
    this.#timer = setInterval(() => this.#checkAll(), 5);
  }

  addGroup(arn: string, attached = true): void {
    this.#groups.set(arn, new Map());
    if (!attached) this.#unattached.add(arn);
  }

  addRule(arn: string, weights: readonly TargetGroupWeight[]): void {
    this.#rules.set(arn, weights);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  targetGroup(arn: string) {
    return this.#groups.has(arn) ? { attached: !this.#unattached.has(arn) } : undefined;
  }

  registerTarget(group: string, target: Target): void {
    this.events.push({ kind: 'registered', group, target: target.id });
    this.#group(group).set(keyOf(target), { target, state: 'initial', failures: 0 });
    this.#tell();
  }

  async deregisterTarget(group: string, target: Target): Promise<void> {
    const member = this.#group(group).get(keyOf(target));
    if (!member) return;
    member.state = 'draining';
    this.#tell();
    this.events.push({ kind: 'deregistered', group, target: target.id });
    await new Promise((resolve) => setTimeout(resolve, this.#drainMs));
    this.events.push({ kind: 'drained', group, target: target.id });
    this.#group(group).delete(keyOf(target));
  }

  targetHealth(group: string): readonly TargetHealth[] {
    return [...this.#group(group).values()].map(({ target, state }) => ({ ...target, state }));
  }

  onHealthChange(listener: (group: string) => void): void {
    this.#listeners.push(listener);
  }

  forwardWeights(rule: string): readonly TargetGroupWeight[] | undefined {
    return this.#rules.get(rule);
  }

  setForwardWeights(rule: string, weights: readonly TargetGroupWeight[]): void {
    this.events.push({ kind: 'weights', rule, weights: weights.map(({ weight }) => weight) });
    this.#rules.set(rule, weights);
  }

  #group(arn: string): Map<string, Member> {
    const group = this.#groups.get(arn);
    if (!group) throw new Error(`no target group ${arn}`);
    return group;
  }

  #tell(): void {
    for (const group of this.#groups.keys()) for (const listener of this.#listeners) listener(group);
  }

  #checkAll(): void {
    for (const group of this.#groups.values()) for (const member of group.values()) this.#check(member);
  }

  #check(member: Member): void {
    if (member.state === 'draining') return;
    const call = request(
      { host: member.target.id, port: member.target.port, path: '/health', agent: false },
      (answer) => {
        answer.resume();
        this.#judge(member, answer.statusCode === 200);
      },
    );
    call.on('error', () => this.#judge(member, false));
    call.end();
  }

  /** Like a real one: one passing check makes a new target healthy, two failing ones make it unhealthy. */
  #judge(member: Member, passed: boolean): void {
    if (member.state === 'draining') return;
    const before = member.state;
    member.failures = passed ? 0 : member.failures + 1;
    if (passed) member.state = 'healthy';
    else if (member.failures >= 2) member.state = 'unhealthy';
    if (member.state !== before) this.#tell();
  }
}

function keyOf({ id, port }: Target): string {
  return `${id}:${port}`;
}
