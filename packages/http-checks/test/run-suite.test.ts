import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseSuite, runSuite, type CheckResult } from '../src/index.js';
import { startService, VirtualClock, type Service } from './service.js';

let service: Service;
const seen: string[] = [];

beforeEach(async () => {
  seen.length = 0;
  service = await startService((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push(`${method} ${url} ${String(headers['x-test'] ?? '')} ${body}`.trim());
      switch (url) {
        case '/moved':
          return response.writeHead(302, { location: '/' }).end();
        case '/broken':
          return response.destroy();
        case '/endless':
          return pour();
        default:
          response.writeHead(200, { 'content-type': 'application/json', 'x-many': ['a', 'b'] });
          return response.end('{"version":"2","nested":{"list":[1,2]}}\n\u001b[31m::error::owned');
      }
    });
    function pour(): void {
      if (response.destroyed) return;
      while (response.write('x'.repeat(65_536)));
      response.once('drain', pour);
    }
  });
});
afterEach(() => service.close());

async function check(request: string, expected: string): Promise<CheckResult> {
  const text = `version: 1\nready: {path: /}\nchecks:\n- name: it\n  request: ${request}\n  expect: ${expected}\n`;
  const { signal } = new AbortController();
  const suite = parseSuite(text, 'checks.yml');
  const result = await runSuite({ suite, baseUrl: service.baseUrl, clock: new VirtualClock(), signal });
  return result.checks[0] as CheckResult;
}

describe('runSuite', () => {
  it.each([
    ['{path: /}', '{}', []],
    ['{path: /}', '{status: 201}', ['status is 200; expected 201']],
    ['{path: /}', '{status: [201, 202]}', ['status is 200; expected 201 or 202']],
    ['{path: /moved}', '{status: 302, headers: {Location: /}}', []],
    ['{path: /moved}', '{}', ['status is 302; expected 2xx']],
    ['{path: /}', '{headers: {Content-Type: application/json, x-many: "a, b"}}', []],
    [
      '{path: /}',
      '{headers: {content-type: "/^text/"}}',
      ["header 'content-type' is 'application/json'; expected it to match /^text/u"],
    ],
    ['{path: /}', '{headers: {content-type: json}}', ["header 'content-type' is 'application/json'; expected 'json'"]],
    ['{path: /}', '{headers: {x-none: a}}', ["header 'x-none' is missing"]],
    ['{path: /}', '{contains: "\\"version\\"", matches: "version\\":\\"\\\\d"}', []],
    ['{path: /}', '{contains: nothing}', ["body does not contain 'nothing'"]],
    ['{path: /}', '{matches: nothing}', ['body does not fit; expected it to match /nothing/u']],
    ['{path: /}', '{json: {version: "2"}}', ['body is not JSON']],
    ['{path: /broken}', '{}', ['the connection was closed before the answer was complete']],
    ['{path: /endless}', '{contains: y}', ["body does not contain 'y' (only its first 1 MiB was read)"]],
    ['{path: /endless}', '{json: 1}', ['body is longer than 1 MiB and was not read as JSON']],
    ['{path: /, method: HEAD}', '{status: 200}', []],
  ])('judges the answer to %s by %s', async (request, expected, problems) => {
    expect(await check(request, expected)).toMatchObject({ passed: problems.length === 0, problems });
  });

  it('sends method, headers and body, once', async () => {
    await check('{path: "/a?b=c", method: PUT, headers: {X-Test: y}, json: {z: 1}}', '{}');
    expect(seen).toEqual(['PUT /a?b=c y {"z":1}']);
  });

  it('sends the headers of the whole run with every request; a check cannot undo them', async () => {
    const text = `version: 1
ready: {path: /}
checks:
  - {name: one, request: {path: /a}, expect: {}}
  - {name: two, request: {path: /b, headers: {x-TEST: mine}}, expect: {}}
`;
    await runSuite({
      suite: parseSuite(text, 'checks.yml'),
      baseUrl: service.baseUrl,
      headers: { 'X-Test': 'green' },
      clock: new VirtualClock(),
      signal: new AbortController().signal,
    });
    expect(seen).toEqual(['GET /a green', 'GET /b green']);
  });

  it('cannot be led to another host by a path', async () => {
    await check("{path: '//127.0.0.2/@x'}", '{}');
    expect(seen).toEqual(['GET //127.0.0.2/@x']);
  });

  it('shows the beginning of a body without control characters', async () => {
    const result = await check('{path: /}', '{}');
    expect(result.bodySnippet).toBe('{"version":"2","nested":{"list":[1,2]}} [31m::error::owned');
  });

  it('goes on after a failure and counts', async () => {
    const text = `version: 1
ready: {path: /}
checks:
  - {name: one, request: {path: /}, expect: {status: 404}}
  - {name: two, request: {path: /}, expect: {}}
`;
    const told: string[] = [];
    const result = await runSuite({
      suite: parseSuite(text, 'checks.yml'),
      baseUrl: service.baseUrl,
      clock: new VirtualClock(),
      signal: new AbortController().signal,
      onCheck: ({ name, line }) => told.push(`${name}:${line}`),
    });
    expect(result).toMatchObject({ passed: 1, failed: 1 });
    expect(told).toEqual(['one:4', 'two:5']);
  });

  it('ends when it is cancelled', async () => {
    const controller = new AbortController();
    const suite = parseSuite('version: 1\nready: {path: /}\nchecks: [{name: a, request: {path: /}, expect: {}}]', 'c');
    const run = runSuite({ suite, baseUrl: service.baseUrl, clock: new VirtualClock(), signal: controller.signal });
    const reason = new Error('cancelled');
    controller.abort(reason);
    await expect(run).rejects.toBe(reason);
  });

  it.each(['file:///etc/passwd', 'http://user:secret@127.0.0.1', 'nonsense'])(
    'refuses the base URL %s',
    async (baseUrl) => {
      const suite = parseSuite(
        'version: 1\nready: {path: /}\nchecks: [{name: a, request: {path: /}, expect: {}}]',
        'c',
      );
      const run = runSuite({ suite, baseUrl, clock: new VirtualClock(), signal: new AbortController().signal });
      await expect(run).rejects.toMatchObject({ code: 'CHECKS_BASE_URL_INVALID' });
    },
  );
});
