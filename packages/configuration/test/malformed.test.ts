import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlipwayError } from '@slipway/core';
import { readConfiguration } from '../src/index.js';
import { CONTRADICTORY, MISSHAPEN, UNREADABLE } from './malformed.js';
import { FULL, problems } from './samples.js';

function startOf(position: string, part: string): RegExp {
  return new RegExp(`^${position}: .*${part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`);
}

describe('a malformed configuration', () => {
  it.each([...UNREADABLE, ...MISSHAPEN, ...CONTRADICTORY])('%s', (...[, text, position, part]) => {
    expect(problems(text)).toContainEqual(expect.stringMatching(startOf(position, part)));
  });

  it('is told with a position, whatever it is', () => {
    const outcome = (text: string): string => {
      try {
        readConfiguration(text, 'slipway.yml');
        return 'read';
      } catch (error) {
        if (!(error instanceof SlipwayError)) throw error;
        return error.message;
      }
    };
    const told =
      /^(?:read|The configuration has (?:a problem|\d+ problems):(?:\n {2}- (?:slipway\.yml:\d+:\d+: .+|and \d+ more))+)$/s;
    const lines = FULL.split('\n');
    const torn = fc
      .tuple(fc.nat(FULL.length), fc.nat(40), fc.string({ unit: 'grapheme', maxLength: 12 }))
      .map(([at, length, text]) => FULL.slice(0, at) + text + FULL.slice(at + length));
    const shuffled = fc.shuffledSubarray(lines).map((some) => some.join('\n'));
    const any = fc.oneof(torn, shuffled, fc.string({ maxLength: 200 }), fc.json());
    fc.assert(
      fc.property(any, (text) => expect(outcome(text)).toMatch(told)),
      { numRuns: 300 },
    );
  });
});
