import type { LoadBalancer as ServiceLoadBalancer } from '@aws-sdk/client-ecs';
import type { Ecs, RevisionRecord, ServiceConfiguration, TargetBinding } from '../model.js';
import { sharesOf } from './traffic.js';

/** TargetGroupsDisagree says that the listener rule does not send traffic where the service's own record has it. */
export class TargetGroupsDisagree extends Error {}

/** ResolveOptions says for what a revision's target groups are chosen. */
export interface ResolveOptions {
  /** The revision that takes production traffic now, if any. */
  readonly base: RevisionRecord | undefined;
  /** True when the new tasks must stand apart from the old ones until traffic is shifted. */
  readonly shifting: boolean;
}

/**
 * resolveTargets chooses each load balancer's target group for a new revision: for a shift, the idle one of the
 * pair, which is the one that the base does not use and that has no production weight; else the one in use.
 *
 * @throws TargetGroupsDisagree when those two do not name the same group
 */
export function resolveTargets(
  ecs: Ecs,
  configuration: ServiceConfiguration,
  options: ResolveOptions,
): readonly TargetBinding[] {
  return configuration.loadBalancers.map((loadBalancer) => resolve(ecs, loadBalancer, options));
}

function resolve(ecs: Ecs, loadBalancer: ServiceLoadBalancer, { base, shifting }: ResolveOptions): TargetBinding {
  const primary = loadBalancer.targetGroupArn ?? '';
  const advanced = loadBalancer.advancedConfiguration;
  const alternate = advanced?.alternateTargetGroupArn;
  const live = base?.targets.find(({ targetGroupArn }) => [primary, alternate].includes(targetGroupArn));
  const inUse = live?.targetGroupArn ?? primary;
  const other = inUse === primary ? alternate : primary;
  const chosen = shifting && live !== undefined && other !== undefined ? other : inUse;
  const production = advanced?.productionListenerRule;
  if (shifting && live !== undefined && production !== undefined) refuseLiveGroup(ecs, production, { chosen, inUse });
  return {
    targetGroupArn: chosen,
    containerName: loadBalancer.containerName ?? '',
    containerPort: loadBalancer.containerPort ?? 0,
    ...(alternate === undefined ? {} : { alternateTargetGroupArn: chosen === primary ? alternate : primary }),
    ...(production === undefined ? {} : { productionListenerRule: production }),
    ...(advanced?.testListenerRule === undefined ? {} : { testListenerRule: advanced.testListenerRule }),
  };
}

function refuseLiveGroup(ecs: Ecs, rule: string, { chosen, inUse }: { chosen: string; inUse: string }): void {
  const share = sharesOf(ecs, rule).get(chosen) ?? 0;
  if (share === 0) return;
  throw new TargetGroupsDisagree(
    `The production listener rule ${rule} sends ${share} percent of the traffic to the target group ${chosen}, ` +
      `but the service's current revision is registered in ${inUse}.`,
  );
}
