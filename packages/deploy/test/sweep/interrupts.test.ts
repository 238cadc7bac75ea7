import { describe, expect, it } from '@jest/globals';
import { callsOf } from './faults.js';
import { cancelAt, killAt } from './interrupts.js';
import { PLAYS } from './plays.js';

/** A sample: each kind meets one call in so many. The long tier meets more. */
const STEP = 25;

describe('a runner that dies', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))(
    'leaves nothing that ECS and a second run do not put right: %s',
    async (_name, play) => {
      const found: string[] = [];
      const calls = await callsOf(play);
      for (let nth = 2; nth <= calls; nth += STEP) {
        for (const when of ['at once', 'after an hour'] as const) {
          for (const violation of await killAt(play, nth, when))
            found.push(`killed at call ${nth}, ${when}: ${violation}`);
        }
      }
      expect(found).toEqual([]);
    },
    120_000,
  );
});

describe('a cancelled run', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))(
    'is taken back: %s',
    async (_name, play) => {
      const found: string[] = [];
      const calls = await callsOf(play);
      for (let nth = 1; nth <= calls; nth += STEP) {
        for (const violation of await cancelAt(play, nth)) found.push(`cancelled at call ${nth}: ${violation}`);
      }
      expect(found).toEqual([]);
    },
    120_000,
  );
});
