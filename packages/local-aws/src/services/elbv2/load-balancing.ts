import type { LoadBalancing } from '../../load-balancing.js';
import { reweighted } from './actions.js';
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
    registerTarget: (arn, { id, port }, probe) => poolOf(arn).register({ id, port }, probe),
    // A target group that is gone has let go of its targets.
    deregisterTarget: async (arn, { id, port }) => store.targetGroups.get(arn)?.pool.deregister({ id, port }),
    targetHealth: (arn) => poolOf(arn).health(),
    onHealthChange: (listener) => store.onHealthChange(listener),
    forwardWeights: (ruleArn) => {
      const meaning = store.findRule(ruleArn)?.action.meaning;
      return meaning && (meaning.type === 'forward' ? meaning.targetGroups : []);
    },
    setForwardWeights: (ruleArn, weights) => {
      const rule = store.rule(ruleArn);
      const plain = weights.map(({ targetGroupArn, weight }) => ({ targetGroupArn, weight }));
      const action = reweighted(rule.action, plain);
      store.requireForwardable(action.meaning, store.listener(rule.listenerArn).loadBalancerArn);
      setAction(store, rule, action);
    },
  };
}
