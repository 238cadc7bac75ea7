import { describe, expect, it } from '@jest/globals';
import { portCallsOf } from './distinct.js';
import { sweepCancels, sweepKills } from './interrupt-sweep.js';
import { PLAYS, type Play } from './plays.js';

/** A sample: one distinct call in so many. The long tier meets all of them. */
const STEP = 27;
const EACH = PLAYS.map((play) => [play.name, play] as const);

async function someOf(play: Play): Promise<readonly number[]> {
  const { distinct } = await portCallsOf(play);
  // The first call is a read of who we are: a run that dies there has not begun.
  return distinct.filter((_, at) => at % STEP === 1);
}

describe('a runner that dies', () => {
  it.each(EACH)(
    'leaves nothing that ECS and a second run do not put right: %s',
    async (_name, play) => {
      expect((await sweepKills(play, await someOf(play))).found).toEqual([]);
    },
    120_000,
  );
});

describe('a cancelled run', () => {
  it.each(EACH)(
    'is taken back: %s',
    async (_name, play) => {
      expect((await sweepCancels(play, await someOf(play))).found).toEqual([]);
    },
    120_000,
  );
});
