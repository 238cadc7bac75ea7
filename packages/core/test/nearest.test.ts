import { describe, expect, it } from '@jest/globals';
import { nearest } from '../src/nearest.js';

describe('nearest', () => {
  it.each([
    ['methd', 'method'],
    ['Path', 'path'],
    ['header', 'headers'],
    ['within_ms', undefined],
    ['x', undefined],
  ])('of %s is %s', (word, meant) => {
    expect(nearest(word, ['method', 'path', 'headers', 'ok'])).toBe(meant);
  });

  it('does not spend time on what is far too long', () => {
    expect(nearest('a'.repeat(100_000), ['method'])).toBeUndefined();
  });
});
