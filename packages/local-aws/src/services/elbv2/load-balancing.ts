import type { LoadBalancing } from '../../load-balancing.js';
import { weightedForward } from './actions.js';
import { setAction } from './rules.js';
import type { Elbv2Store } from './store.js';

/** createLoadBalancing returns what ECS does to load balancers by itself. It throws what ELBv2 would answer. */
export function createLoadBalancing(store: Elbv2Store): LoadBalancing {
  const poolOf = (arn: string) => store.targetGroup(arn).pool;
  return {
    targetGroup: (arn) => {
      const group = store.targetGroups.get(arn);
      return group && { attached: group.pool.attached };
    },
    registerTarget: (arn, { id, port }) => poolOf(arn).register({ id, port }),
    // A target group that is gone has let go of its targets.
    deregisterTarget: async (arn, { id, port }) => store.targetGroups.get(arn)?.pool.deregister({ id, port }),
    targetHealth: (arn) => poolOf(arn).health(),
    forwardWeights: (ruleArn) => {
      const meaning = store.findRule(ruleArn)?.action.meaning;
      return meaning && (meaning.type === 'forward' ? meaning.targetGroups : []);
    },
    setForwardWeights: (ruleArn, weights) => {
      const rule = store.rule(ruleArn);
      const action = weightedForward(
        weights.map(({ targetGroupArn, weight }) => ({
          targetGroupArn,
          weight,
        })),
      );
      const { loadBalancerArn } = store.listener(rule.listenerArn);
      const arns = weights.map(({ targetGroupArn }) => targetGroupArn);
      store.requireForwardable(arns, loadBalancerArn);
      setAction(store, rule, action);
    },
  };
}
