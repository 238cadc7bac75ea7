import { describe, expect, it } from '@jest/globals';
import { median } from '../src/index.js';

describe('median', () => {
  it.each([
    [[3], 3],
    [[9, 1, 5], 5],
    // By value, not by text.
    [[10, 9, 100], 10],
    [[4, 1, 3, 2], 2.5],
    [[], NaN],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});
