import type { Fleets } from './gates/gate.js';
import type { Observed } from './observe.js';
import type { AwsPorts } from './ports.js';

/** fleetsOf tells which target group serves whom during the deployment; undefined when no traffic is shifted. */
export async function fleetsOf({ elb }: AwsPorts, { observation, service }: Observed): Promise<Fleets | undefined> {
  const [balancer] = service.loadBalancers;
  const { productionListenerRule, targetGroupArn, alternateTargetGroupArn } = balancer ?? {};
  if (!productionListenerRule || !targetGroupArn || !alternateTargetGroupArn) return undefined;
  const live = observation.traffic?.weights.find(({ weight }) => weight > 0)?.targetGroupArn;
  // A first deployment takes the service's own target group, and nothing is beside it.
  const newTargetGroupArn =
    live === targetGroupArn && observation.hasSucceeded ? alternateTargetGroupArn : targetGroupArn;
  const group = await elb.targetGroup(live ?? targetGroupArn);
  const [loadBalancerArn] = group?.loadBalancerArns ?? [];
  return {
    productionRuleArn: productionListenerRule,
    newTargetGroupArn,
    ...(live !== undefined && live !== newTargetGroupArn ? { oldTargetGroupArn: live } : {}),
    ...(loadBalancerArn === undefined ? {} : { loadBalancerArn }),
  };
}
