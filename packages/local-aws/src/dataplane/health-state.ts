import type { TargetHealth } from '../load-balancing.js';
import type { CheckResult } from './health-check.js';

/** HealthStatus is a target's health in AWS's words. */
export type HealthStatus = Omit<TargetHealth, 'id' | 'port'>;

/** HealthRecord is a target's health and how many checks in a row have spoken against it. */
export interface HealthRecord {
  readonly status: HealthStatus;
  readonly contrary: number;
}

/** How many checks in a row it takes to change a target's state. */
export interface HealthThresholds {
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
}

/** UNUSED is the health of a target whose group no listener or rule refers to; it is not checked. */
export const UNUSED: HealthStatus = {
  state: 'unused',
  reason: 'Target.NotInUse',
  description: 'Target group is not configured to receive traffic from the load balancer',
};

/** DRAINING is the health of a target that gets no new requests and finishes those it has. */
export const DRAINING: HealthStatus = {
  state: 'draining',
  reason: 'Target.DeregistrationInProgress',
  description: 'Target deregistration is in progress',
};

/** REGISTERING is where a target begins: nothing is known of it yet. */
export const REGISTERING: HealthRecord = {
  status: {
    state: 'initial',
    reason: 'Elb.RegistrationInProgress',
    description: 'Target registration is in progress',
  },
  contrary: 0,
};

const CHECKING: HealthStatus = {
  state: 'initial',
  reason: 'Elb.InitialHealthChecking',
  description: 'Initial health checks in progress',
};

/**
 * nextHealth returns a target's health after one more check. A new target needs one passing check, whatever the
 * healthy threshold; that threshold is for the way back from unhealthy.
 *
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html
 */
export function nextHealth(record: HealthRecord, result: CheckResult, thresholds: HealthThresholds): HealthRecord {
  const { state } = record.status;
  if (result.passed) {
    const recovering = state === 'unhealthy' && record.contrary + 1 < thresholds.healthyThreshold;
    return recovering ? { ...record, contrary: record.contrary + 1 } : { status: { state: 'healthy' }, contrary: 0 };
  }
  const unhealthy: HealthStatus = {
    state: 'unhealthy',
    reason: result.reason,
    description: result.description,
  };
  if (state === 'unhealthy') return { status: unhealthy, contrary: 0 };
  const contrary = record.contrary + 1;
  if (contrary >= thresholds.unhealthyThreshold) return { status: unhealthy, contrary: 0 };
  return { status: state === 'healthy' ? record.status : CHECKING, contrary };
}
