import { describe, expect, it } from '@jest/globals';
import { apiCallsOf, portCallsOf } from './distinct.js';
import { meetings, sweep } from './faults.js';
import { PLAYS } from './plays.js';

/** A sample: every meeting of so many. The long tier has all of them. */
const STEP = 55;

describe('a fault at a call', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))(
    '%s',
    async (_name, play) => {
      const all = meetings((await apiCallsOf(play)).distinct, (await portCallsOf(play)).distinct);
      const { runs, found } = await sweep(
        play,
        all.filter((_, at) => at % STEP === 0),
      );
      expect(runs).toBeGreaterThanOrEqual(3);
      expect(found).toEqual([]);
    },
    120_000,
  );
});
