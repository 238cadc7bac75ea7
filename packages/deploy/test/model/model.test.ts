import { describe, expect, it } from '@jest/globals';
import { check } from './model-check.js';

/** A sample, the same at every run; the long tier draws others. */
const SEQUENCES = 100;

describe('the deployer among persons, crashes, alarms and other runs', () => {
  it('breaks no rule in any sequence', async () => {
    const checked = await check({ numRuns: SEQUENCES, seed: 1 });
    expect(checked.counterexample).toBeUndefined();
    expect(checked.sequences).toBe(SEQUENCES);
    expect(Object.keys(checked.outcomes)).toEqual(expect.arrayContaining(['deliver succeeded', 'deliver rolled-back']));
  }, 60_000);
});
