import { messageOf, type Clock } from '@slipway/core';
import type { HealthCheck } from './constraints.js';
import type { ContainerEngine, Health } from './engine.js';

/** What is watched, and for how long. */
export interface HealthWatch {
  readonly engine: Pick<ContainerEngine, 'exec' | 'state'>;
  readonly id: string;
  /** Absent: the image's own, which the engine runs. */
  readonly check?: HealthCheck | 'none';
  readonly clock: Clock;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** HealthSeen is a container's health, and what the last check that failed came to; not yet without secrets. */
export interface HealthSeen {
  readonly health: Health;
  readonly problem?: string | undefined;
}

/** How often the engine is asked for the health of an image's own check. */
const INTERVAL_MS = 500;

/**
 * watchHealth follows a container's health and returns how to read it. A task definition's check is run from here with
 * `docker exec`, as ECS does: the docker client can set only checks that need a shell in the image.
 */
export function watchHealth(watch: HealthWatch): () => HealthSeen {
  if (watch.check === 'none') return () => ({ health: 'none' });
  const own = watch.check;
  let last: HealthSeen = { health: 'starting' };
  const told = (seen: HealthSeen): void => void (last = seen);
  // The watch ends with the container or by its signal; whoever reads the health knows both.
  void (own ? runChecks({ ...watch, check: own }, told) : askEngine(watch, told)).catch(() => undefined);
  return () => last;
}

async function askEngine({ engine, id, clock, signal }: HealthWatch, told: (seen: HealthSeen) => void): Promise<void> {
  for (;;) {
    const { health, running, healthProblem } = await engine.state(id);
    told({ health, problem: healthProblem });
    // Whether an image has a check does not change.
    if (health === 'none' || !running) return;
    await clock.sleep(INTERVAL_MS, signal);
  }
}

async function runChecks(
  { engine, id, check, clock, signal }: HealthWatch & { readonly check: HealthCheck },
  told: (seen: HealthSeen) => void,
): Promise<void> {
  const countsFrom = clock.now() + check.startPeriodSeconds * 1000;
  let count: HealthCount = { health: 'starting', failures: 0 };
  for (;;) {
    await clock.sleep(check.intervalSeconds * 1000, signal);
    const problem = await problemOf({ engine, id, check, signal });
    const isStarting = clock.now() < countsFrom;
    count = nextCount(count, { passed: problem === undefined, isStarting, retries: check.retries });
    told({ health: count.health, problem });
  }
}

/** One run of a check: what was wrong, or undefined when it passed. */
async function problemOf({
  engine,
  id,
  check,
  signal,
}: Omit<HealthWatch, 'clock'> & { readonly check: HealthCheck }): Promise<string | undefined> {
  const options = { timeoutMs: check.timeoutSeconds * 1000, signal };
  try {
    const { exitCode, lastLine } = await engine.exec(id, argvOf(check.command), options);
    return exitCode === 0 ? undefined : problemIn(exitCode, lastLine);
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}

/** problemIn says what a check that failed came to. */
export function problemIn(exitCode: number, lastLine: string): string {
  return `exit code ${exitCode}${lastLine === '' ? '' : `: ${lastLine}`}`;
}

/** Between two tries of {@link proveHealth}. */
const PROOF_INTERVAL_MS = 1_000;

/**
 * proveHealth runs a task definition's check at once in a service that is ready: its own interval is as long as most
 * tests, and ECS replaces every task whose check cannot pass. It may fail as often as it has retries, and as long as its
 * start period lasts; where the container has ended, none can pass. Returns what was wrong at last, or undefined.
 */
export async function proveHealth(
  watch: HealthWatch & { readonly check: HealthCheck; readonly hasEnded: () => boolean },
): Promise<string | undefined> {
  const { check, clock, signal, hasEnded } = watch;
  const until = clock.now() + check.startPeriodSeconds * 1000;
  for (let tries = 1; ; tries += 1) {
    const problem = await problemOf(watch);
    const isLast = (tries >= check.retries && clock.now() >= until) || hasEnded();
    if (problem === undefined || isLast) return problem;
    await clock.sleep(PROOF_INTERVAL_MS, signal);
  }
}

function argvOf([form, ...command]: readonly string[]): readonly string[] {
  return form === 'CMD-SHELL' ? ['/bin/sh', '-c', ...command] : command;
}

/** HealthCount is a container's health, and how many checks in a row have failed. */
export interface HealthCount {
  readonly health: Health;
  readonly failures: number;
}

/** nextCount returns the health after one more check: failures in the start period of what was never healthy do not count. */
export function nextCount(
  count: HealthCount,
  { passed, isStarting, retries }: { readonly passed: boolean; readonly isStarting: boolean; readonly retries: number },
): HealthCount {
  if (passed) return { health: 'healthy', failures: 0 };
  if (isStarting && count.health === 'starting') return count;
  const failures = count.failures + 1;
  return { health: failures >= retries ? 'unhealthy' : count.health, failures };
}
