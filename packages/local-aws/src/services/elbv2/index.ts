import type { LoadBalancing } from '../../load-balancing.js';
import type { AwsService, CallContext, Operation } from '../../service.js';
import type { HostCount, TrafficObserver } from '../../traffic.js';
import type { World } from '../../world.js';
import { hostCounts } from './host-counts.js';
import { Input } from './input.js';
import { listenerOperations } from './listeners.js';
import { loadBalancerOperations } from './load-balancers.js';
import { createLoadBalancing } from './load-balancing.js';
import { ruleOperations } from './rules.js';
import { stateOf } from './state.js';
import { Elbv2Store, type Elbv2Options } from './store.js';
import { tagOperations } from './tags.js';
import { targetGroupOperations } from './target-groups.js';
import { targetOperations } from './targets.js';

/** Elbv2Service is ELBv2 as its callers see it, and as ECS uses it from within. */
export type Elbv2Service = AwsService & {
  readonly loadBalancing: LoadBalancing;
  /** The target groups that have targets, and how many of these are healthy now. */
  hostCounts(): readonly HostCount[];
};

/**
 * createElbv2Service returns an ELBv2 whose application load balancers are real: each has a loopback address of its
 * own and proxies HTTP to targets of type `ip`. What it does not support it refuses by name.
 */
export function createElbv2Service(world: World, traffic?: TrafficObserver, options: Elbv2Options = {}): Elbv2Service {
  const store = new Elbv2Store(world, traffic, options);
  const handlers = {
    ...loadBalancerOperations(store),
    ...listenerOperations(store),
    ...ruleOperations(store),
    ...targetGroupOperations(store),
    ...targetOperations(store),
    ...tagOperations(store),
  };
  return {
    id: 'elasticloadbalancing',
    protocol: { kind: 'query', version: '2015-12-01' },
    operations: Object.fromEntries(Object.entries(handlers).map(([name, handle]) => [name, operation(handle)])),
    loadBalancing: createLoadBalancing(store),
    hostCounts: () => hostCounts(store),
    state: () => stateOf(store),
    close: () => closeAll(store),
  };
}

function operation(handle: (input: Input, context: CallContext) => object | Promise<object>): Operation {
  return (input, context) => handle(new Input(input), context);
}

async function closeAll(store: Elbv2Store): Promise<void> {
  store.close();
  for (const { pool } of store.targetGroups.values()) pool.close();
  await Promise.all(store.listeners().map(({ proxy }) => proxy.close()));
  await Promise.all([...store.loadBalancers.values()].map(({ address }) => address.release()));
}
