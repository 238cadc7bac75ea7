import { setTimeout as delay } from 'node:timers/promises';
import type { WorldTime } from './world.js';

/** createWorldTime returns a world's time in which a minute takes `minuteMs` real milliseconds. */
export function createWorldTime(minuteMs: number): WorldTime {
  const realMs = (seconds: number): number => (seconds / 60) * minuteMs;
  return {
    minuteMs,
    byHand: false,
    now: () => new Date(),
    realMs,
    wait: async (seconds, signal) => {
      signal?.throwIfAborted();
      try {
        await delay(realMs(seconds), undefined, signal ? { signal } : {});
      } catch (error) {
        // Node wraps the reason in an AbortError of its own; callers are promised the reason itself.
        throw signal?.aborted ? signal.reason : error;
      }
    },
    during: (work) => work,
  };
}
