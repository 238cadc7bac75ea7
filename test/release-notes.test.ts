import { describe, expect, it } from '@jest/globals';
import { releaseNotes } from '../scripts/release-notes.js';

const changelog = `# Changelog

## Unreleased

- Not yet.

## 1.10.0 - 2026-12-01

### Added

- Ten.

## [1.1.0] - 2026-11-30

- One.

## 1.0.0 - 2026-11-29
`;

describe('releaseNotes', () => {
  it.each([
    ['1.10.0', '### Added\n\n- Ten.\n'],
    ['1.1.0', '- One.\n'],
  ])('of %s are its section of the changelog', (version, notes) => {
    expect(releaseNotes({ tag: `v${version}`, version, changelog })).toBe(notes);
  });

  it.each([
    ['a tag that is another version', { tag: 'v1.1.0', version: '1.10.0' }, /tag is 'v1\.1\.0'.*'1\.10\.0'/],
    ['a version that is not there', { tag: 'v1.1', version: '1.1' }, /nothing under '## 1\.1 /],
    ['a section without a word', { tag: 'v1.0.0', version: '1.0.0' }, /nothing under '## 1\.0\.0 /],
  ])('refuses %s', (_what, release, message) => {
    expect(() => releaseNotes({ ...release, changelog })).toThrow(message);
  });
});
