import { describe, expect, it } from '@jest/globals';
import { sweep } from './faults.js';
import { PLAYS } from './plays.js';

/** A sample: every thirtieth call. The long tier goes through more of them. */
const STEP = 30;

describe('a fault at every call', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))(
    '%s',
    async (_name, play) => {
      const { runs, found } = await sweep(play, STEP);
      expect(runs).toBeGreaterThan(5);
      expect(found).toEqual([]);
    },
    120_000,
  );
});
