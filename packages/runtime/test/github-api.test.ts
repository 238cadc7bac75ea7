import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SlipwayError, type Clock } from '@slipway/core';
import { startGitHubApi, type Fault, type GitHubApiStandIn, type Permissions } from '@slipway/testkit';
import { createGitHubApi, repositoryOf, type GitHubApi, type GitHubApiOptions } from '../src/index.js';

const TOKEN = 'ghs_secret-of-the-job';
const REPOSITORY = { owner: 'acme', repo: 'shop' };
const LIST = 'GET /repos/{owner}/{repo}/deployments';
const CREATE = 'POST /repos/{owner}/{repo}/deployments';
const DEPLOYMENT = { ...REPOSITORY, ref: 'f00', required_contexts: [], environment: 'staging' };

const environmentBefore = { ...process.env };
const closers: (() => unknown)[] = [];
afterEach(async () => {
  process.env = { ...environmentBefore };
  for (const close of closers.splice(0)) await close();
});

interface Scene {
  readonly gitHub: GitHubApiStandIn;
  readonly api: GitHubApi;
  readonly slept: readonly number[];
}

interface Given {
  readonly permissions?: Permissions;
  readonly faults?: readonly Fault[];
  readonly rateLimit?: number;
  readonly options?: Partial<GitHubApiOptions>;
}

async function given({ permissions = { deployments: 'write' }, options, ...rest }: Given = {}): Promise<Scene> {
  const gitHub = await startGitHubApi({ repository: 'acme/shop', tokens: { [TOKEN]: permissions }, ...rest });
  closers.push(() => gitHub.close());
  const slept: number[] = [];
  const clock: Clock = { now: Date.now, sleep: (ms) => Promise.resolve(void slept.push(ms)) };
  const github = { apiUrl: gitHub.url };
  return { gitHub, slept, api: createGitHubApi({ github, token: TOKEN, clock, random: () => 0.5, ...options }) };
}

async function errorOf(promise: Promise<unknown>): Promise<SlipwayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof SlipwayError) return error;
  throw new Error('It did not fail with an error of ours.', { cause: error });
}

