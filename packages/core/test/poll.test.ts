import { describe, expect, it } from '@jest/globals';
import { poll, type Clock } from '../src/index.js';

/** A clock that moves only when somebody sleeps. */
function virtualClock(): Clock & { readonly slept: number[] } {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: async (ms, signal) => {
      if (signal?.aborted) throw signal.reason;
      slept.push(ms);
      now += ms;
    },
  };
}

describe('poll', () => {
  it('looks at once and stops when it has seen enough', async () => {
    const clock = virtualClock();
    let looks = 0;
    const seen = await poll({
      clock,
      intervalMs: 10,
      deadline: 1_000,
      look: async () => (looks += 1),
      done: (n) => n === 3,
    });
    expect(seen).toBe(3);
    expect(clock.slept).toEqual([10, 10]);
  });

  it('looks one last time at the deadline', async () => {
    const clock = virtualClock();
    const at: number[] = [];
    await poll({ clock, intervalMs: 40, deadline: 100, look: async () => at.push(clock.now()), done: () => false });
    expect(at).toEqual([0, 40, 80, 100]);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const look = async (): Promise<void> => controller.abort(new Error('cancelled'));
    const polling = poll({
      clock: virtualClock(),
      intervalMs: 1,
      deadline: 100,
      signal: controller.signal,
      look,
      done: () => false,
    });
    await expect(polling).rejects.toThrow('cancelled');
  });
});
