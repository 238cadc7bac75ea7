import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlipwayError, isDigest, parseImageReference } from '../src/index.js';

const DIGEST = `sha256:${'0f'.repeat(32)}`;

describe('isDigest', () => {
  it.each([
    [DIGEST, true],
    [DIGEST.toUpperCase(), false],
    ['sha256:abc', false],
    [`sha512:${'0'.repeat(64)}`, false],
    ['', false],
  ])('%s: %s', (text, expected) => {
    expect(isDigest(text)).toBe(expected);
  });
});

describe('parseImageReference', () => {
  it.each([
    ['web', { repository: 'web' }],
    ['shop/web:1.2', { repository: 'shop/web', tag: '1.2' }],
    [`127.0.0.1:5000/shop/web@${DIGEST}`, { repository: '127.0.0.1:5000/shop/web', digest: DIGEST }],
    [`registry.example/web:1@${DIGEST}`, { repository: 'registry.example/web', tag: '1', digest: DIGEST }],
  ])('splits %s', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected);
  });

  it.each(['', 'Web', '-web', 'web:', 'web@sha256:1', 'a b', '../web', 'web:tag:tag'])('refuses %j', (text) => {
    expect(() => parseImageReference(text)).toThrow(expect.objectContaining({ code: 'IMAGE_REFERENCE_INVALID' }));
  });

  it('throws nothing else, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        try {
          return parseImageReference(text).repository.length > 0;
        } catch (error) {
          return error instanceof SlipwayError;
        }
      }),
    );
  });

  it('reads long hostile texts in no time', () => {
    const startedAt = performance.now();
    expect(() => parseImageReference(`${'a-'.repeat(50_000)}!`)).toThrow();
    expect(() => parseImageReference(`${'a__'.repeat(50_000)}!`)).toThrow();
    // Not a measurement: a quadratic pattern would take minutes.
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
