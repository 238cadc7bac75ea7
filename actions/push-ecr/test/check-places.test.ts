import { describe, expect, it } from '@jest/globals';
import { withDigest } from '../src/check-places.js';

const DIGEST = `sha256:0123456789abcdef${'0'.repeat(48)}`;

describe('a tag with a digest', () => {
  it.each([
    ['1.4.2', '1.4.2-01234567'],
    ['a'.repeat(119), `${'a'.repeat(119)}-01234567`],
    ['a'.repeat(128), `${'a'.repeat(119)}-01234567`],
  ])('of %s is %s: no longer than a tag may be', (tag, expected) => {
    expect(withDigest(tag, DIGEST)).toBe(expected);
    expect(withDigest(tag, DIGEST).length).toBeLessThanOrEqual(128);
  });
});
