import { describe, expect, it } from '@jest/globals';
import { sample, samplesOf, type Sample } from './dist-samples.js';

/** Each is a local-aws and an action at work: more of them measure the machine. */
const LANES = 3;
const KINDS: readonly Sample['kind'][] = ['cancel', 'kill', 'fault'];

describe('the built action, by real signals and over HTTP', () => {
  it.each(KINDS)(
    'keeps what is promised: %s',
    async (kind) => {
      const { samples, met, runs, outcomes, found } = await sample(samplesOf(kind), LANES);
      process.stdout.write(
        `dist, ${kind}: ${samples} samples, ${met} met, ${runs} runs, ${JSON.stringify(outcomes)}\n`,
      );
      expect(found).toEqual([]);
      expect(met).toBeGreaterThanOrEqual(30);
    },
    600_000,
  );
});
