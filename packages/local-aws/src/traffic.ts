import type { EndedRequest } from './dataplane/figures.js';

/** TrafficObserver hears of every request that a load balancer is done with. */
export interface TrafficObserver {
  requestEnded(loadBalancerArn: string, request: EndedRequest): void;
}

/** UNOBSERVED is for a load balancer that nobody listens to. */
export const UNOBSERVED: TrafficObserver = { requestEnded: () => undefined };

/** HostCount is how many targets of a group are healthy now, behind one load balancer. */
export interface HostCount {
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
  readonly healthy: number;
  readonly unhealthy: number;
}
