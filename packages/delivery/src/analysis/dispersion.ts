/** Fewer minutes say nothing about how errors scatter. */
const LEAST_MINUTES = 5;

/**
 * dispersionOf returns how much more the counts of single minutes scatter than independent errors would: variance over
 * mean, at least 1. Errors that come in bursts (retries, one bad client) count as fewer: both fleets' counts are
 * divided by it, or bursts would be taken for evidence.
 */
export function dispersionOf(counts: readonly number[]): number {
  if (counts.length < LEAST_MINUTES) return 1;
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  if (mean === 0) return 1;
  const variance = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0) / (counts.length - 1);
  return Math.max(1, variance / mean);
}
