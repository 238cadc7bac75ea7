import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  collectImage,
  createRegistryHandler,
  layoutSource,
  layoutStorage,
  OciLayout,
  pushImage,
  RegistryClient,
  type RegistryLogin,
} from '../src/index.js';
import { challengeOf } from '../src/registry-login.js';
import { temporaryDirectories, writeImage } from './sample-image.js';

const directories = temporaryDirectories();
const running: Server[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) {
    await new Promise((resolve) => {
      server.close(resolve);
      server.closeAllConnections();
    });
  }
  await directories.removeAll();
});

const SECRET = 'a-password-that-nobody-may-see';
const slept: number[] = [];
const clock = { now: () => 0, sleep: (ms: number) => Promise.resolve(void slept.push(ms)) };
beforeEach(() => void slept.splice(0));

interface TokenAsked {
  readonly method: string;
  readonly scopes: readonly string[];
  readonly authorization: string | undefined;
  readonly body: string;
}

/** How a registry's tokens fail. */
interface TokenFaults {
  /** What the issuer answers for the first time. */
  readonly first?: { readonly status: number; readonly headers?: Record<string, string> };
  /** The token has ended when this method is asked for the first time. */
  readonly endsAt?: string;
}

/** A registry that takes a token of its own issuer alone, a token for reading and another one for writing. */
async function startTokenRegistry({ first, endsAt }: TokenFaults = {}) {
  let ending = endsAt;
  const layout = await OciLayout.create(await directories.make());
  const handler = createRegistryHandler({ storage: layoutStorage(layout) });
  const asked: TokenAsked[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://localhost');
    void (async () => {
      if (url.pathname === '/token') {
        const body = await textOf(request);
        const form = new URLSearchParams(body);
        const scopes = [...url.searchParams.getAll('scope'), ...form.getAll('scope')];
        asked.push({ method: request.method ?? '', scopes, authorization: request.headers.authorization, body });
        const { status = 200, headers = {} } = (asked.length === 1 && first) || {};
        response.writeHead(status, headers).end(JSON.stringify({ token: scopes.join() }));
        return;
      }
      const hasEnded = request.method === ending;
      if (hasEnded) ending = undefined;
      const needed = `repository:org/app:${request.method === 'GET' || request.method === 'HEAD' ? 'pull' : 'pull,push'}`;
      if (hasEnded || !request.headers.authorization?.startsWith(`Bearer ${needed}`)) {
        const host = request.headers.host ?? '';
        const challenge = `Bearer realm="http://${host}/token",service="registry",scope="${needed}"`;
        response.writeHead(401, { 'www-authenticate': challenge }).end();
        return;
      }
      await handler.handle(request, response);
    })();
  });
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const client = (credentials?: RegistryLogin) =>
    new RegistryClient({
      host,
      repository: 'org/app',
      clock,
      random: () => 0,
      deadline: 3_600_000,
      ...(credentials ? { credentials } : {}),
    });
  return { layout, asked, client };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

async function pushSample(client: RegistryClient) {
  const source = await OciLayout.create(await directories.make());
  const { digest } = await writeImage(source);
  await pushImage(client, { image: await collectImage(layoutSource(source), digest), tag: 'v1' });
  return digest;
}

describe('a registry that takes tokens', () => {
  it('is pushed to with a token for a password, a second one when more is needed', async () => {
    const { layout, asked, client } = await startTokenRegistry();
    const digest = await pushSample(client({ username: 'robot', password: SECRET }));
    expect(await layout.tags()).toEqual(new Map([['v1', digest]]));
    expect(new Set(asked.flatMap(({ scopes }) => scopes))).toEqual(
      new Set(['repository:org/app:pull', 'repository:org/app:pull,push']),
    );
    const basic = `Basic ${Buffer.from(`robot:${SECRET}`).toString('base64')}`;
    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(new Set([basic]));
  });

  it('is pushed to with a token for an identity token', async () => {
    const { layout, asked, client } = await startTokenRegistry();
    await pushSample(client({ identityToken: SECRET }));
    expect((await layout.list()).length).toBe(1);
    expect(new Set(asked.map(({ method, authorization }) => [method, authorization].join()))).toEqual(
      new Set(['POST,']),
    );
    expect(asked.every(({ body }) => body.includes(`refresh_token=${SECRET}`))).toBe(true);
  });

  it.each(['PATCH', 'PUT'])('whose token ends in the middle of a push, at %s, is asked for another', async (endsAt) => {
    const { layout, asked, client } = await startTokenRegistry({ endsAt });
    const digest = await pushSample(client({ username: 'robot', password: SECRET }));
    expect((await layout.readManifest(digest)).digest).toBe(digest);
    expect(asked.filter(({ scopes }) => scopes.includes('repository:org/app:pull,push')).length).toBeGreaterThan(1);
    expect(slept).toEqual([]);
  });

  it.each([429, 503])('is asked again after %i of its issuer, no sooner than that says', async (status) => {
    const { asked, client } = await startTokenRegistry({ first: { status, headers: { 'retry-after': '7' } } });
    expect(await client().resolve('v1')).toBeUndefined();
    expect(asked).toHaveLength(2);
    expect(slept).toEqual([7000]);
  });

  it('is read by anybody whom it gives a token', async () => {
    const { asked, client } = await startTokenRegistry();
    expect(await client().resolve('v1')).toBeUndefined();
    expect(asked).toMatchObject([{ scopes: ['repository:org/app:pull'], authorization: undefined }]);
  });

  it('that gives no token is an error without the password', async () => {
    const { client } = await startTokenRegistry({ first: { status: 401 } });
    const failed = client({ username: 'robot', password: SECRET }).resolve('v1');
    await expect(failed).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNAUTHORIZED' });
    await expect(failed).rejects.not.toMatchObject({ message: expect.stringContaining(SECRET) as unknown });
  });
});

describe('challengeOf', () => {
  it.each([
    [
      'Bearer realm="https://auth.example/token",service="r",scope="a b"',
      { realm: 'https://auth.example/token', service: 'r', scope: 'a b' },
    ],
    ['bearer realm="https://auth.example/token"', { realm: 'https://auth.example/token' }],
    ['Basic realm="registry"', undefined],
    ['Bearer realm="nowhere"', undefined],
    [undefined, undefined],
  ])('of %s', (header, challenge) => {
    expect(challengeOf(header)).toEqual(challenge);
  });
});
