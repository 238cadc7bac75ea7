import { describe, expect, it } from '@jest/globals';
import { parseSuite, requestsOf } from '../src/index.js';

const SUITE = parseSuite(
  `version: 1
ready: { path: / }
variables: { version: null }
checks:
  - { name: a, request: { path: "/{{version}}", headers: { x-a: b }, auth: { bearer-env: TOKEN } }, expect: { status: [200, 404] } }
  - { name: b, tags: [write], request: { path: /b, method: POST, json: { v: "{{version}}" } }, expect: {}, capture: { id: { header: location } } }
  - { name: c, request: { path: "/b/{{id}}" }, expect: {} }
`,
  'checks.yml',
);
const NEEDS = { suite: SUITE, variables: { version: '1' }, environment: { TOKEN: 't' } };

describe('requestsOf', () => {
  it('returns what can be sent without the answer of another check, with values and credentials in it', () => {
    const [a, b, ...rest] = requestsOf(NEEDS);
    expect(a).toMatchObject({ method: 'GET', path: '/1', headers: { 'x-a': 'b', authorization: 'Bearer t' } });
    expect([200, 404, 201].map((status) => a?.accepts(status))).toEqual([true, true, false]);
    expect(b).toMatchObject({ method: 'POST', path: '/b', body: '{"v":"1"}' });
    expect([201, 302].map((status) => b?.accepts(status))).toEqual([true, false]);
    expect(rest).toEqual([]);
  });

  it('takes tagged checks alone', () => {
    expect(requestsOf({ ...NEEDS, tags: ['write'] }).map(({ path }) => path)).toEqual(['/b']);
  });

  it.each([
    [{ variables: {} }, 'CHECKS_VARIABLE_MISSING'],
    [{ environment: {} }, 'CHECKS_CREDENTIAL_MISSING'],
    [{ tags: ['none'] }, 'CHECKS_NONE_SELECTED'],
  ])('refuses %j', (wrong, code) => {
    expect(() => requestsOf({ ...NEEDS, ...wrong })).toThrow(expect.objectContaining({ code }));
  });
});
