import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseJsonPath, readJsonPath } from '../src/json-path.js';

const VALUE = { items: [{ id: 1 }, { id: null }], 'a b': { "c'": 2 } };

describe('parseJsonPath', () => {
  it.each([
    ['$', { value: VALUE }],
    ['$.items[0].id', { value: 1 }],
    ['$.items[-1].id', { value: null }],
    [`$['a b']["c'"]`, { value: 2 }],
    ['$.items[2]', undefined],
    ['$.items.id', undefined],
    ['$.constructor', undefined],
    ['$.items.length', undefined],
  ])('follows %s', (path, found) => {
    expect(readJsonPath(parseJsonPath(path) ?? ['no path'], VALUE)).toEqual(found);
  });

  it.each(['', 'items', '$.', '$[*]', '$..a', '$[?(@.a)]', '$.a b', '$[0', '$[1e9]'])('does not read %j', (path) => {
    expect(parseJsonPath(path)).toBeUndefined();
  });

  it('finds every value of every JSON by its path, and throws for no text', () => {
    const word = fc.stringMatching(/^[\w ]{1,8}$/);
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.nat(3)), { maxLength: 6 }), fc.jsonValue(), (steps, leaf) => {
        const value = steps.reduceRight<unknown>(
          (inner, step) => (typeof step === 'number' ? [...Array<null>(step).fill(null), inner] : { [step]: inner }),
          leaf,
        );
        const path = steps.map((step) => (typeof step === 'number' ? `[${step}]` : `['${step}']`)).join('');
        expect(readJsonPath(parseJsonPath(`$${path}`) ?? ['no path'], value)).toEqual({ value: leaf });
      }),
    );
    fc.assert(fc.property(fc.string(), (text) => void parseJsonPath(`$${text}`)));
  });
});
