import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readsOf } from '../../src/skip/dockerfile-images.js';
import { expand } from '../../src/skip/expand.js';

const reads = (text: string, buildArgs: Record<string, string> = {}, contexts: string[] = []) =>
  readsOf(text, { buildArgs, contexts });

describe('what a Dockerfile reads', () => {
  it.each([
    ['FROM scratch\nCOPY a /\n', []],
    ['FROM node:24\n', ['node:24']],
    [
      'FROM --platform=$BUILDPLATFORM node:24 AS Build\nFROM build\nCOPY --from=build /a /\nCOPY --from=0 /b /\n',
      ['node:24'],
    ],
    ['# syntax=docker/dockerfile:1\nFROM scratch\n', ['docker/dockerfile:1']],
    ['FROM scratch\nCOPY --from=busybox:1 /a /\n', ['busybox:1']],
    [
      'FROM scratch AS a\nRUN --mount=type=bind,from=golang:1,target=/x --mount=type=cache,target=/y make\n',
      ['golang:1'],
    ],
    ['ARG V=20\nARG BASE=node:${V}-slim\nFROM ${BASE}\n', ['node:20-slim']],
    ['FROM later\nFROM node AS later\n', ['later', 'node']],
    ['FROM scratch\nRUN <<EOF\nFROM nothing\nEOF\n', []],
    ['FROM a \\\n  AS x\n# FROM b\nFROM x\n', ['a']],
    ['FROM scratch\nADD --checksum=sha256:abc https://example.com/a /a\nADD local /b\n', []],
  ])('%j', (text, images) => {
    expect(reads(text)).toEqual({ images, registries: [], unknown: undefined });
  });

  it.each([
    ['FROM a.b/c/d:1\nCOPY --from=localhost/e /a /\nFROM a.b/f@sha256:0\n', ['a.b', 'localhost']],
    ['ARG R=a.b:5\nFROM $R/c-$TARGETARCH\n', ['a.b:5']],
    ['FROM org/a\nFROM a.b\nFROM $R/a\nFROM ${R}\nFROM x$R/a\n', []],
  ])('names the registries of %j', (text, registries) => {
    expect(reads(text).registries).toEqual(registries);
  });

  it('takes the arguments that are given, and contexts before images', () => {
    expect(reads('ARG V=20\nFROM node:$V\n', { V: '24' }).images).toEqual(['node:24']);
    expect(reads('FROM base\nCOPY --from=shared /a /\n', {}, ['base', 'shared']).images).toEqual([]);
    expect(reads('FROM scratch\n', { BUILDKIT_SYNTAX: 'x/y:1' }).images).toEqual(['x/y:1']);
  });

  it.each([
    'FROM node:$V\n',
    'ARG V\nFROM node:${V}\n',
    'FROM base-$TARGETARCH\n',
    'FROM ${A%b}\n',
    'FROM scratch\nCOPY --from=$X /a /\n',
    'FROM scratch\nADD https://example.com/a /a\n',
    'FROM scratch\nADD ["https://example.com/a", "/a"]\n',
    'FROM scratch\nADD git@example.com:a/b.git /a\n',
    'FROM scratch\nARG URL\nADD $URL /a\n',
  ])('does not guess %j', (text) => {
    expect(reads(text).unknown).toEqual(expect.stringMatching(/\w/));
  });

  it('reads anything without failing', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('FROM', ' ', 'a', '$', '{', '}', '\n', '\\', '--from=', 'COPY', 'ARG', '<<E', ':-')),
        (parts) => {
          expect(Array.isArray(reads(parts.join('')).images)).toBe(true);
        },
      ),
    );
  });
});

describe('expand', () => {
  const values = new Map([
    ['A', 'a'],
    ['E', ''],
  ]);
  it.each([
    ['x$A-${A}', 'xa-a'],
    ['${A:-b}${E:-b}${E-b}${N-b}', 'abb'],
    ['${A:+b}${E:+b}${E+b}${N+b}', 'bb'],
    ['${N:-}', ''],
    ['$N', undefined],
    ['${A#b}', undefined],
    ['$$', undefined],
  ])('of %s', (word, expected) => {
    expect(expand(word, values)).toBe(expected);
  });
});
