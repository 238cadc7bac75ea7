import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parseQueryInput } from '../../src/http/query-protocol.js';
import { AwsError } from '../../src/service.js';

describe('parseQueryInput', () => {
  it.each([
    ['scalars, which stay texts', 'Name=web&Port=80&On=true', { Name: 'web', Port: '80', On: 'true' }],
    ['structures', 'Matcher.HttpCode=200', { Matcher: { HttpCode: '200' } }],
    ['lists, in the order of their numbers', 'A.member.10=c&A.member.2=b&A.member.1=a', { A: ['a', 'b', 'c'] }],
    [
      'lists of structures with lists',
      'Actions.member.1.Type=forward&Actions.member.1.ForwardConfig.TargetGroups.member.1.Weight=0',
      { Actions: [{ Type: 'forward', ForwardConfig: { TargetGroups: [{ Weight: '0' }] } }] },
    ],
    ['an empty list as the empty text', 'Targets=', { Targets: '' }],
    ['what is escaped', 'Name=a%26b+c%3D', { Name: 'a&b c=' }],
    ['names that objects have of their own', 'constructor=x&toString.a=y', { constructor: 'x', toString: { a: 'y' } }],
  ])('reads %s', (_name, form, input) => {
    expect(parseQueryInput(`Action=Do&Version=2015-12-01&${form}`)).toEqual({ operation: 'Do', input });
  });

  it('gives nobody another prototype', () => {
    const { input } = parseQueryInput('Action=Do&__proto__.polluted=yes');
    expect(Object.getPrototypeOf(input)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each([
    ['nothing', '', 'MissingAction'],
    ['a member twice', 'Action=Do&A=1&A=2', 'MalformedInput'],
    ['a text that is a structure too', 'Action=Do&A=1&A.B=2', 'MalformedInput'],
    ['a structure that is a text too', 'Action=Do&A.B=2&A=1', 'MalformedInput'],
    ['a name without an end', 'Action=Do&A.=1', 'MalformedInput'],
    ['a name with a hole', 'Action=Do&A..B=1', 'MalformedInput'],
    ['a name without bottom', `Action=Do&${'A.'.repeat(100)}B=1`, 'MalformedInput'],
  ])('refuses %s', (_name, form, code) => {
    expect(() => parseQueryInput(form)).toThrow(expect.objectContaining({ code }));
  });

  it('ends in an input or in an AwsError, whatever it is given', () => {
    const part = fc.constantFrom('A', 'B', 'member', '1', '2', '', '__proto__');
    const name = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
    fc.assert(
      fc.property(fc.array(name), (names) => {
        try {
          expect(parseQueryInput(`Action=Do&${names.map((one) => `${one}=1`).join('&')}`).operation).toBe('Do');
        } catch (error) {
          expect(error).toBeInstanceOf(AwsError);
        }
      }),
    );
  });
});
