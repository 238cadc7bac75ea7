import { isInFlight, phaseOf } from './status.js';

/** What decides how soon to look again. Times are milliseconds since the epoch. */
export interface Pace {
  readonly now: number;
  readonly status: string;
  /** When the deployment's present stage is bound to end by itself (a bake, a step's time); absent when nobody knows. */
  readonly expectedEnd?: number;
  /** Whether a gate judges now: the deployment cannot move before we answer. */
  readonly isJudging: boolean;
  /** When the next look is wanted where nothing is known: the input `poll-interval-seconds`. */
  readonly usualMs: number;
  /** How many milliseconds a second takes: 1,000 but in a rehearsal. */
  readonly secondMs: number;
}

/** Nothing can end within a bake: it is looked at only for what may go wrong. */
const SPARSE_SECONDS = 15;
/** Near an end that is known, and where ECS only cleans up: the end is told within this. */
const DENSE_SECONDS = 2;
/** An end may come so much earlier than worked out from ECS's own times. */
const EARLY_SECONDS = 4;
/** After so long beyond a predicted end the prediction was wrong. */
const LATE_SECONDS = 60;

/** nextLookMs returns how long to wait before the next look: seldom where nothing can happen, often near an end. */
export function nextLookMs(pace: Pace): number {
  const { now, expectedEnd, usualMs, secondMs } = pace;
  const dense = Math.min(DENSE_SECONDS * secondMs, usualMs);
  const sparse = Math.max(SPARSE_SECONDS * secondMs, usualMs);
  if (phaseOf(pace.status) === 'backward') return dense;
  if (!isInFlight(pace.status)) return 0;
  if (pace.isJudging) return sparse;
  if (expectedEnd === undefined) return usualMs;
  const left = expectedEnd - EARLY_SECONDS * secondMs - now;
  if (left > 0) return Math.min(left, sparse);
  return now - expectedEnd < LATE_SECONDS * secondMs ? dense : usualMs;
}
