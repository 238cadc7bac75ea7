import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Validator, type Schema } from '@cfworker/json-schema';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { parse, stringify } from 'yaml';
import { configurationJsonSchema } from '../src/index.js';
import { CONTRADICTORY, MISSHAPEN } from './malformed.js';
import { FULL, isRead } from './samples.js';

const PUBLISHED = fileURLToPath(new URL('../../../schemas/slipway.schema.json', import.meta.url));
const schema = JSON.parse(await readFile(PUBLISHED, 'utf8')) as Schema;
const validator = new Validator(schema, '2020-12', true);
const isValid = (value: unknown): boolean => validator.validate(value).valid;

describe('slipway.schema.json', () => {
  it('is what the reader reads by; `npm run generate` writes it', () => {
    expect(schema).toEqual(configurationJsonSchema());
  });

  it('takes what the reader takes', () => {
    expect(isValid(parse(FULL))).toBe(true);
  });

  it.each(MISSHAPEN)('refuses %s', (_name, text) => {
    expect(isValid(parse(text))).toBe(false);
  });

  it.each(CONTRADICTORY)('cannot know of %s', (_name, text) => {
    expect(isValid(parse(text, { uniqueKeys: false }))).toBe(true);
  });

  it('and the reader are of one mind about any change of any one member', () => {
    const full = parse(FULL) as object;
    const members = pathsIn(full);
    const replacement = fc.oneof(
      fc.constantFrom(
        '',
        'web',
        'a b',
        '../x',
        'a,b',
        '**',
        '007',
        'https://x',
        true,
        false,
        null,
        0,
        1,
        -1,
        8080,
        1.5,
        70_000,
      ),
      fc.string(),
      fc.json().map((text) => JSON.parse(text) as unknown),
    );
    fc.assert(
      fc.property(fc.constantFrom(...members), replacement, (path, value) => {
        const changed = replaced(full, path, value);
        // What spans members, and decimals, the reader alone knows: it may be stricter, and never laxer.
        if (isRead(stringify(changed))) expect(isValid(changed)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});

type Path = readonly (string | number)[];

function pathsIn(value: unknown, at: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [at];
  const inner = Array.isArray(value) ? [...(value as unknown[]).entries()] : Object.entries(value);
  return [...(at.length > 0 ? [at] : []), ...inner.flatMap(([key, member]) => pathsIn(member, [...at, key]))];
}

function replaced(value: unknown, [step, ...rest]: Path, by: unknown): unknown {
  if (step === undefined) return by;
  if (Array.isArray(value))
    return (value as unknown[]).map((item, at) => (at === step ? replaced(item, rest, by) : item));
  const map = value as Readonly<Record<string, unknown>>;
  return { ...map, [step]: replaced(map[step], rest, by) };
}
