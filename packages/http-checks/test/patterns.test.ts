import { describe, expect, it } from '@jest/globals';
import { matchRegex, toPattern, toRegex } from '../src/patterns.js';

describe('toPattern', () => {
  it.each([
    ['text/html', { exact: 'text/html' }],
    ['/', { exact: '/' }],
    ['//', { exact: '//' }],
    ['/a/b', { exact: '/a/b' }],
    ['/^a\\/b$/', { regex: /^a\/b$/u }],
    ['/a/i', { regex: /a/iu }],
  ])('reads %s', (text, pattern) => {
    expect(toPattern(text)).toEqual(pattern);
  });
});

describe('matchRegex', () => {
  it('tells whether an expression is found', () => {
    expect(matchRegex(toRegex('^o.$'), 'ok')).toBe('found');
    expect(matchRegex(toRegex('^o.$'), 'no')).toBe('not-found');
  });

  it.each([
    ['^(a+)+$', 30],
    ['^(a|aa)+$', 60],
    ['.*.*.*.*b', 20_000],
  ])('gives up on %s, which backtracks', (source, length) => {
    const start = performance.now();
    expect(matchRegex(toRegex(source), `${'a'.repeat(length)}!`)).toBe('too-slow');
    expect(performance.now() - start).toBeLessThan(5_000);
  });
});
