import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { matchJson } from '../src/json-match.js';
import type { Json } from '../src/index.js';

describe('matchJson', () => {
  it.each<{ what: string; expected: Json; actual: unknown; problems: string[] }>([
    { what: 'more members than expected', expected: { a: 1 }, actual: { a: 1, b: 2 }, problems: [] },
    {
      what: 'a deep difference',
      expected: { a: { b: [1, { c: 2 }] } },
      actual: { a: { b: [1, { c: 3 }] } },
      problems: ['json.a.b[1].c is 3; expected 2'],
    },
    { what: 'a missing member', expected: { a: null }, actual: {}, problems: ['json.a is missing; expected null'] },
    {
      what: 'an inherited member',
      expected: { toString: 1 },
      actual: {},
      problems: ['json.toString is missing; expected 1'],
    },
    { what: 'another type', expected: { a: '1' }, actual: { a: 1 }, problems: ['json.a is 1; expected "1"'] },
    { what: 'a list of another length', expected: [1], actual: [1, 2], problems: ['json has 2 items; expected 1'] },
    { what: 'a list for an object', expected: { 0: 1 }, actual: [1], problems: ['json is [1]; expected an object'] },
    { what: 'an object for a list', expected: [], actual: {}, problems: ['json is {}; expected a list'] },
    { what: 'null for an object', expected: {}, actual: null, problems: ['json is null; expected an object'] },
    {
      what: 'all differences',
      expected: { a: 1, b: 2 },
      actual: { a: 2, b: 1 },
      problems: ['json.a is 2; expected 1', 'json.b is 1; expected 2'],
    },
  ])('judges $what', ({ expected, actual, problems }) => {
    expect(matchJson(expected, actual)).toEqual(problems);
  });

  it('finds every JSON value in itself', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(matchJson(JSON.parse(text) as Json, JSON.parse(text))).toEqual([]);
      }),
    );
  });
});
