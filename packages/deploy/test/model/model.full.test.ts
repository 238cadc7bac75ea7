import { afterAll, describe, expect, it } from '@jest/globals';
import { sweepPart } from '@slipway/testkit';
import { check } from './model-check.js';

/** 10,000 sequences when whole, in parts, so that one sees it go on. */
const PARTS = Array.from({ length: 20 }, (_, part) => [part + 1, 1000 + part] as const);
const SEQUENCES_PER_PART = 500;

let sequences = 0;
let runs = 0;
const outcomes: Record<string, number> = {};

afterAll(() => {
  process.stdout.write(`model: ${sequences} sequences, ${runs} runs, ${JSON.stringify(outcomes)}\n`);
});

describe('the deployer among persons, crashes, alarms and other runs', () => {
  it.each(sweepPart(PARTS))(
    'breaks no rule in any sequence: part %i, seed %i',
    async (part, seed) => {
      const checked = await check({ numRuns: SEQUENCES_PER_PART, seed });
      process.stdout.write(`model, part ${part}: ${checked.sequences} sequences, ${checked.runs} runs\n`);
      sequences += checked.sequences;
      runs += checked.runs;
      for (const [outcome, count] of Object.entries(checked.outcomes)) {
        outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
      }
      expect(checked.counterexample).toBeUndefined();
      expect(checked.sequences).toBe(SEQUENCES_PER_PART);
    },
    300_000,
  );
});
