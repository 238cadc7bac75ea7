/** Fewer minutes say nothing about how errors scatter. */
const LEAST_MINUTES = 5;

/** What was counted in a minute, among how many requests. */
export interface CountedMinute {
  readonly requests: number;
  readonly count: number;
}

/**
 * dispersionOf returns how much more the counts of single minutes scatter than independent errors would, at least 1.
 * Errors that come in bursts (retries, one bad client) count as fewer: both fleets' counts are divided by it, or bursts
 * would be taken for evidence. Each minute is held against its own requests: traffic that comes and goes is no burst of
 * errors, and a minute without requests says nothing. With the same requests in each it is variance over mean.
 */
export function dispersionOf(minutes: readonly CountedMinute[]): number {
  const seen = minutes.filter(({ requests }) => requests > 0);
  if (seen.length < LEAST_MINUTES) return 1;
  const add = (read: (minute: CountedMinute) => number): number => seen.reduce((sum, minute) => sum + read(minute), 0);
  const total = add(({ count }) => count);
  if (total === 0) return 1;
  const rate = total / add(({ requests }) => requests);
  const squares = add(({ requests, count }) => (count - rate * requests) ** 2);
  return Math.max(1, (squares / (seen.length - 1)) * (seen.length / total));
}
