import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlipwayError } from '@slipway/core';
import { ARN, defineInputs, parseInputs, splitList } from '../src/index.js';

const places = { workspace: '/work/space', temp: '/work/temp' };

const schema = defineInputs({
  name: { type: 'string', required: true, description: 'A name.', pattern: /[a-z]+/, expects: 'small letters' },
  count: { type: 'integer', min: 1, max: 10, default: 3, description: 'A count.' },
  mode: { type: 'enum', values: ['fast', 'safe'], default: 'safe', description: 'A mode.' },
  'dry-run': { type: 'boolean', default: false, description: 'A switch.' },
  file: { type: 'path', description: 'A file.' },
  tags: { type: 'list', description: 'Tags.' },
  labels: { type: 'map', description: 'Labels.', example: 'team=web' },
  token: { type: 'string', secret: true, description: 'A secret.', pattern: /[0-9]+/ },
  line: { type: 'string', description: 'A line of a log.' },
  paths: { type: 'list', description: 'Paths.', begins: /\// },
});

const parse = (environment: Record<string, string>) => parseInputs(schema, environment, places);

describe('parseInputs', () => {
  it('fills in what is not set; empty means not set', () => {
    expect(parse({ INPUT_NAME: 'web', INPUT_COUNT: '', INPUT_FILE: '  ' })).toEqual({
      name: 'web',
      count: 3,
      mode: 'safe',
      'dry-run': false,
      file: undefined,
      tags: [],
      labels: {},
      token: undefined,
      line: undefined,
      paths: [],
    });
  });

  it('leaves a default that is an expression to GitHub: what is empty after it is not set', () => {
    const token = { type: 'string', secret: true, default: '${{ github.token }}', description: 'A token.' } as const;
    const read = (given: string) => parseInputs(defineInputs({ token }), { INPUT_TOKEN: given }, places).token;
    expect([read(''), read('ghs_1')]).toEqual([undefined, 'ghs_1']);
  });

  it('reads every type', () => {
    const inputs = parse({
      INPUT_NAME: 'web',
      INPUT_COUNT: '10',
      INPUT_MODE: 'fast',
      'INPUT_DRY-RUN': 'True',
      INPUT_FILE: 'deploy/task.json',
      INPUT_TAGS: 'a, b\n\n c ,',
      INPUT_LABELS: 'key=value=with=equals\nempty=\n',
      INPUT_TOKEN: '123',
      INPUT_LINE: '*** Ready, 1.2 ***',
      INPUT_PATHS: '/, /search?ids=1,2\n/a,b',
    });
    expect(inputs).toEqual({
      name: 'web',
      count: 10,
      mode: 'fast',
      'dry-run': true,
      file: '/work/space/deploy/task.json',
      tags: ['a', 'b', 'c'],
      labels: { key: 'value=with=equals', empty: '' },
      token: '123',
      line: '*** Ready, 1.2 ***',
      paths: ['/', '/search?ids=1,2', '/a,b'],
    });
  });

  it.each([
    ['INPUT_NAME', 'web1', 'small letters'],
    ['INPUT_COUNT', '0', 'a whole number from 1 to 10'],
    ['INPUT_COUNT', '3x', 'a whole number from 1 to 10'],
    ['INPUT_COUNT', '3.5', 'a whole number from 1 to 10'],
    ['INPUT_MODE', 'quick', 'one of: fast, safe'],
    ['INPUT_DRY-RUN', 'yes', "'true' or 'false'"],
    ['INPUT_FILE', '../secret', 'inside the workspace'],
    ['INPUT_FILE', '/etc/passwd', 'inside the workspace'],
    ['INPUT_FILE', '/work/space-of-another/x', 'inside the workspace'],
    ['INPUT_LABELS', 'novalue', "key=value, and line 1 is none; for example 'team=web'"],
    ['INPUT_LABELS', '=value', 'key=value'],
  ])('refuses %s=%s and says what is right', (variable, value, expected) => {
    expect(() => parse({ INPUT_NAME: 'web', [variable]: value })).toThrow(
      expect.objectContaining({ code: 'INPUT_INVALID', message: expect.stringContaining(expected) }),
    );
  });

  it('refuses an input that it does not have, and names the one that was meant', () => {
    expect(() => parse({ INPUT_NAME: 'web', INPUT_COUNTT: '3' })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining("'countt' is no input of this action; did you mean 'count'?"),
      }),
    );
  });

  it('never shows what is in a map', () => {
    expect(() => parse({ INPUT_NAME: 'web', INPUT_LABELS: 'KEY=hunter2\nhunter3' })).toThrow(
      expect.objectContaining({ message: expect.not.stringMatching(/hunter/) }),
    );
  });

  it('reports all problems at once', () => {
    expect(() => parse({ INPUT_COUNT: 'x', INPUT_MODE: 'y' })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/^3 inputs.*'name'.*'count'.*'mode'/s) }),
    );
  });

  it.each([
    ['INPUT_NAME', '***'],
    ['INPUT_COUNT', '***'],
    ['INPUT_LINE', '***'],
    ['INPUT_LINE', '***.dkr.ecr.eu-west-1.amazonaws.com/shop/web@sha256:00'],
    ['INPUT_FILE', '***/layout'],
    ['INPUT_TAGS', 'eu-central-1\neu-west-1 arn:aws:iam::***:role/push'],
  ])('explains a value that the runner has masked: %s=%s', (variable, value) => {
    expect(() => parse({ INPUT_NAME: 'web', [variable]: value })).toThrow(
      expect.objectContaining({ message: expect.stringMatching(/'[a-z]+' has '\*\*\*' in it: the runner masked/) }),
    );
  });

  it('never shows the value of a secret', () => {
    expect(() => parse({ INPUT_NAME: 'web', INPUT_TOKEN: 'hunter2' })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    );
  });

  it('does not let a map reach into the prototype', () => {
    const { labels } = parse({ INPUT_NAME: 'web', INPUT_LABELS: '__proto__=x' });
    expect(Object.keys(labels)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('throws nothing but SlipwayErrors', () => {
    const names = Object.keys(schema).map((name) => `INPUT_${name.toUpperCase()}`);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.string()), (environment) => {
        try {
          parse(environment);
          return true;
        } catch (error) {
          return error instanceof SlipwayError && error.code === 'INPUT_INVALID';
        }
      }),
    );
  });
});

describe('splitList', () => {
  it.each([
    ['/, /search?ids=1,2,\n/a,b', /\//, ['/', '/search?ids=1,2', '/a,b']],
    ['a,b, c', undefined, ['a', 'b', 'c']],
    [
      'arn:aws:iam::111122223333:role/a,b,arn:aws:iam::444455556666:role/c',
      ARN,
      ['arn:aws:iam::111122223333:role/a,b', 'arn:aws:iam::444455556666:role/c'],
    ],
  ])('splits %j where an entry begins', (text, begins, entries) => {
    expect(splitList(text, begins)).toEqual(entries);
  });

  it('never returns a blank or untrimmed entry', () => {
    fc.assert(
      fc.property(fc.string(), (text) => splitList(text).every((entry) => entry !== '' && entry === entry.trim())),
    );
  });
});
