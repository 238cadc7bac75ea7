import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { schemaProblems, YamlText } from '../src/index.js';

const schema = z.strictObject({
  name: z.string(),
  sizes: z.array(z.strictObject({ width: z.number() })).optional(),
  kinds: z.record(z.string().regex(/^[a-z]+$/, 'is not a name'), z.boolean()).optional(),
  off: z
    .union([z.literal(false), z.strictObject({ reason: z.string() })], { error: 'must be false, or say why' })
    .optional(),
  auth: z
    .union([z.strictObject({ token: z.string() }), z.strictObject({ user: z.string() })], {
      error: 'must be token or user',
    })
    .optional(),
});

function problemsOf(text: string): string[] {
  const yaml = new YamlText(text);
  const { error } = schema.safeParse(yaml.value());
  const found = error ? schemaProblems({ yaml, schema, name: 'a thing' }, error) : [];
  return found.map(({ line, column, message }) => `${line}:${column} ${message}`);
}

describe('schemaProblems', () => {
  it.each([
    ['{name: a}', []],
    ['[]', ['1:1 a thing must be a map']],
    ['{}', ["1:1 'name' is missing"]],
    ['{name: 1}', ["1:8 'name' must be a text"]],
    ['{name: a, nam: b}', ["1:11 unknown key 'nam'; did you mean 'name'?"]],
    ['{name: a, x: b}', ["1:11 unknown key 'x'; known here: name, sizes, kinds, off, auth"]],
    ['{name: a, sizes: [{widht: 1, width: 1}]}', ["1:20 unknown key 'widht'; did you mean 'width'?"]],
    ['{name: a, sizes: [{width: b}]}', ["1:27 'sizes[0].width' expected number, received string"]],
    ['{name: a, kinds: {B: true}}', ["1:19 'B' is not a name"]],
    ['{name: a, kinds: {b: 1}}', ["1:22 'kinds.b' must be true or false"]],
    // The only alternative that it can have been.
    ['{name: a, off: {reson: b}}', expect.arrayContaining(["1:17 unknown key 'reson'; did you mean 'reason'?"])],
    ['{name: a, off: true}', ["1:16 'off' must be false, or say why"]],
    // Either of two.
    ['{name: a, auth: {tken: b}}', ["1:17 'auth' must be token or user"]],
  ])('of %s', (text, problems) => expect(problemsOf(text)).toEqual(problems));

  it('has a place for whatever is wrong', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        for (const problem of problemsOf(text)) expect(problem).toMatch(/^[1-9]\d*:[1-9]\d* \S/);
      }),
    );
  });
});
