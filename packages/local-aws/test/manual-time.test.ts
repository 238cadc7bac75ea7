import { describe, expect, it } from '@jest/globals';
import { createManualTime } from '../src/index.js';

describe('createManualTime', () => {
  it('stands still, and then goes on by exactly as much as it is told', async () => {
    const time = createManualTime({ startsAt: new Date('2026-01-01T00:00:00Z') });
    expect(time.now().toISOString()).toBe('2026-01-01T00:00:00.000Z');
    await time.advance(90);
    expect(time.now().toISOString()).toBe('2026-01-01T00:01:30.000Z');
    expect(time.elapsedSeconds()).toBe(90);
  });

  it('wakes in order of time, then in the order asked, each at its own moment and with all that follows', async () => {
    const time = createManualTime();
    const log: string[] = [];
    const note = (name: string): number => log.push(`${name} at ${time.elapsedSeconds()}`);
    void time.wait(20).then(() => note('late'));
    void time
      .wait(10)
      .then(() => note('first'))
      .then(() => time.wait(10))
      .then(() => note('chained'));
    void time.wait(10).then(() => note('second'));
    await time.advance(20);
    expect(log).toEqual(['first at 10', 'second at 10', 'late at 20', 'chained at 20']);
  });

  it('gives a wait up when its signal aborts, with the reason of that', async () => {
    const time = createManualTime();
    const giveUp = new AbortController();
    const waiting = time.wait(5, giveUp.signal);
    giveUp.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(time.wait(5, giveUp.signal)).rejects.toThrow('enough');
    expect(await time.advanceToNext()).toBe(false);
  });

  it('does not go on before work that takes real time has ended', async () => {
    const time = createManualTime();
    const log: string[] = [];
    void time.wait(1).then(async () => {
      await time.during(new Promise((resolve) => setTimeout(resolve, 20)));
      log.push(`worked at ${time.elapsedSeconds()}`);
    });
    void time.wait(2).then(() => log.push('next'));
    await time.advance(2);
    expect(log).toEqual(['worked at 1', 'next']);
  });

  it('goes on until a condition holds and not a moment longer, or says that it never did', async () => {
    const time = createManualTime();
    let holds = false;
    void time.wait(30).then(() => (holds = true));
    void time.wait(31);
    await time.advanceUntil(() => holds);
    expect(time.elapsedSeconds()).toBe(30);
    await expect(time.advanceUntil(() => false, 60)).rejects.toThrow('within 60 s');
  });

  it('is moved on by one hand at a time', async () => {
    const time = createManualTime();
    const going = time.advance(1);
    await expect(time.advance(1)).rejects.toThrow('goes on already');
    await going;
  });
});
