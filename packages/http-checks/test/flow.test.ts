import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseSuite, runSuite, type RunSuiteOptions, type SuiteResult } from '../src/index.js';
import { startService, VirtualClock, type Service } from './service.js';

let service: Service;
const seen: string[] = [];
let failures = 0;

beforeEach(async () => {
  seen.length = 0;
  failures = 0;
  service = await startService((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push(`${method} ${url} ${headers.authorization ?? ''} ${body}`.replace(/ +/g, ' ').trim());
      switch (url) {
        case '/orders':
          return response.writeHead(201, { location: '/orders/7' }).end('{"order":{"id":7,"note":"a\\"b"}}');
        case '/moved':
          return response.writeHead(302, { location: '/orders' }).end();
        case '/away':
          return response.writeHead(302, { location: 'http://169.254.169.254/' }).end();
        case '/loop':
          return response.writeHead(307, { location: '/loop' }).end();
        case '/flaky':
          return response.writeHead((failures += 1) < 3 ? 503 : 200).end();
        default:
          return response.end('{"version":"2","items":[{"id":"x"}]}');
      }
    });
  });
});
afterEach(() => service.close());

function run(checks: string, options: Partial<RunSuiteOptions> = {}, head = ''): Promise<SuiteResult> {
  const text = `version: 1\nready: {path: /}\n${head}checks:\n${checks}`;
  return runSuite({
    suite: parseSuite(text, 'checks.yml'),
    baseUrl: service.baseUrl,
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    ...options,
  });
}

function problemsOf(result: SuiteResult): readonly string[] {
  return result.checks.flatMap(({ problems }) => problems);
}

describe('captures and variables', () => {
  it('carries values from one check to the next, encoded where they stand in a path', async () => {
    const result = await run(`
- name: orders
  request: {method: POST, path: /orders}
  expect: {status: 201}
  capture: {id: {json: $.order.id}, note: {json: $.order.note}, place: {header: Location}, first: {matches: 'note":"(.)'}}
- name: uses
  request: {method: PUT, path: '/x/{{id}}?q={{note}}', json: {n: '{{ note }}', f: '{{first}}'}}
  expect: {}
- {name: follows, request: {path: '{{place}}'}, expect: {}}
`);
    expect(problemsOf(result)).toEqual([]);
    expect(seen).toEqual(['POST /orders', 'PUT /x/7?q=a%22b {"n":"a\\"b","f":"a"}', 'GET /orders/7']);
  });

  it('fails what needs a value that was never captured', async () => {
    const result = await run(`
- {name: one, request: {path: /}, expect: {}, capture: {id: {json: $.nope}}}
- {name: two, request: {path: '/{{id}}'}, expect: {}}
`);
    expect(problemsOf(result)).toEqual([
      "'id' cannot be captured: '$.nope' is not there",
      "'{{id}}' has no value: the check that captures it has not passed, or the run was not given it",
    ]);
  });

  it('takes what the caller gives, and what the suite has otherwise', async () => {
    const head = 'variables: {version: null, kind: big}\n';
    const checks = `- {name: a, request: {path: '/{{kind}}'}, expect: {json: {version: '{{version}}'}}}\n`;
    expect(problemsOf(await run(checks, { variables: { version: '2', other: 'x' } }, head))).toEqual([]);
    expect(problemsOf(await run(checks, { variables: { version: '3', kind: '..' } }, head))).toHaveLength(1);
    // It would lead out of the path that stands before it.
    expect(seen).toEqual(['GET /big']);
    await expect(run(checks, {}, head)).rejects.toMatchObject({ code: 'CHECKS_VARIABLE_MISSING' });
  });

  it('lets no value add a header or leave the path', async () => {
    const head = 'variables: {v: null}\n';
    const checks = `
- {name: a, request: {path: /, headers: {x: '{{v}}'}}, expect: {}}
- {name: b, request: {path: '{{v}}'}, expect: {}}
`;
    const result = await run(checks, { variables: { v: 'a\r\nb: c' } }, head);
    expect(result).toMatchObject({ failed: 2 });
    expect(seen).toEqual([]);
  });

  it('leaves the braces of a suite without variables alone', async () => {
    expect(problemsOf(await run(`- {name: a, request: {method: POST, path: /, body: '{{x}}'}, expect: {}}\n`))).toEqual(
      [],
    );
    expect(seen).toEqual(['POST / {{x}}']);
  });
});

