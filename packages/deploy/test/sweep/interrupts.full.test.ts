import { describe, expect, it } from '@jest/globals';
import { sweepPart } from '@slipway/testkit';
import { portCallsOf, swept } from './distinct.js';
import { sweepCancels, sweepKills } from './interrupt-sweep.js';
import { PLAYS } from './plays.js';

const EACH = PLAYS.map((play) => [play.name, play] as const);

describe('a runner that dies at any call', () => {
  it.each(EACH)(
    '%s',
    async (name, play) => {
      const { runs, found } = await sweepKills(play, sweepPart(swept(await portCallsOf(play))));
      process.stdout.write(`killed, ${name}: ${runs} runs\n`);
      expect(found).toEqual([]);
    },
    3_600_000,
  );
});

describe('a run that is cancelled at any call, and in any wait', () => {
  it.each(EACH)(
    '%s',
    async (name, play) => {
      const { runs, found } = await sweepCancels(play, sweepPart(swept(await portCallsOf(play))));
      process.stdout.write(`cancelled, ${name}: ${runs} runs\n`);
      expect(found).toEqual([]);
    },
    3_600_000,
  );
});
