import { request } from 'node:http';
import type { Target } from '../load-balancing.js';

/** HealthCheck is how a target group's targets are checked. Seconds are the world's. */
export interface HealthCheck {
  /** `undefined` is the port on which the target receives traffic. */
  readonly port: number | undefined;
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly healthyThreshold: number;
  readonly unhealthyThreshold: number;
  readonly expects: (status: number) => boolean;
}

/** CheckResult is what one check found; reason and description are AWS's words. */
export type CheckResult =
  | { readonly passed: true }
  | {
      readonly passed: false;
      readonly reason: string;
      readonly description: string;
    };

/** One check to make. */
export interface CheckCall {
  readonly target: Target;
  readonly check: HealthCheck;
  /** Real milliseconds. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const TIMED_OUT: CheckResult = {
  passed: false,
  reason: 'Target.Timeout',
  description: 'Request timed out',
};
const FAILED: CheckResult = {
  passed: false,
  reason: 'Target.FailedHealthChecks',
  description: 'Health checks failed',
};

/** checkHealth asks a target once whether it is well. It never throws; an aborted check has failed. */
export function checkHealth(call: CheckCall): Promise<CheckResult> {
  const { target, check, timeoutMs, signal } = call;
  const port = check.port ?? target.port;
  return new Promise((resolve) => {
    const probe = request({
      host: target.id,
      port,
      path: check.path,
      headers: {
        host: `${target.id}:${port}`,
        'user-agent': 'ELB-HealthChecker/2.0',
      },
      agent: false,
      signal,
    });
    const timer = setTimeout(() => {
      resolve(TIMED_OUT);
      probe.destroy();
    }, timeoutMs);
    probe.on('response', (response) => {
      const status = response.statusCode ?? 0;
      // The status decides; the body is read only to end the exchange properly, and may break off.
      response.on('error', () => undefined).resume();
      resolve(judge(status, check));
    });
    probe.on('error', () => resolve(FAILED));
    probe.on('close', () => {
      clearTimeout(timer);
      resolve(FAILED);
    });
    probe.end();
  });
}

/** judge tells what a status says; no status is no answer. */
export function judge(status: number | undefined, check: HealthCheck): CheckResult {
  if (status === undefined) return FAILED;
  return check.expects(status) ? { passed: true } : mismatch(status);
}

function mismatch(status: number): CheckResult {
  return {
    passed: false,
    reason: 'Target.ResponseCodeMismatch',
    description: `Health checks failed with these codes: [${status}]`,
  };
}
