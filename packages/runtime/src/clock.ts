import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '@slipway/core';

/** systemClock is the machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal ? { signal } : undefined);
    } catch (error) {
      throw signal?.aborted ? signal.reason : error;
    }
  },
};

/**
 * clockFor returns the machine's time, told how fast AWS's minutes go. Only an AWS on this very machine can be a
 * rehearsal's: elsewhere `SLIPWAY_REHEARSAL_MINUTE_MS` is ignored.
 */
export function clockFor(environment: Readonly<Record<string, string | undefined>>): Clock {
  const minuteMs = Number(environment['SLIPWAY_REHEARSAL_MINUTE_MS']);
  if (!Number.isFinite(minuteMs) || minuteMs <= 0 || !isLoopback(environment['AWS_ENDPOINT_URL'])) return systemClock;
  return { ...systemClock, minuteMs };
}

function isLoopback(endpoint: string | undefined): boolean {
  if (!endpoint || !URL.canParse(endpoint)) return false;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
}
