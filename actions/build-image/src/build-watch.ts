import type { Clock } from '@slipway/core';
import type { CachePatience } from './cache-patience.js';
import type { StepReader } from './steps.js';

/** BuildWatch ends a build that hangs on its cache. */
export interface BuildWatch {
  /** Aborted when the run is, and when the build hangs. */
  readonly signal: AbortSignal;
  /** The step that took too long; undefined when none did. */
  readonly hung: string | undefined;
  /** Called after each line that the steps have read. */
  look(): void;
  close(): void;
}

/** What is watched. */
export interface Watched {
  readonly steps: StepReader;
  readonly clock: Clock;
  readonly patience: CachePatience;
  readonly signal: AbortSignal;
  /** Whether a builder that does not even begin is one that hangs: it does when it is held by the cache of another build. */
  readonly mustBegin: boolean;
}

/** A builder tells within a second or two that it reads the Dockerfile. */
const BEGIN_MS = 30_000;

/** What writes a cache. It tells of each layer, and layers may be large: going on is no hanging. */
const WRITING = /^exporting\b/;

/**
 * watchBuild gives each step of the cache only so long, those that write it so long from layer to layer: builders wait
 * for ever for a registry that takes a connection and says nothing.
 */
export function watchBuild({ steps, clock, patience, signal, mustBegin }: Watched): BuildWatch {
  const [stop, closed] = [new AbortController(), new AbortController()];
  const begunAt = new Map<string, number>();
  const linesSeen = new Map<string, number>();
  const lost = new Set<string>();
  let hung: string | undefined;
  // It rejects when the build has ended before, and then nothing is to be done.
  const within = (ms: number, step: string, isOpen: () => boolean): void =>
    void clock.sleep(ms, closed.signal).then(
      () => {
        if (!isOpen()) return;
        hung ??= step;
        stop.abort(new Error(`'${step}' took too long.`));
      },
      () => undefined,
    );
  if (mustBegin) within(BEGIN_MS, 'the beginning of the build', () => !steps.hasBegun);
  return {
    signal: AbortSignal.any([signal, stop.signal]),
    get hung() {
      return hung;
    },
    look: () => {
      for (const step of steps.cacheSteps('unknown')) {
        const lines = steps.linesOf(step);
        if (begunAt.has(step) && (!WRITING.test(step) || lines === linesSeen.get(step))) continue;
        begunAt.set(step, begunAt.get(step) ?? clock.now());
        linesSeen.set(step, lines);
        const isOpen = () => linesSeen.get(step) === lines && steps.cacheSteps('unknown').includes(step);
        within(patience.stepMs, step, isOpen);
      }
      for (const step of steps.cacheSteps('failed').filter((one) => !lost.has(one))) {
        lost.add(step);
        patience.lose(clock.now() - (begunAt.get(step) ?? clock.now()));
      }
    },
    close: () => closed.abort(),
  };
}
