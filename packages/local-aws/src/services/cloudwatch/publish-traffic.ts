import type { EndedRequest, Outcome } from '../../dataplane/figures.js';
import type { HostCount, TrafficObserver } from '../../traffic.js';
import type { Dimension, Metrics, Publisher } from './metrics.js';

/** TrafficMetrics publishes what load balancers count, as AWS/ApplicationELB does: what did not occur is missing. */
export interface TrafficMetrics extends TrafficObserver {
  hostsCounted(counts: readonly HostCount[]): void;
}

/** The outcomes that are a target's answer, and the metric that counts them. */
const TARGET_METRICS: { readonly [outcome in Outcome]?: string } = {
  target2xx: 'HTTPCode_Target_2XX_Count',
  target3xx: 'HTTPCode_Target_3XX_Count',
  target4xx: 'HTTPCode_Target_4XX_Count',
  target5xx: 'HTTPCode_Target_5XX_Count',
};

/** The outcomes that are the load balancer's own answer; a target group has no part in them. */
const BALANCER_METRICS: { readonly [outcome in Outcome]?: string } = {
  elb4xx: 'HTTPCode_ELB_4XX_Count',
  elb5xx: 'HTTPCode_ELB_5XX_Count',
  fixedResponse: 'HTTP_Fixed_Response_Count',
};

/**
 * createTrafficMetrics returns the publisher of load balancers' metrics.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export function createTrafficMetrics(metrics: Metrics): TrafficMetrics {
  const publish = publishing(metrics);
  return {
    requestEnded: (loadBalancer, request) => {
      const whole = { loadBalancer, targetGroup: undefined };
      const own = BALANCER_METRICS[request.outcome];
      if (own !== undefined) publish(whole, own).add(1);
      // As documented, a request counts once a target was chosen for it; and an ALB's own fixed answers count, too.
      if (request.outcome === 'fixedResponse') publish(whole, 'RequestCount').add(1);
      if (!request.reachedTarget) return;
      for (const where of [whole, { loadBalancer, targetGroup: request.targetGroupArn }]) {
        for (const [name, value] of targetFigures(request)) publish(where, name).add(value);
      }
    },
    hostsCounted: (counts) => {
      for (const { loadBalancerArn, targetGroupArn, healthy, unhealthy } of counts) {
        const where = { loadBalancer: loadBalancerArn, targetGroup: targetGroupArn };
        publish(where, 'HealthyHostCount').add(healthy);
        publish(where, 'UnHealthyHostCount').add(unhealthy);
      }
    },
  };
}

function targetFigures({ outcome, responseMs, connectionFailed }: EndedRequest): [name: string, value: number][] {
  const answered = TARGET_METRICS[outcome];
  return [
    ['RequestCount', 1],
    ...(answered === undefined ? [] : [[answered, 1] as [string, number]]),
    // Clients and targets live in real time, however fast the world's runs: these are real seconds.
    ...(responseMs === undefined ? [] : [['TargetResponseTime', responseMs / 1000] as [string, number]]),
    ...(connectionFailed ? [['TargetConnectionErrorCount', 1] as [string, number]] : []),
  ];
}

interface Where {
  readonly loadBalancer: string;
  readonly targetGroup: string | undefined;
}

/** Publishers are kept: finding a metric by its dimensions takes much longer than noting a value. */
function publishing(metrics: Metrics): (where: Where, name: string) => Publisher {
  const byBalancer = new Map<string, Map<string | undefined, Map<string, Publisher>>>();
  return (where, name) => {
    const byGroup = kept(byBalancer, where.loadBalancer, () => new Map<string | undefined, Map<string, Publisher>>());
    const byName = kept(byGroup, where.targetGroup, () => new Map<string, Publisher>());
    return kept(byName, name, () => {
      const id = { region: where.loadBalancer.split(':')[3] ?? '', namespace: 'AWS/ApplicationELB', name };
      const unit = name === 'TargetResponseTime' ? 'Seconds' : 'Count';
      return metrics.publisher({ ...id, dimensions: dimensionsOf(where) }, unit);
    });
  };
}

function kept<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

/** `arn:…:loadbalancer/app/web/50dc6c495c0c9188` is `app/web/50dc6c495c0c9188`; a target group keeps its first word. */
function dimensionsOf({ loadBalancer, targetGroup }: Where): Dimension[] {
  const ofBalancer = { name: 'LoadBalancer', value: loadBalancer.replace(/^.*:loadbalancer\//, '') };
  if (targetGroup === undefined) return [ofBalancer];
  return [ofBalancer, { name: 'TargetGroup', value: targetGroup.replace(/^.*:(?=targetgroup\/)/, '') }];
}
