import { parseSuite } from '@slipway/http-checks';
import { splitList } from '@slipway/runtime';
import { afterEach, describe, expect, it } from '@jest/globals';
import { definition, type TestContext } from '../../src/inputs.js';
import { readLoad } from '../../src/load/settings.js';
import { makeSetting, type Setting } from '../setting.js';

const SUITE = `version: 1
ready: { path: /health }
variables: { version: "1" }
checks:
  - { name: a, request: { path: "/a/{{version}}" }, expect: { status: 204 } }
  - { name: b, tags: [load], request: { path: /b, method: POST, json: { v: "{{version}}" } }, expect: { status: 201 }, capture: { id: { header: location } } }
  - { name: c, tags: [load], request: { path: "/c/{{id}}" }, expect: {} }
`;

let setting: Setting;
afterEach(() => setting.close());

async function read(inputs: Partial<TestContext['inputs']>, suite = SUITE) {
  setting = await makeSetting(inputs, suite);
  return readLoad(setting.context, parseSuite(suite, 'checks.yml'));
}

describe('readLoad', () => {
  it('makes no load that nobody asked for', async () => {
    expect(await read({})).toBeUndefined();
  });

  it.each([
    [{ 'load-requests-per-second': 50 }, { perSecond: 50, connections: 1000, seconds: 1 }],
    [
      { 'load-connections': 8, 'load-seconds': 3 },
      { connections: 8, seconds: 3 },
    ],
    [
      { 'load-requests-per-second': 50, 'load-connections': 8 },
      { perSecond: 50, connections: 8, seconds: 1 },
    ],
  ])('reads %j', async (inputs, shape) => {
    expect((await read(inputs))?.shape).toEqual(shape);
  });

  it('reads the limits that are set, and the image to compare with', async () => {
    const options = await read({
      ...{ 'load-connections': 1, 'load-max-p95-ms': 9, 'load-max-slower-percent': 0, 'previous-image': 'a@b' },
    });
    expect(options?.limits).toEqual({ errorPercent: 0, p95Ms: 9, slowerPercent: 0 });
    expect(options?.previousImage).toBe('a@b');
  });

  it.each<{ what: string; inputs: Partial<TestContext['inputs']>; lines: readonly string[]; good: readonly number[] }>([
    { what: "the suite's GET checks", inputs: {}, lines: ['GET /a/1'], good: [204] },
    { what: 'tagged checks that need no answer', inputs: { 'load-tags': ['load'] }, lines: ['POST /b'], good: [201] },
    {
      what: 'paths',
      inputs: { 'load-paths': ['/x', '/y?z=1'] },
      lines: ['GET /x', 'GET /y?z=1'],
      good: [200, 302],
    },
    {
      what: 'both',
      inputs: { 'load-paths': ['/x'], 'load-tags': ['load'] },
      lines: ['GET /x', 'POST /b'],
      good: [204],
    },
  ])('sends $what', async ({ inputs, lines, good }) => {
    const requests = (await read({ 'load-connections': 1, ...inputs }))?.requests ?? [];
    expect(requests.map(({ method, path }) => `${method} ${path}`)).toEqual(lines);
    expect(good.filter((status) => !requests[0]?.accepts(status))).toEqual([]);
    expect(requests[0]?.accepts(500)).toBe(false);
    expect(requests[0]?.headers).toMatchObject({ 'user-agent': 'slipway-load' });
  });

  it.each<[Partial<TestContext['inputs']>, string]>([
    [{ 'load-max-p99-ms': 5 }, "'load-max-p99-ms' needs 'load-requests-per-second' or 'load-connections'"],
    [{ 'load-connections': 1, 'load-max-slower-percent': 5 }, "'load-max-slower-percent' needs 'previous-image'"],
    [{ 'load-connections': 1, 'load-paths': ['x'] }, "'x' in 'load-paths' is no path"],
    [{ 'load-connections': 1, 'load-paths': ['/a b'] }, "'/a b' in 'load-paths' is no path"],
  ])('refuses %j', async (inputs, problem) => {
    const refused = expect.objectContaining({
      code: 'TEST_LOAD_INVALID',
      message: expect.stringContaining(problem),
    });
    await expect(read(inputs)).rejects.toEqual(refused);
  });

  it('refuses a suite of which nothing can be sent on its own', async () => {
    const suite =
      'version: 1\nready: { path: / }\nchecks: [{ name: a, request: { path: /, method: POST }, expect: {} }]';
    await expect(read({ 'load-connections': 1 }, suite)).rejects.toMatchObject({ code: 'TEST_LOAD_INVALID' });
  });

  it('refuses tags that select nothing', async () => {
    const none = read({ 'load-connections': 1, 'load-tags': ['none'] });
    await expect(none).rejects.toMatchObject({ code: 'CHECKS_NONE_SELECTED' });
  });
});

describe('load-paths', () => {
  it('may have commas', () => {
    const { begins } = definition.inputs['load-paths'];
    expect(splitList('/, /search?ids=1,2\n/b', begins)).toEqual(['/', '/search?ids=1,2', '/b']);
  });
});
