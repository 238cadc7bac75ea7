import type { TargetGroupWeight } from '../../../load-balancing.js';
import type { Ecs, RevisionRecord, TargetBinding } from '../model.js';
import { ruleWeights } from './weight-steps.js';

/** Route is the kind of traffic: each has a listener rule of its own. */
export type Route = 'production' | 'test';

/** sharesOf returns the percentages that a rule sends to each target group now. */
export function sharesOf(ecs: Ecs, ruleArn: string): ReadonlyMap<string, number> {
  const weights = ecs.loadBalancing.forwardWeights(ruleArn) ?? [];
  const sum = weights.reduce((total, { weight }) => total + weight, 0);
  return new Map(weights.map(({ targetGroupArn, weight }) => [targetGroupArn, sum === 0 ? 0 : (100 * weight) / sum]));
}

/** hasRoute tells whether a revision's traffic of that kind is shifted at all. */
export function hasRoute(revision: RevisionRecord, route: Route): boolean {
  return revision.targets.some((binding) => ruleOf(binding, route) !== undefined);
}

/** productionShare returns the least percentage of production traffic that any of a revision's target groups gets. */
export function productionShare(ecs: Ecs, revision: RevisionRecord): number {
  const shares = revision.targets
    .filter(({ productionListenerRule }) => productionListenerRule !== undefined)
    .map((binding) => sharesOf(ecs, binding.productionListenerRule ?? '').get(binding.targetGroupArn) ?? 0);
  return shares.length === 0 ? 0 : Math.min(...shares);
}

/** shift sends so many percent to a revision's target groups and the rest to the other group of each pair. */
export function shift(ecs: Ecs, revision: RevisionRecord, { route, percent }: { route: Route; percent: number }): void {
  for (const binding of revision.targets) {
    const rule = ruleOf(binding, route);
    if (rule === undefined || binding.alternateTargetGroupArn === undefined) continue;
    const { target, source } = ruleWeights(percent);
    const wanted = new Map([
      [binding.targetGroupArn, target],
      [binding.alternateTargetGroupArn, source],
    ]);
    ecs.loadBalancing.setForwardWeights(rule, inOrderOf(ecs.loadBalancing.forwardWeights(rule) ?? [], wanted));
  }
}

/** Keeps the order in which the rule names the pair, so that a description before and after is easy to compare. */
function inOrderOf(now: readonly TargetGroupWeight[], wanted: ReadonlyMap<string, number>): TargetGroupWeight[] {
  const named = now.map(({ targetGroupArn }) => targetGroupArn).filter((arn) => wanted.has(arn));
  const order = [...new Set([...named, ...wanted.keys()])];
  return order.map((targetGroupArn) => ({ targetGroupArn, weight: wanted.get(targetGroupArn) ?? 0 }));
}

function ruleOf(binding: TargetBinding, route: Route): string | undefined {
  return route === 'production' ? binding.productionListenerRule : binding.testListenerRule;
}
