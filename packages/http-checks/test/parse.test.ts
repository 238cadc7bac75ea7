import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SlipwayError } from '@slipway/core';
import { parseSuite } from '../src/index.js';

const MINIMAL = `version: 1
ready:
  path: /health
checks:
  - name: root
    request:
      path: /
    expect:
      status: 200
`;

const FULL = `version: 1
variables: { kind: a }
ready: { path: /health }
tls: { server-name: shop.example }
checks:
  - name: orders
    tags: [smoke]
    request:
      method: POST
      path: /{{kind}}
      auth: { bearer-env: TOKEN }
      json: { a: [1, '{{kind}}'] }
    expect:
      status: 201
      json-path:
        $.id: 7
      schema: { type: object }
      tls: { min-days: 7, issuer: /trust/i, names: [shop.example] }
    capture:
      id: { json: $.id }
    retry: { times: 2 }
`;

function isSuite(text: string): boolean {
  try {
    parseSuite(text, 'checks.yml');
    return true;
  } catch {
    return false;
  }
}

function refusal(text: string): SlipwayError {
  try {
    parseSuite(text, 'checks.yml');
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('The suite was accepted.');
}

describe('parseSuite', () => {
  it('fills in what a minimal suite leaves out', () => {
    expect(parseSuite(MINIMAL, 'checks.yml')).toEqual({
      file: 'checks.yml',
      ready: { path: '/health', status: 200, timeoutSeconds: 60 },
      checks: [
        {
          name: 'root',
          line: 5,
          request: { method: 'GET', path: '/', headers: {} },
          expect: { statuses: [200], headers: new Map() },
        },
      ],
    });
  });

  it('reads every key', () => {
    const suite = parseSuite(
      `version: 1
ready: { path: '/ready?deep=1', status: 204, timeout-seconds: 5 }
checks:
  - name: order
    request:
      method: POST
      path: /orders
      headers: { Accept: application/json }
      json: { item: 1, tags: [a, null] }
    expect:
      status: [200, 201]
      headers: { Content-Type: '/^application\\/json/i', X-Version: '2' }
      json: { ok: true }
      contains: ok
      matches: '"ok"\\s*:'
      within-ms: 500
`,
      'checks.yml',
    );
    expect(suite.ready).toEqual({ path: '/ready?deep=1', status: 204, timeoutSeconds: 5 });
    expect(suite.checks[0]?.request).toEqual({
      method: 'POST',
      path: '/orders',
      headers: { Accept: 'application/json', 'content-type': 'application/json' },
      body: '{"item":1,"tags":["a",null]}',
    });
    expect(suite.checks[0]?.expect).toEqual({
      statuses: [200, 201],
      headers: new Map([
        ['content-type', { regex: /^application\/json/iu }],
        ['x-version', { exact: '2' }],
      ]),
      json: { ok: true },
      contains: 'ok',
      matches: /"ok"\s*:/u,
      withinMs: 500,
    });
  });

  it('shares what an anchor names', () => {
    const text = MINIMAL.replace('request:\n', 'request: &one\n') + '  - { name: again, request: *one, expect: {} }\n';
    const suite = parseSuite(text, 'checks.yml');
    expect(suite.checks[1]?.request).toEqual(suite.checks[0]?.request);
    expect(suite.checks[1]?.line).toBe(10);
  });

  it('reports all problems at once, each with its place', () => {
    const { code, message } = refusal(`version: 2
ready: { path: health, timeout-second: 5 }
checks:
  - name: root
    request: { path: 'https://elsewhere.example/', headers: { 'bad name': x } }
    expect: { status: 99 }
  - name: root
    request: { path: /, body: x, json: {} }
    expects: { matches: '(' }
`);
    expect(code).toBe('SUITE_INVALID');
    expect(message.split('\n').slice(1)).toEqual([
      "  - checks.yml:1:10: 'version' this release reads version 1",
      expect.stringContaining("checks.yml:2:16: 'ready.path' must start with '/'"),
      "  - checks.yml:2:24: unknown key 'timeout-second'; did you mean 'timeout-seconds'?",
      expect.stringContaining("checks.yml:5:22: 'checks[0].request.path' must start with '/'"),
      "  - checks.yml:5:63: 'bad name' is not a header name",
      "  - checks.yml:6:23: 'checks[0].expect.status' must be from 100 to 599",
      "  - checks.yml:7:5: 'checks[1].expect' is missing",
      "  - checks.yml:7:11: the name 'root' stands above already; each check has its own",
      "  - checks.yml:8:34: a request has a 'body' or a 'json', not both",
      "  - checks.yml:9:5: unknown key 'expects'; did you mean 'expect'?",
    ]);
  });

  it.each([
    ['nothing', '', '1:1: a suite must be a map'],
    ['a text', 'hello', '1:1: a suite must be a map'],
    ['not YAML', 'version: 1\n  checks: [', '2:'],
    ['two documents', `${MINIMAL}---\n${MINIMAL}`, '10:1'],
    ['a key twice', MINIMAL.replace('version: 1', 'version: 1\nversion: 1'), '2:1'],
    ['no checks', MINIMAL.replace(/checks:[^]*/, 'checks: []\n'), "4:9: 'checks' at least one check is needed"],
    ['__proto__', `${MINIMAL}__proto__: {}\n`, "10:1: the key '__proto__' is not allowed"],
    ['__proto__ in JSON', `${MINIMAL}      json: {a: {__proto__: 1}}\n`, "10:18: the key '__proto__'"],
    ['a key that is a list', `${MINIMAL}[a]: b\n`, '10:1: a key must be a text'],
    ['a tag', MINIMAL.replace('name: root', 'name: !!binary cm9vdA=='), '5:11'],
    ['a bad expression', `${MINIMAL}      matches: '('\n`, "10:16: 'checks[0].expect.matches'"],
    ['a long expression', `${MINIMAL}      matches: '${'a'.repeat(501)}'\n`, 'may have 500 characters'],
    ['an unknown method', MINIMAL.replace('path: /\n', 'path: /\n      method: get\n'), '8:15'],
    ['a fragment', MINIMAL.replace('path: /\n', 'path: "/#top"\n'), "7:13: 'checks[0].request.path' must start"],
    ['a variable before anything is known', MINIMAL.replace('path: /health', 'path: /{{base}}'), "'{{' is for checks"],
    ['a framing header', MINIMAL.replace('path: /\n', 'path: /\n      headers: { Content-Length: "1" }\n'), '8:18'],
    [
      'a line break in a header',
      MINIMAL.replace('path: /\n', 'path: /\n      headers: { a: "b\\r\\nc: d" }\n'),
      '8:21',
    ],
    ['a number that JSON lacks', `${MINIMAL}      json: { a: .inf }\n`, '10:'],
    ['a status that is a text', MINIMAL.replace('status: 200', 'status: ok'), '9:15'],
    ['an alias without an anchor', MINIMAL.replace('path: /\n', 'path: *nobody\n'), '7:13'],
    ['an anchor that holds itself', `${MINIMAL}      json: &a { b: *a }\n`, '10:21: an anchor may not hold itself'],
    ['what is too deep', `${MINIMAL}      json: ${'['.repeat(100)}${']'.repeat(100)}\n`, 'nested too deeply'],
    ['what is far too deep', '['.repeat(50_000), 'checks.yml:1:'],
    ['what is too large', `${MINIMAL}#${' '.repeat(256 * 1024)}`, 'may have 262144 bytes'],
    ['an alias bomb', bomb(), 'alias'],
    [
      'a path that is none',
      `${MINIMAL}      json-path: { 'items[0]': 1 }\n`,
      "10:20: 'items[0]' must be a path to one value",
    ],
    ['no JSON Schema', `${MINIMAL}      schema: [1]\n`, '10:15'],
    ['two kinds of credentials', withinRequest('auth: { bearer-env: A, basic-env: B }'), '8:13'],
    ['a token in the suite', withinRequest('auth: { bearer: abc }'), "'checks[0].request.auth' expected 'bearer-env'"],
    ['endless redirects', withinRequest('follow-redirects: 9'), '8:25'],
    ['a capture of nothing', `${MINIMAL}    capture: { id: {} }\n`, "10:20: 'checks[0].capture.id' expected one of"],
    ['a tag with blanks', `${MINIMAL}    tags: ['a b']\n`, '10:12'],
    ['endless retries', `${MINIMAL}    retry: { times: 99 }\n`, '10:21'],
    ['a name that nobody gives', `variables: { a: b }\n${MINIMAL.replace('path: /\n', 'path: /{{c}}\n')}`, '8:13: '],
    [
      'a name that is captured later',
      `${MINIMAL.replace('path: /\n', 'path: /{{c}}\n')}    capture: { c: { header: a } }\n`,
      "7:13: '{{c}}' is captured only by this check or a later one",
    ],
  ])('refuses %s', (_, text, told) => {
    const { code, message } = refusal(text);
    expect(code).toBe('SUITE_INVALID');
    expect(message).toContain(told);
  });

  it('gives a place for each of 200 suites that are wrong somewhere', () => {
    const lines = FULL.split('\n');
    const wrong = ['\u0000', 'no', '- [', '{', '42', 'unknown: x', '"', '*a', '!!x y', 'null'];
    const mangled = Array.from({ length: 200 }, (_, at) => {
      const line = at % lines.length;
      const put = wrong[at % wrong.length] ?? '';
      const indent = /^ */.exec(lines[line] ?? '')?.[0] ?? '';
      return [...lines.slice(0, line), `${indent}${put}`, ...lines.slice(line)].join('\n');
    }).filter((text) => !isSuite(text));
    expect(mangled.length).toBeGreaterThan(150);
    for (const text of mangled) expect(refusal(text).message).toMatch(/checks\.yml:[1-9]\d*:[1-9]\d*: \S/);
  });

  it('names the keys it knows when none is near', () => {
    expect(refusal(`${MINIMAL}stages: []\n`).message).toContain(
      "unknown key 'stages'; known here: version, ready, variables, tls, checks",
    );
  });

  it('throws nothing but its own error, whatever the text', () => {
    const pieces = [
      ...MINIMAL.split(/(?<=\n)/),
      '&a ',
      '*a',
      '? ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '!!set ',
      '<<: ',
      ': ',
      '\t',
      '| ',
    ];
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.constantFrom(...pieces), fc.string()), { maxLength: 20 }).map((parts) => parts.join('')),
      fc
        .tuple(fc.nat(MINIMAL.length), fc.string({ maxLength: 5 }))
        .map(([at, put]) => MINIMAL.slice(0, at) + put + MINIMAL.slice(at)),
      fc.json().map((json) => `${MINIMAL}      json: ${json}\n`),
    );
    fc.assert(
      fc.property(text, (given) => {
        try {
          expect(parseSuite(given, 'checks.yml').checks.length).toBeGreaterThan(0);
        } catch (error) {
          if (!(error instanceof SlipwayError)) throw error;
          expect(error.code).toBe('SUITE_INVALID');
          expect(error.message).toMatch(/checks\.yml:[1-9]\d*:[1-9]\d*: /);
        }
      }),
      { numRuns: 500 },
    );
  });
});

function withinRequest(line: string): string {
  return MINIMAL.replace('path: /\n', `path: /\n      ${line}\n`);
}

function bomb(): string {
  const levels = [...'abcdefghi'].map((name, at, all) =>
    at === 0
      ? `${name}: &${name} [x,x,x,x,x,x,x,x,x]`
      : `${name}: &${name} [${Array(9)
          .fill(`*${all[at - 1]}`)
          .join(',')}]`,
  );
  return `${MINIMAL}${levels.join('\n')}\n`;
}
