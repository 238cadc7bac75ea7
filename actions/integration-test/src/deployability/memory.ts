import { failed, passed, type Verdict } from './checks.js';

/** A leak takes this share of the memory within the seconds of load after the first; a cache that fills does not. */
const LEAST_GROWTH = 0.15;
/** Where there is no limit, growth is held against the smallest task that Fargate runs. */
const SMALLEST_TASK_MIB = 512;
/** Fewer cannot tell a start from a trend. */
const LEAST_SAMPLES = 3;

/**
 * leakIn tells how many MiB a container has grown under load, when it grew without levelling off: from the second sample
 * to the last, and in the last step still. Samples are in MiB, in equal steps of time.
 */
export function leakIn(samples: readonly number[], limitMib: number = SMALLEST_TASK_MIB): number | undefined {
  if (samples.length < LEAST_SAMPLES) return undefined;
  const [, second = 0] = samples;
  const last = samples.at(-1) ?? 0;
  const before = samples.at(-2) ?? 0;
  const growth = last - second;
  const step = growth / (samples.length - 2);
  const isGrowing = last - before > step / 2;
  return isGrowing && growth > LEAST_GROWTH * limitMib ? Math.round(growth) : undefined;
}

/** How a container's memory is judged. */
export interface MemoryLimit {
  /** Absent: none is set. */
  readonly limitMib: number | undefined;
  /** Whether the kernel killed something in it: a worker too, that a master has replaced since. */
  readonly oomKilled: boolean;
}

/** judgeMemory says whether a container that still runs has stayed within its memory; samples are in MiB. */
export function judgeMemory(samples: readonly number[], { limitMib, oomKilled }: MemoryLimit): Verdict {
  if (oomKilled) return failed('the kernel killed a process of it under load, for its memory');
  if (limitMib === undefined) return { state: 'not-run', because: 'no task definition says how much memory it gets' };
  return passed(`it used ${Math.round(Math.max(0, ...samples))} of ${limitMib} MiB at most`);
}

const UNITS: Readonly<Record<string, number>> = { B: 2 ** -20, KiB: 2 ** -10, MiB: 1, GiB: 2 ** 10 };

/** memoryIn reads the used MiB out of a line of `docker stats`, such as `12.5MiB / 64MiB`. */
export function memoryIn(line: string): number | undefined {
  const found = /([\d.]+)(B|KiB|MiB|GiB) \/ /.exec(line);
  return found ? Number(found[1]) * (UNITS[found[2] ?? ''] ?? 0) : undefined;
}
