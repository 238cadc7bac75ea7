import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { labelsOf, sourceOf, type GitEvent } from '../src/source.js';

const SHA = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);
const SHORT = SHA.slice(0, 12);
const SHORT_HEAD = HEAD.slice(0, 12);
const NOTHING_ASKED = { version: undefined, tags: [] };

const happened = (eventName: string, ref: string | undefined, event: unknown = undefined): GitEvent => ({
  github: { eventName, ref, sha: SHA },
  event,
});
const pull = { number: 12, pull_request: { head: { sha: HEAD } } };

describe('what is built is called', () => {
  it.each([
    ['a push to a branch', happened('push', 'refs/heads/main'), SHA, [SHORT, 'main']],
    ['a branch no tag can be called', happened('push', 'refs/heads/feature/a b'), SHA, [SHORT, 'feature-a-b']],
    ['a push of a release', happened('push', 'refs/tags/v1.2.3'), SHA, ['1.2.3', '1.2', '1']],
    ['a release without the v', happened('push', 'refs/tags/1.2.3'), SHA, ['1.2.3', '1.2', '1']],
    ['a release before the first', happened('push', 'refs/tags/v0.4.2'), SHA, ['0.4.2', '0.4']],
    ['a release with build metadata', happened('push', 'refs/tags/v1.2.3+b.7'), SHA, ['1.2.3_b.7', '1.2', '1']],
    ['a prerelease', happened('push', 'refs/tags/v1.2.3-rc.1'), SHA, ['1.2.3-rc.1']],
    ['a tag that is no version', happened('push', 'refs/tags/beta/2'), SHA, [SHORT, 'beta-2']],
    ['a branch called like a version', happened('push', 'refs/heads/1.4.2'), SHA, [SHORT, '1.4.2']],
    ['a pull request', happened('pull_request', 'refs/pull/12/merge', pull), HEAD, [SHORT_HEAD, 'pr-12']],
    ['a review of one', happened('pull_request_review', 'refs/pull/12/merge', pull), HEAD, [SHORT_HEAD, 'pr-12']],
    [
      'a pull request to a branch',
      happened('pull_request_target', 'refs/heads/main', pull),
      HEAD,
      [SHORT_HEAD, 'pr-12'],
    ],
    ['one without its payload', happened('pull_request', 'refs/pull/12/merge'), SHA, [SHORT, 'pr-12']],
    ['one with a strange payload', happened('pull_request', 'refs/pull/12/merge', 'text'), SHA, [SHORT, 'pr-12']],
    ['a schedule', happened('schedule', 'refs/heads/main'), SHA, [SHORT, 'nightly']],
    ['a button on a branch', happened('workflow_dispatch', 'refs/heads/main'), SHA, [SHORT, 'main']],
    ['a button on a tag', happened('workflow_dispatch', 'refs/tags/v1.2.3'), SHA, ['1.2.3', '1.2', '1']],
    [
      'a release',
      happened('release', 'refs/tags/v2.0.0', { release: { prerelease: false } }),
      SHA,
      ['2.0.0', '2.0', '2'],
    ],
    ['a release for trial', happened('release', 'refs/tags/v2.0.0', { release: { prerelease: true } }), SHA, ['2.0.0']],
    ['a merge queue', happened('merge_group', 'refs/heads/gh-readonly-queue/main/pr-12-abc'), SHA, [SHORT]],
  ])('by %s', (...[, event, revision, tags]) => {
    expect(sourceOf(event, NOTHING_ASKED)).toEqual({ revision, version: tags[0], tags });
  });

  it('by nobody: dev', () => {
    const nowhere = { github: { eventName: undefined, ref: undefined, sha: undefined }, event: undefined };
    expect(sourceOf(nowhere, NOTHING_ASKED)).toEqual({ revision: undefined, version: 'dev', tags: ['dev'] });
  });

  it.each([
    ['refs/heads/main', { version: '1.4.2', tags: [] }, '1.4.2', ['1.4.2', 'main']],
    ['refs/tags/v1.2.3', { version: '9', tags: [] }, '9', ['9']],
    ['refs/tags/v1.2.3', { version: undefined, tags: ['x', 'y', 'x'] }, '1.2.3', ['x', 'y']],
    ['refs/heads/main', { version: '1', tags: ['x'] }, '1', ['x']],
  ])('on %s as was asked by %j', (...[ref, asked, version, tags]) => {
    expect(sourceOf(happened('push', ref), asked)).toEqual({ revision: SHA, version, tags });
  });

  it('always what a registry takes as a tag', () => {
    const ref = fc
      .oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 300 }))
      .map((name) => `refs/heads/${name}`);
    const tagRef = fc.stringMatching(/^refs\/tags\/v?\d{1,3}\.\d+\.\d+[-+]?[0-9A-Za-z.+-]*$/);
    fc.assert(
      fc.property(fc.oneof(ref, tagRef), fc.constantFrom('push', 'schedule', 'pull_request'), (name, eventName) => {
        for (const tag of sourceOf(happened(eventName, name, pull), NOTHING_ASKED).tags) {
          expect(tag).toMatch(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/);
        }
      }),
    );
  });
});

describe('labelsOf', () => {
  it('names revision, source and version, and lets the user win', () => {
    const github = { repository: 'o/r', serverUrl: 'https://github.example' };
    const own = { 'org.opencontainers.image.version': '2', x: 'y' };
    expect(labelsOf({ revision: 'abc', version: '1', tags: ['1'] }, github, own)).toEqual({
      'org.opencontainers.image.revision': 'abc',
      'org.opencontainers.image.source': 'https://github.example/o/r',
      'org.opencontainers.image.version': '2',
      x: 'y',
    });
  });

  it('leaves out what is not known', () => {
    const github = { repository: undefined, serverUrl: 'https://github.com' };
    expect(labelsOf({ revision: undefined, version: 'dev', tags: ['dev'] }, github, {})).toEqual({
      'org.opencontainers.image.version': 'dev',
    });
  });
});
