import { describe, expect, it } from '@jest/globals';
import { sweepCancels, sweepKills } from './interrupt-sweep.js';
import { PLAYS } from './plays.js';

/** A sample: each kind meets one call in so many. The long tier meets more. */
const STEP = 25;
const EACH = PLAYS.map((play) => [play.name, play] as const);

describe('a runner that dies', () => {
  it.each(EACH)(
    'leaves nothing that ECS and a second run do not put right: %s',
    async (_name, play) => {
      expect((await sweepKills(play, STEP)).found).toEqual([]);
    },
    120_000,
  );
});

describe('a cancelled run', () => {
  it.each(EACH)(
    'is taken back: %s',
    async (_name, play) => {
      expect((await sweepCancels(play, STEP)).found).toEqual([]);
    },
    120_000,
  );
});
