import type { BreakerRecord } from '../model.js';
import type { DeploymentCircuitBreaker } from '@aws-sdk/client-ecs';

/** AWS's bounds of the default threshold, and its default percentage. */
const LEAST_THRESHOLD = 3;
const MOST_THRESHOLD = 200;
const DEFAULT_PERCENT = 50;

/** thresholdOf returns how many task failures trip the circuit breaker, for a desired count. */
export function thresholdOf(breaker: DeploymentCircuitBreaker | undefined, desiredCount: number): number {
  const { type = 'BOUNDED_PERCENT', value = DEFAULT_PERCENT } = breaker?.thresholdConfiguration ?? {};
  if (type === 'COUNT') return value;
  const share = Math.ceil((desiredCount * value) / 100);
  return type === 'UNBOUNDED_PERCENT' ? Math.max(share, 1) : Math.min(Math.max(share, LEAST_THRESHOLD), MOST_THRESHOLD);
}

/** createBreaker returns the circuit breaker of a new service deployment. */
export function createBreaker(breaker: DeploymentCircuitBreaker | undefined, desiredCount: number): BreakerRecord {
  return {
    status: breaker?.enable ? 'MONITORING' : 'DISABLED',
    failureCount: 0,
    threshold: thresholdOf(breaker, desiredCount),
  };
}

/** countFailure notes a failed task and tells whether it was the one that trips the breaker. */
export function countFailure(breaker: BreakerRecord): boolean {
  if (breaker.status !== 'MONITORING') return false;
  breaker.failureCount += 1;
  if (breaker.failureCount < breaker.threshold) return false;
  breaker.status = 'TRIGGERED';
  return true;
}

/** countHealthy notes a task that became healthy: unless configured otherwise, failures have to be in a row. */
export function countHealthy(breaker: BreakerRecord, configuration: DeploymentCircuitBreaker | undefined): void {
  if (breaker.status === 'MONITORING' && (configuration?.resetOnHealthyTask ?? true)) breaker.failureCount = 0;
}
