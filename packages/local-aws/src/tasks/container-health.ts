import type { WorldTime } from '../world.js';
import type { ContainerHealth, ContainerHealthCheck } from './task-engine.js';

/** HealthWatch is one container that is checked again and again. */
export interface HealthWatch {
  readonly time: WorldTime;
  readonly check: ContainerHealthCheck;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Makes one check and tells whether it passed. */
  probe(): Promise<boolean> | boolean;
  /** Called after every change. */
  onChange(health: ContainerHealth): void;
}

/** HealthCount is a container's health and how many checks in a row have failed. */
export interface HealthCount {
  readonly health: ContainerHealth;
  readonly failures: number;
}

/** watchContainerHealth checks a container at its interval, first after one interval as Docker does. It never rejects. */
export async function watchContainerHealth(watch: HealthWatch): Promise<void> {
  const { time, check, signal } = watch;
  const countsFromMs = time.now().getTime() + time.realMs(check.startPeriodSeconds);
  let count: HealthCount = { health: 'UNKNOWN', failures: 0 };
  try {
    for (;;) {
      await time.wait(check.intervalSeconds, signal);
      const passed = await watch.probe();
      if (signal.aborted) return;
      const next = nextCount(count, { passed, starting: time.now().getTime() < countsFromMs, retries: check.retries });
      const changed = next.health !== count.health;
      count = next;
      if (changed) watch.onChange(next.health);
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

/** CheckOutcome is one check, with what decides how much it counts. */
export interface CheckOutcome {
  readonly passed: boolean;
  /** Within the start period, in which failures of a container that was never healthy do not count. */
  readonly starting: boolean;
  readonly retries: number;
}

/** nextCount returns a container's health after one more check. */
export function nextCount(count: HealthCount, { passed, starting, retries }: CheckOutcome): HealthCount {
  if (passed) return { health: 'HEALTHY', failures: 0 };
  if (starting && count.health === 'UNKNOWN') return count;
  const failures = count.failures + 1;
  return { health: failures >= retries ? 'UNHEALTHY' : count.health, failures };
}
