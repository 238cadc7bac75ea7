import fc from 'fast-check';
import { describe, expect, it } from '@jest/globals';
import { cleanDefinition, mergePatch, parseSource, readDefinition } from '../src/index.js';

const OUTPUT_ONLY = ['taskDefinitionArn', 'revision', 'status'];
const read = (text: string) => readDefinition(text, 'task.json', OUTPUT_ONLY);

describe('readDefinition', () => {
  it('reads JSON with comments and trailing commas', () => {
    const { value, lineOf } = read(`// the web service
{
  /* its name */ "family": "web",
  "containerDefinitions": [
    { "name": "web", "image": "http://x/*no comment*/" },
    { "name": "sidecar",
      "cpu": 1, },
  ],
}`);
    expect(value).toEqual({
      family: 'web',
      containerDefinitions: [
        { name: 'web', image: 'http://x/*no comment*/' },
        { name: 'sidecar', cpu: 1 },
      ],
    });
    expect(
      [['family'], ['containerDefinitions', 0], ['containerDefinitions', 1, 'cpu'], ['nowhere']].map(lineOf),
    ).toEqual([3, 5, 7, 2]);
    expect(lineOf(['containerDefinitions', 1, 'memory'])).toBe(6);
  });

  it('reads YAML', () => {
    const { value, lineOf } = read(`# the web service
family: web
containerDefinitions:
  - name: web
    command: [npm, start]
    environment:
      - { name: A, value: "1" }
`);
    expect(value).toEqual({
      family: 'web',
      containerDefinitions: [{ name: 'web', command: ['npm', 'start'], environment: [{ name: 'A', value: '1' }] }],
    });
    expect(
      [['family'], ['containerDefinitions', 0, 'command'], ['containerDefinitions', 0, 'environment', 0, 'value']].map(
        lineOf,
      ),
    ).toEqual([2, 5, 7]);
  });

  it('reads the answer of DescribeTaskDefinition, and leaves out what only ECS writes', () => {
    const tags = [{ key: 'team', value: 'web' }];
    const answer = { taskDefinition: { family: 'web', revision: 7, status: 'ACTIVE', pidMode: null }, tags };
    const { value, dropped, lineOf } = read(JSON.stringify(answer, undefined, 1));
    expect({ value, dropped }).toEqual({ value: { family: 'web', tags }, dropped: ['revision', 'status'] });
    expect([['family'], ['tags', 0]].map(lineOf)).toEqual([3, 9]);
  });

  it.each([
    ['a list', '[]', /task\.json:1: it has to be an object/],
    ['a text', 'web', /task\.json:1: it has to be an object/],
    ['nothing', '', /task\.json:1: it has to be an object/],
    ['half an object', '{\n"family": "web",\n', /task\.json:3: close brace expected/],
    ['a missing comma', '{"family": "web"\n"cpu": "1"}', /task\.json:2: comma expected/],
    ['a key that stands twice', '{"family": "a",\n"family": "b"}', /task\.json:2: the key 'family' stands twice/],
    ['a key that stands twice in YAML', 'family: a\nfamily: b', /task\.json:2: .*unique/],
    ['a prototype', '{"__proto__": {"family": "x"}}', /__proto__/],
    ['a prototype in YAML', '__proto__: {}', /__proto__/],
    ['an anchor that holds itself', 'a: &x [*x]', /may not hold itself/],
    ['a tag of YAML', 'family: !!js/function x', /task\.json:1: /],
    ['brackets without end', `{"a":${'['.repeat(200_000)}`, /task\.json:\d+: /],
    ['too much', ' '.repeat(2_000_000), /longer than 1 MiB/],
  ])('refuses %s', (_title, text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: 'REGISTER_FILE_INVALID', message: expect.stringMatching(message) }),
    );
  });

  it('shows no value of the file in an error', () => {
    const read2 = (): unknown => read('{"environment": [{"value": "canary-7261" "name": "A"}]}');
    expect(read2).toThrow(expect.not.objectContaining({ message: expect.stringContaining('canary') }));
  });
});

describe('parseSource', () => {
  it('reads any JSON as it was written', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          fc.jsonValue({ maxDepth: 4 }),
        ),
        (object) => {
          const text = JSON.stringify(object, undefined, 2);
          fc.pre(!text.includes('__proto__'));
          expect(parseSource(text).value).toEqual(JSON.parse(text));
        },
      ),
    );
  });

  it('bears any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (text, isJson) => {
        const source = parseSource(isJson ? `{${text}` : text);
        expect(source.lineOf(['a', 0])).toBeGreaterThan(0);
      }),
    );
  });
});

describe('cleanDefinition', () => {
  it('leaves out nulls and keeps what is empty', () => {
    const value = { a: null, b: '', c: [], d: {}, e: [{ f: null, g: 0 }], h: false };
    expect(cleanDefinition(value, []).value).toEqual({ b: '', c: [], d: {}, e: [{ g: 0 }], h: false });
  });
});

describe('mergePatch', () => {
  // The examples of RFC 7386, appendix A.
  it.each([
    ['{"a":"b"}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"b"}', '{"b":"c"}', '{"a":"b","b":"c"}'],
    ['{"a":"b"}', '{"a":null}', '{}'],
    ['{"a":"b","b":"c"}', '{"a":null}', '{"b":"c"}'],
    ['{"a":["b"]}', '{"a":"c"}', '{"a":"c"}'],
    ['{"a":"c"}', '{"a":["b"]}', '{"a":["b"]}'],
    ['{"a":{"b":"c"}}', '{"a":{"b":"d","c":null}}', '{"a":{"b":"d"}}'],
    ['{"a":[{"b":"c"}]}', '{"a":[1]}', '{"a":[1]}'],
    ['["a","b"]', '["c","d"]', '["c","d"]'],
    ['{"a":"b"}', '["c"]', '["c"]'],
    ['{"a":"foo"}', 'null', 'null'],
    ['{"a":"foo"}', '"bar"', '"bar"'],
    ['{"e":null}', '{"a":1}', '{"e":null,"a":1}'],
    ['[1,2]', '{"a":"b","c":null}', '{"a":"b"}'],
    ['{}', '{"a":{"bb":{"ccc":null}}}', '{"a":{"bb":{}}}'],
  ])('%s and %s make %s', (target, patch, result) => {
    expect(mergePatch(JSON.parse(target), JSON.parse(patch))).toEqual(JSON.parse(result));
  });
});
