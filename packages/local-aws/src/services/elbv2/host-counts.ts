import type { TargetHealth } from '../../load-balancing.js';
import type { HostCount } from '../../traffic.js';
import type { Elbv2Store } from './store.js';

/** hostCounts returns the target groups that have targets and a load balancer, with how many targets are healthy now. */
export function hostCounts(store: Elbv2Store): HostCount[] {
  return [...store.targetGroups.values()].flatMap(({ arn, pool }) => {
    const targets = pool.health();
    if (targets.length === 0) return [];
    return store.loadBalancersOf(arn).map((loadBalancerArn) => ({
      loadBalancerArn,
      targetGroupArn: arn,
      healthy: count(targets, 'healthy'),
      unhealthy: count(targets, 'unhealthy'),
    }));
  });
}

function count(targets: readonly TargetHealth[], state: TargetHealth['state']): number {
  return targets.filter((target) => target.state === state).length;
}
