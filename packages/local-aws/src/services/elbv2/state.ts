import type { Listener, LoadBalancer, Rule, TargetGroup } from './records.js';
import type { Elbv2Store } from './store.js';

/** stateOf returns everything that exists, with the figures of the data plane, as JSON can hold it. */
export function stateOf(store: Elbv2Store): object {
  return {
    loadBalancers: [...store.loadBalancers.values()].map(loadBalancerState),
    targetGroups: [...store.targetGroups.values()].map(targetGroupState),
  };
}

function loadBalancerState({ name, arn, address, listeners }: LoadBalancer): object {
  return {
    name,
    arn,
    dnsName: address.address,
    listeners: [...listeners.values()].map(listenerState),
  };
}

function listenerState({ arn, proxy, rules, figures }: Listener): object {
  return {
    arn,
    port: proxy.port,
    rules: rules.map(ruleState),
    requests: figures.snapshot(),
  };
}

function ruleState({ arn, priority, conditions, action }: Rule): object {
  return {
    arn,
    priority,
    conditions: conditions.shown,
    action: action.meaning,
  };
}

function targetGroupState({ name, arn, pool }: TargetGroup): object {
  return { name, arn, attached: pool.attached, targets: pool.health() };
}