describe('what a body is', () => {
  it.each([
    ['{json-path: {"$.items[0].id": x, $.version: "2"}}', []],
    ['{json-path: {"$.items[0].id": y}}', ['$.items[0].id is "x"; expected "y"']],
    ['{json-path: {$.none: 1}}', ['$.none is missing; expected 1']],
    ['{schema: {type: object, required: [version], properties: {version: {type: string}}}}', []],
    [
      '{schema: {properties: {items: {items: {properties: {id: {type: integer}}}}}}}',
      [expect.stringContaining('json.items.0.id: ')],
    ],
    ['{tls: {min-version: TLSv1.3}}', ['the connection is not encrypted; expected TLS']],
  ])('is judged by %s', async (expected, problems) => {
    expect(problemsOf(await run(`- {name: a, request: {path: /}, expect: ${expected}}\n`))).toEqual(problems);
  });
});

describe('how a check is made', () => {
  it('is made again until it passes', async () => {
    const checks = '- {name: a, request: {path: /flaky}, expect: {}, retry: {times: 5, delay-ms: 10}}\n';
    expect(await run(checks)).toMatchObject({ passed: 1, checks: [{ attempts: 3 }] });
  });

  it('is not made more often than it may', async () => {
    const checks = '- {name: a, request: {path: /flaky}, expect: {}, retry: {times: 1}}\n';
    expect(await run(checks)).toMatchObject({ failed: 1, checks: [{ attempts: 2 }] });
  });

  it.each([
    ['/moved', 1, [], ['POST /moved {}', 'GET /orders']],
    ['/loop', 2, ['status is 307; expected 2xx'], ['POST /loop {}', 'POST /loop {}', 'POST /loop {}']],
    ['/away', 3, ['the redirect leads to another origin, which is not followed'], ['POST /away {}']],
  ] as const)('follows %s within its origin', async (...[path, times, problems, requests]) => {
    const request = `{method: POST, path: ${path}, json: {}, follow-redirects: ${times}}`;
    expect(problemsOf(await run(`- {name: a, request: ${request}, expect: {}}\n`))).toEqual(problems);
    expect(seen).toEqual(requests);
  });

  it('takes credentials from the environment', async () => {
    const checks = `
- {name: a, request: {path: /, auth: {bearer-env: TOKEN}}, expect: {}}
- {name: b, request: {path: /, auth: {basic-env: USER}}, expect: {}}
- {name: c, request: {path: /, auth: {bearer-env: NONE}}, expect: {}}
`;
    const result = await run(checks, { environment: { TOKEN: 't', USER: 'me:pw' } });
    expect(problemsOf(result)).toEqual(["the environment variable 'NONE' that 'auth' names is not set"]);
    expect(seen).toEqual(['GET / Bearer t', 'GET / Basic bWU6cHc=']);
  });

  it('is chosen by its tags', async () => {
    const checks = `
- {name: a, tags: [smoke, live], request: {path: /a}, expect: {}}
- {name: b, tags: [deep], request: {path: /b}, expect: {}}
- {name: c, request: {path: /c}, expect: {}}
`;
    await run(checks, { tags: ['live', 'deep'] });
    expect(seen).toEqual(['GET /a', 'GET /b']);
    await expect(run(checks, { tags: ['liev'] })).rejects.toMatchObject({ code: 'CHECKS_NONE_SELECTED' });
  });

  it('may be made beside others; results keep their order', async () => {
    const names = Array.from({ length: 100 }, (_, at) => `n${at}`);
    const result = await run(
      names.map((name) => `- {name: ${name}, request: {path: /${name}}, expect: {}}\n`).join(''),
      {
        concurrency: 100,
      },
    );
    expect(result).toMatchObject({ passed: 100 });
    expect(result.checks.map(({ name }) => name)).toEqual(names);
  });
});
