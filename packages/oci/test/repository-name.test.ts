import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isRepositoryName, parseManifestReference } from '../src/index.js';

describe('isRepositoryName', () => {
  it.each(['a', 'shop/web', 'a-b/c_d/e.f', 'a__b', 'a--b', '0'])('accepts %s', (name) => {
    expect(isRepositoryName(name)).toBe(true);
  });

  it.each([
    '',
    '/',
    'a/',
    '/a',
    'a//b',
    'A',
    '..',
    'a/../b',
    '.a',
    'a.',
    'a_-b',
    'a%2Fb',
    'a b',
    'a\n',
    'a'.repeat(256),
  ])('refuses %j', (name) => {
    expect(isRepositoryName(name)).toBe(false);
  });

  it('accepts nothing that would leave a directory', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        if (!isRepositoryName(text)) return;
        expect(text.split('/')).not.toContain('..');
        expect(text).toMatch(/^[a-z0-9][a-z0-9._/-]*$/);
      }),
    );
  });
});

describe('parseManifestReference', () => {
  it('tells a digest from a tag', () => {
    const digest = `sha256:${'a'.repeat(64)}`;
    expect(parseManifestReference(digest)).toEqual({ digest });
    expect(parseManifestReference('v1.2-rc_3')).toEqual({ tag: 'v1.2-rc_3' });
  });

  it.each(['', '.a', '-a', 'a/b', 'sha256:abc', 'sha512:' + 'a'.repeat(128), 'a'.repeat(129), 'a\n'])(
    'refuses %j',
    (text) => {
      expect(parseManifestReference(text)).toBeUndefined();
    },
  );
});
