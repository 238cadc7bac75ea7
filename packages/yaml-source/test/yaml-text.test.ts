import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { stringify } from 'yaml';
import { problemList, YamlText, type Path } from '../src/index.js';

const TEXT = `# what runs
web: &web
  port: 80
  paths:
    - /
    - /health
again: *web
empty:
`;

describe('YamlText', () => {
  const yaml = new YamlText(TEXT);

  it('gives plain data', () => {
    const web = { port: 80, paths: ['/', '/health'] };
    expect(yaml.problems).toEqual([]);
    expect(yaml.value()).toEqual({ web, again: web, empty: null });
  });

  it.each<[string, Path, { value: string; member: string; has: boolean }]>([
    ['the document', [], { value: '2:1', member: '2:1', has: true }],
    ['a map', ['web'], { value: '3:3', member: '2:1', has: true }],
    ['a value', ['web', 'port'], { value: '3:9', member: '3:3', has: true }],
    ['an item of a list', ['web', 'paths', 1], { value: '6:7', member: '6:7', has: true }],
    ['what an alias names', ['again', 'port'], { value: '3:9', member: '3:3', has: true }],
    ['an alias', ['again'], { value: '3:3', member: '7:1', has: true }],
    ['what is not there', ['web', 'paths', 7, 'x'], { value: '5:5', member: '4:3', has: false }],
    ['what is nowhere', ['other'], { value: '2:1', member: '2:1', has: false }],
    ['a key of nothing', ['empty'], { value: '8:7', member: '8:1', has: true }],
  ])('knows where %s stands', (_, path, { value, member, has }) => {
    const text = ({ line, column }: { line: number; column: number }): string => `${line}:${column}`;
    expect({
      value: text(yaml.positionAt(path)),
      member: text(yaml.positionOfMember(path)),
      has: yaml.has(path),
    }).toEqual({ value, member, has });
  });

  it('knows where a key stands', () => {
    expect(yaml.positionOfKey(['web'], 'paths')).toEqual({ line: 4, column: 3 });
    expect(yaml.positionOfKey(['web'], 'other')).toEqual({ line: 3, column: 3 });
  });

  it.each([
    ['a key twice', 'a: 1\na: 2', '2:1: Map keys must be unique'],
    ['__proto__', 'a:\n  __proto__: {}', "2:3: the key '__proto__' is not allowed"],
    ['a quoted __proto__', 'a: { "__proto__": 1 }', "1:6: the key '__proto__' is not allowed"],
    ['a key that is a list', '[a]: 1', '1:1: a key must be a text'],
    ['a tag', 'a: !!binary cm9vdA==', '1:4: Unresolved tag'],
    ['an alias without an anchor', 'a: *b', '1:4: '],
    ['an anchor that holds itself', 'a: &a [*a]', '1:8: an anchor may not hold itself'],
    ['an alias bomb', bomb(), '1:1: Excessive alias count'],
    ['what is too deep', `a: ${'['.repeat(100)}${']'.repeat(100)}`, 'nested too deeply'],
    ['brackets without end', '['.repeat(200_000), '1:64: this is nested too deeply'],
    ['maps without end', '{a: '.repeat(60_000), 'this is nested too deeply'],
    ['lists without end', '- '.repeat(60_000), 'this is nested too deeply'],
    ['a deep second document', `a: 1\n---\n${'- '.repeat(100)}`, 'this is nested too deeply'],
    ['a second document', 'a: 1\n---\nb: 1', '2:1: '],
  ])('refuses %s', (_, text, told) => {
    const refused = new YamlText(text);
    expect(refused.value()).toBeUndefined();
    expect(problemList('a.yml', refused.problems).lines).toContain(told);
  });

  it('reads what was written, and finds each member where it stands', () => {
    const value = fc.dictionary(
      fc.string({ unit: 'grapheme' }).filter((key) => key !== '__proto__'),
      fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.integer())),
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(value, (given) => {
        const text = stringify(given, { lineWidth: 0 });
        const read = new YamlText(text);
        expect(read.problems).toEqual([]);
        expect(read.value()).toEqual(given);
        for (const key of Object.keys(given)) expect(read.has([key])).toBe(true);
        const lines = Object.keys(given).map((key) => read.positionOfMember([key]).line);
        expect(lines).toEqual([...new Set(lines)].sort((a, b) => a - b));
      }),
    );
  });

  it('bears any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { line, column } = new YamlText(text).positionOfMember(['a', 0]);
        expect(line).toBeGreaterThan(0);
        expect(column).toBeGreaterThan(0);
      }),
    );
  });
});

describe('problemList', () => {
  it('lists problems by their place, each once', () => {
    const one = { line: 2, column: 1, message: 'b' };
    expect(problemList('a.yml', [one, { line: 1, column: 9, message: 'a' }, one])).toEqual({
      count: '2 problems',
      lines: '  - a.yml:1:9: a\n  - a.yml:2:1: b',
    });
  });

  it('says how many more there are', () => {
    const many = Array.from({ length: 60 }, (_, at) => ({ line: at + 1, column: 1, message: 'x' }));
    expect(problemList('a.yml', many).lines.split('\n').slice(-2)).toEqual(['  - a.yml:50:1: x', '  - and 10 more']);
  });
});

function bomb(): string {
  const nine = (item: string): string => `[${Array(9).fill(item).join(',')}]`;
  return [...'abcdefgh']
    .map((name, at, all) => `${name}: &${name} ${nine(at === 0 ? 'x' : `*${all[at - 1]}`)}`)
    .join('\n');
}
