import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WeightedChoice } from '../../src/dataplane/weighted-choice.js';

const weight = fc.integer({ min: 0, max: 60 });

it('gives every group exactly its weight in a whole round, and never one of weight 0', () => {
  fc.assert(
    fc.property(fc.array(weight, { maxLength: 5 }), (weights) => {
      const choice = new WeightedChoice(
        weights.map((each, index) => ({ targetGroupArn: String(index), weight: each })),
      );
      const sum = weights.reduce((total, each) => total + each, 0);
      const counts = weights.map(() => 0);
      for (let n = 0; n < sum; n += 1) {
        const index = Number(choice.next());
        counts[index] = (counts[index] ?? 0) + 1;
      }
      expect(counts).toEqual(weights);
    }),
  );
});

it('chooses nobody when no group has weight', () => {
  expect(new WeightedChoice([]).next()).toBeUndefined();
  expect(new WeightedChoice([{ targetGroupArn: 'a', weight: 0 }]).next()).toBeUndefined();
});

it('interleaves: nobody waits for a whole block of the other', () => {
  const choice = new WeightedChoice([
    { targetGroupArn: 'a', weight: 3 },
    { targetGroupArn: 'b', weight: 1 },
  ]);
  expect(Array.from({ length: 8 }, () => choice.next()).join('')).toBe('aabaaaba');
});
