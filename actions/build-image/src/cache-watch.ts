import type { Clock } from '@slipway/core';
import type { StepReader } from './steps.js';

/** CacheWatch ends a build whose cache hangs. */
export interface CacheWatch {
  /** Aborted when the run is, and when a step of the cache takes too long. */
  readonly signal: AbortSignal;
  /** The step that took too long; undefined when none did. */
  readonly hung: string | undefined;
  /** Called after each line that the steps have read. */
  look(): void;
  close(): void;
}

/** What is watched, and how long a step of the cache may take. */
export interface Watched {
  readonly steps: StepReader;
  readonly clock: Clock;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/**
 * watchCache gives each step of the cache only so long: builders wait for ever for a registry that takes a connection
 * and says nothing.
 */
export function watchCache({ steps, clock, limitMs, signal }: Watched): CacheWatch {
  const [stop, closed] = [new AbortController(), new AbortController()];
  const watched = new Set<string>();
  let hung: string | undefined;
  const watch = async (step: string): Promise<void> => {
    await clock.sleep(limitMs, closed.signal);
    if (!steps.openCacheSteps.includes(step)) return;
    hung ??= step;
    stop.abort(new Error(`'${step}' took too long.`));
  };
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    get hung() {
      return hung;
    },
    look: () => {
      for (const step of steps.openCacheSteps.filter((one) => !watched.has(one))) {
        watched.add(step);
        // It rejects when the build has ended before, and then nothing is to be done.
        watch(step).catch(() => undefined);
      }
    },
    close: () => closed.abort(),
  };
}