describe('a request', () => {
  it('carries the token, the version and the parameters, and returns what was answered', async () => {
    const { api, gitHub } = await given();
    const created = await api.request(CREATE, { ...DEPLOYMENT, task: 'deploy:web', payload: { cluster: 'c' } });
    const { data } = await api.request(LIST, { ...REPOSITORY, task: 'deploy:web', per_page: 5 });
    expect(created.status).toBe(201);
    expect(data).toMatchObject([{ task: 'deploy:web', environment: 'staging', payload: { cluster: 'c' } }]);
    expect(gitHub.calls.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'POST /repos/acme/shop/deployments',
      'GET /repos/acme/shop/deployments?task=deploy%3Aweb&per_page=5',
    ]);
    expect(gitHub.calls[0]).toMatchObject({ token: TOKEN, headers: { 'x-github-api-version': '2022-11-28' } });
  });

  it('goes to GHES, whose API is at a path, and gives the links to further pages', async () => {
    const { api } = await given();
    for (let made = 0; made < 3; made += 1) await api.request(CREATE, DEPLOYMENT);
    const { headers, data } = await api.request(LIST, { ...REPOSITORY, per_page: 2 });
    expect(data).toHaveLength(2);
    expect(headers.link).toMatch(/page=2>; rel="next"/);
  });

  it('goes through the proxy that the environment names', async () => {
    const { gitHub, api } = await given({ options: { github: { apiUrl: 'http://api.github.test' } } });
    const asked: (string | undefined)[] = [];
    const proxy = createServer();
    proxy.on('connect', (request, socket) => {
      asked.push(request.url);
      const upstream = connect(Number(new URL(gitHub.url).port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      closers.push(() => upstream.destroy());
      upstream.on('error', () => socket.destroy());
      socket.on('error', () => upstream.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    closers.push(() => proxy.close());
    process.env['http_proxy'] = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    const { data } = await api.request(LIST, REPOSITORY);
    expect(data).toEqual([]);
    expect(asked).toEqual(['api.github.test:80']);
  });
});

describe('what GitHub refuses', () => {
  it.each<{ what: string; scene: Given; hint: RegExp }>([
    { what: 'a missing permission', scene: { permissions: { contents: 'read' } }, hint: /'deployments: write'/ },
    { what: 'a bad token', scene: { options: { token: 'ghs_other' } }, hint: /permissions/ },
    { what: 'no token', scene: { options: { token: undefined } }, hint: /'github-token' is empty/ },
  ])('$what is named', async ({ scene, hint }) => {
    const { api, gitHub } = await given(scene);
    const error = await errorOf(api.request(CREATE, DEPLOYMENT));
    expect(error).toMatchObject({ code: 'GITHUB_API_DENIED', retryable: false });
    expect(error.hint).toMatch(hint);
    expect(gitHub.calls).toHaveLength(1);
  });

  it('an unknown thing is not found, and a bad request says what is bad', async () => {
    const { api } = await given();
    const unknown = api.request('GET /repos/{owner}/{repo}/deployments/{deployment_id}', {
      ...REPOSITORY,
      deployment_id: 7,
    });
    expect(await errorOf(unknown)).toMatchObject({ code: 'GITHUB_API_NOT_FOUND' });
    const bad = await errorOf(api.request(CREATE, { ...DEPLOYMENT, description: 'x'.repeat(141) }));
    expect(bad).toMatchObject({ code: 'GITHUB_API_REFUSED', retryable: false });
    expect(bad.message).toContain('description');
  });
});

describe('what may pass', () => {
  it('a read is tried again, with full jitter', async () => {
    const { api, slept, gitHub } = await given({ faults: [{ kind: 'status', status: 502, times: 2 }] });
    expect((await api.request(LIST, REPOSITORY)).status).toBe(200);
    expect(slept).toEqual([250, 500]);
    expect(gitHub.calls.map(({ status }) => status)).toEqual([502, 502, 200]);
  });

  it('a write whose answer was lost is not, unless twice is as good as once', async () => {
    const fault = { kind: 'reset', when: 'after', times: 1 } as const;
    const { api, gitHub } = await given({ faults: [fault] });
    expect(await errorOf(api.request(CREATE, DEPLOYMENT))).toMatchObject({
      code: 'GITHUB_API_UNAVAILABLE',
      retryable: true,
    });
    expect(gitHub.world.deployments).toHaveLength(1);
    gitHub.faults.add(fault);
    await api.request(CREATE, DEPLOYMENT, { isRepeatable: true });
    expect(gitHub.world.deployments).toHaveLength(3);
  });

  it('a limited write is, after as long as GitHub asks for', async () => {
    const { api, slept } = await given({
      faults: [{ kind: 'rate-limit', status: 403, retryAfterSeconds: 3, times: 1 }],
    });
    expect((await api.request(CREATE, DEPLOYMENT)).status).toBe(201);
    expect(slept).toEqual([3000]);
  });

  it.each([
    ['the secondary limit without a time', { faults: [{ kind: 'rate-limit', status: 429 } as const] }],
    ['the primary limit', { rateLimit: 0 }],
  ])('%s is too long to wait for', async (_name, scene) => {
    const { api, slept } = await given(scene);
    expect(await errorOf(api.request(LIST, REPOSITORY))).toMatchObject({
      code: 'GITHUB_API_RATE_LIMITED',
      retryable: true,
    });
    expect(slept).toEqual([]);
  });

  it('tells how many are left of the hour, and none where GitHub refuses for that', async () => {
    const { api } = await given({ rateLimit: 3 });
    const left = [api.requestsLeft()];
    await api.request(LIST, REPOSITORY);
    left.push(api.requestsLeft());
    await errorOf(api.request('GET /repos/{owner}/{repo}/environments', REPOSITORY));
    left.push(api.requestsLeft());
    const limited = await given({ faults: [{ kind: 'rate-limit', status: 429 }] });
    await errorOf(limited.api.request(LIST, REPOSITORY));
    expect([...left, limited.api.requestsLeft()]).toEqual([undefined, 2, 1, 0]);
  });

  it('a server that hangs is given up in time, and a cancelled call ends with its own reason', async () => {
    const { api, gitHub } = await given({ faults: [{ kind: 'hang' }] });
    const error = await errorOf(api.request(LIST, REPOSITORY, { timeoutMs: 30 }));
    expect(error).toMatchObject({ code: 'GITHUB_API_UNAVAILABLE' });
    expect(error.message).toContain('nothing in 30 ms');
    const reason = new Error('cancelled');
    const cancelled = api.request(LIST, REPOSITORY, { signal: AbortSignal.abort(reason) });
    await expect(cancelled).rejects.toBe(reason);
    expect(gitHub.calls).toHaveLength(1);
  });
});

it('no error holds the token', async () => {
  const { api } = await given({ faults: [{ kind: 'status', status: 400, message: `Bad header: Bearer ${TOKEN}` }] });
  const error = await errorOf(api.request(LIST, REPOSITORY));
  expect(error.message).toContain('Bearer ***');
  expect(JSON.stringify([error, error.message, error.hint, String(error.cause)])).not.toContain(TOKEN);
});

it.each([undefined, 'shop', 'a/b/c', '/b'])('%p is no repository', (repository) => {
  expect(() => repositoryOf({ repository })).toThrow(expect.objectContaining({ code: 'GITHUB_REPOSITORY_UNKNOWN' }));
});
