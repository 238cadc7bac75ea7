import { describe, expect, it } from '@jest/globals';
import { shiftOf } from '../src/weights.js';

const at = (atMs: number, blue: number, green: number) => ({ atMs, byGroup: { blue, green } });

describe('shiftOf', () => {
  it.each([
    ['nothing that moved', [at(0, 100, 0)], { highestPercent: 0, percentAtEnd: 0 }],
    [
      'a share that was taken back',
      [at(0, 100, 0), at(10, 90, 10), at(20, 100, 0)],
      { highestPercent: 10, percentAtEnd: 0, takenBackAtMs: 20 }
    ],
    [
      'a release that stays, on the group that was first',
      [at(0, 0, 100), at(10, 10, 90), at(20, 100, 0)],
      { highestPercent: 100, percentAtEnd: 100 }
    ],
    [
      'shares of weights that are no percents',
      [at(0, 4, 0), at(10, 3, 1)],
      { highestPercent: 25, percentAtEnd: 25 }
    ],
  ])('reads %s', (_title, changes, shift) => {
    expect(shiftOf(changes)).toEqual({ ...shift, weightsAtEnd: changes.at(-1)?.byGroup });
  });
});
