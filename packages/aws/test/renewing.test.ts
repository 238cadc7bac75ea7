import { describe, expect, it } from '@jest/globals';
import { renewing, type Session } from '../src/renewing.js';

const MINUTE_MS = 60_000;
const AN_HOUR = 60;

/** A provider in a time of its own, whose sessions are answered by hand. */
function play() {
  let now = 0;
  const waiting: { resolve(session: Session): void; reject(error: Error): void }[] = [];
  const provide = renewing(
    () => new Promise<Session>((resolve, reject) => void waiting.push({ resolve, reject })),
    () => now,
  );
  return {
    provide,
    asked: () => waiting.length,
    at: (minute: number) => void (now = minute * MINUTE_MS),
    give: (name: string, endsAtMinute: number): void =>
      waiting.at(-1)?.resolve({
        ...{ accessKeyId: name, secretAccessKey: 'secret', sessionToken: 'token' },
        expiration: new Date(endsAtMinute * MINUTE_MS),
      }),
    fail: (): void => waiting.at(-1)?.reject(new Error('not given')),
  };
}

async function playWithSession() {
  const played = play();
  const first = played.provide();
  played.give('first', AN_HOUR);
  await first;
  return played;
}

const named = (accessKeyId: string) => expect.objectContaining({ accessKeyId });

describe('renewing', () => {
  it('asks for one session for all who wait for it', async () => {
    const { provide, give, asked } = play();
    const both = Promise.all([provide(), provide()]);
    give('first', AN_HOUR);
    expect(await both).toEqual([named('first'), named('first')]);
    expect(asked()).toBe(1);
  });

  it.each([
    ['good for long', 54.9, 1],
    ['that ends soon', 55, 2],
    ['that is nearly over', 59.4, 2],
  ])('gives a session %s at minute %d without waiting', async (_title, minute, asked) => {
    const played = await playWithSession();
    played.at(minute);
    expect(await played.provide()).toEqual(named('first'));
    expect(played.asked()).toBe(asked);
  });

  it.each([59.5, 60, 90])('waits for the next session at minute %d', async (minute) => {
    const played = await playWithSession();
    played.at(minute);
    const next = played.provide();
    played.give('second', minute + AN_HOUR);
    expect(await next).toEqual(named('second'));
  });

  it('gives the next session once it has come', async () => {
    const played = await playWithSession();
    played.at(56);
    await played.provide();
    await played.provide();
    expect(played.asked()).toBe(2);
    played.give('second', 56 + AN_HOUR);
    await Promise.resolve();
    expect(await played.provide()).toEqual(named('second'));
    expect(played.asked()).toBe(2);
  });

  it('fails only when there is no good session any more, and asks again', async () => {
    const played = await playWithSession();
    played.at(56);
    await played.provide();
    played.fail();
    expect(await played.provide()).toEqual(named('first'));
    played.at(60);
    const failed = played.provide();
    played.fail();
    await expect(failed).rejects.toThrow('not given');
    const next = played.provide();
    played.give('second', 120);
    expect(await next).toEqual(named('second'));
  });
});
