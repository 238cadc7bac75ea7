import { describe, expect, it } from '@jest/globals';
import { sweepPart } from '@slipway/testkit';
import { apiCallsOf, portCallsOf, swept } from './distinct.js';
import { meetings, sweep, TROUBLES } from './faults.js';
import { PLAYS } from './plays.js';

describe('every kind of fault at every call', () => {
  it.each(PLAYS.map((play) => [play.name, play] as const))(
    '%s',
    async (_name, play) => {
      const api = await apiCallsOf(play);
      const wanted = meetings(swept(api), swept(await portCallsOf(play)));
      const { runs, found, outcomes } = await sweep(play, sweepPart(wanted));
      process.stdout.write(
        `${play.name}: ${runs} of ${wanted.length} runs, ${swept(api).length} of ${api.count} calls, ${JSON.stringify(outcomes)}\n`,
      );
      expect(wanted.length).toBeGreaterThan(10 * TROUBLES.length);
      expect(new Set(sweepPart(wanted).map(({ trouble }) => JSON.stringify(trouble))).size).toBe(TROUBLES.length);
      expect(found).toEqual([]);
    },
    3_600_000,
  );
});
