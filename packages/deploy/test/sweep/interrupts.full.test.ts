import { describe, expect, it } from '@jest/globals';
import { sweepCancels, sweepKills } from './interrupt-sweep.js';
import { PLAYS } from './plays.js';

const CANCEL_STEP = 4;
/** Two second runs for each death. */
const KILL_STEP = 8;
const EACH = PLAYS.map((play) => [play.name, play] as const);

describe('a runner that dies at one call in eight', () => {
  it.each(EACH)(
    '%s',
    async (name, play) => {
      const { runs, found } = await sweepKills(play, KILL_STEP);
      process.stdout.write(`killed, ${name}: ${runs} runs\n`);
      expect(found).toEqual([]);
    },
    600_000,
  );
});

describe('a run that is cancelled at one call in four', () => {
  it.each(EACH)(
    '%s',
    async (name, play) => {
      const { runs, found } = await sweepCancels(play, CANCEL_STEP);
      process.stdout.write(`cancelled, ${name}: ${runs} runs\n`);
      expect(found).toEqual([]);
    },
    600_000,
  );
});
