import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { neutralise } from '../src/index.js';

/** How the runner finds commands: `::` after leading white space, `##[` anywhere (actions/runner, ActionCommand). */
const COMMAND = /^\s*::|##\[/;

describe('neutralise', () => {
  it.each([
    ['plain', '| plain'],
    ['::error::no', '| ::error::no'],
    ['a\n  ::set-output name=x::y\nb', '| a\n|   ::set-output name=x::y\n| b'],
    ['##[error]no', '| ## [error]no'],
    ['a\r::error::x', '| a\n| ::error::x'],
    ['ends\n\n', '| ends'],
  ])('%j', (text, expected) => {
    expect(neutralise(text)).toBe(expected);
  });

  it('leaves no line that is a command', () => {
    const hostile = fc
      .array(fc.constantFrom('::', '##[', 'error', '\n', '\r', ' ', ']', '#'))
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(hostile, (text) =>
        neutralise(text)
          .split(/\r|\n/)
          .every((line) => !COMMAND.test(line)),
      ),
    );
  });
});
