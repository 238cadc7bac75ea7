import { describe, expect, it } from '@jest/globals';
import { sweep } from './faults.js';
import { PLAYS } from './plays.js';

/** Looks at a deployment that does not move are the same look: every fourth call meets each of the others. */
const STEP = 4;

describe('a fault at every call', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))(
    '%s',
    async (_name, play) => {
      const { runs, found, outcomes } = await sweep(play, STEP);
      process.stdout.write(`${play.name}: ${runs} runs, ${JSON.stringify(outcomes)}\n`);
      expect(runs).toBeGreaterThan(20);
      expect(found).toEqual([]);
    },
    600_000,
  );
});
