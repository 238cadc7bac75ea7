import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from '@jest/globals';
import { childEnvironment, runProcess } from '@slipway/process';
import { parseSuite, runSuite } from '../../src/index.js';
import { startService, startTlsService, type Service } from '../service.js';
import { Authority, type Issued } from './authority.js';

const ours = new Authority('Example Trust');
const theirs = new Authority('Somebody Else');
const good = ours.issue();
const clock = { now: () => Date.now(), sleep: () => Promise.resolve() };

let service: Service | undefined;
afterEach(() => service?.close());

async function serve(options: ServerOptions): Promise<string> {
  service = await startTlsService((request, response) => response.end(`host ${request.headers.host ?? ''}`), options);
  return service.baseUrl;
}

/** A suite with one check, and what it trusts. */
function suiteOf(expected: object, tls?: object): string {
  const checks = [{ name: 'it', request: { path: '/' }, expect: expected }];
  return JSON.stringify({ version: 1, ready: { path: '/' }, checks, ...(tls ? { tls } : {}) });
}

async function problemsOf(baseUrl: string, expected: object, tls: object = { ca: ours.pem }) {
  const suite = parseSuite(suiteOf(expected, tls), 'checks.yml');
  const { checks } = await runSuite({ suite, baseUrl, clock, signal: new AbortController().signal });
  return checks[0]?.problems;
}

describe('a connection is refused, and it is told why', () => {
  it.each<[string, Issued, object, string | RegExp]>([
    ['has expired', ours.issue({ endsInDays: -1 }), {}, 'the certificate, or one of its chain, has expired'],
    ['is not valid yet', ours.issue({ beginsInDays: 1 }), {}, 'the certificate, or one of its chain, is not valid yet'],
    [
      'is for somebody else',
      ours.issue({ names: ['shop.example', '*.shop.example'] }),
      {},
      /^the certificate is for DNS:shop.example, DNS:\*.shop.example, and not for 'localhost': 'tls.server-name'/,
    ],
    [
      'is of an authority that nobody knows',
      good,
      { 'server-name': 'localhost' },
      /^the certificate comes from an authority/,
    ],
    [
      'is of another authority',
      good,
      { ca: theirs.pem },
      /^the certificate comes from an authority that is not trusted/,
    ],
  ])('whose certificate %s', async (...[, issued, tls, problem]) => {
    const url = await serve(issued);
    const trusted = Object.keys(tls).length > 0 ? tls : undefined;
    expect(await problemsOf(url, {}, trusted)).toEqual([
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    ]);
  });

  it('which is too old', async () => {
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    expect(await problemsOf(await serve({ ...good, ...old }), {})).toEqual([
      'the service speaks only a TLS older than 1.2',
    ]);
  });

  it('which is not encrypted', async () => {
    service = await startService((_, response) => response.end());
    const url = service.baseUrl.replace('http:', 'https:');
    expect(await problemsOf(url, {})).toEqual(['the service does not speak TLS on this port']);
  });
});

describe('expect.tls', () => {
  const soon = ours.issue({ endsInDays: 20.5, names: ['localhost', '*.shop.example'] });
  const lastDay = new Date(Date.now() + 20.5 * 86_400_000).toISOString().slice(0, 10);

  it.each([
    [{}, []],
    [{ 'min-days': 20, 'min-version': 'TLSv1.2', issuer: 'Example Trust Root', names: ['www.shop.example'] }, []],
    [{ issuer: 'Example Trust' }, []],
    [{ issuer: '/trust r/i' }, []],
    [{ 'min-days': 30 }, [`the certificate lasts 20 days, until ${lastDay}; expected at least 30`]],
    [{ 'min-version': 'TLSv1.3' }, ['the connection is TLSv1.2; expected at least TLSv1.3']],
    [{ issuer: 'Amazon' }, ["the certificate was issued by 'Example Trust Root', 'Example Trust'; expected 'Amazon'"]],
    [
      { issuer: '/^Amazon/' },
      ["the certificate was issued by 'Example Trust Root', 'Example Trust'; expected one that matches /^Amazon/u"],
    ],
    [
      { names: ['localhost', 'shop.example', 'a.b.shop.example'] },
      ['shop.example', 'a.b.shop.example'].map(
        (name) => `the certificate is for DNS:localhost, DNS:*.shop.example; expected it to be for '${name}' too`,
      ),
    ],
  ])('of %j', async (tls, problems) => {
    expect(await problemsOf(await serve({ ...soon, maxVersion: 'TLSv1.2' }), { tls })).toEqual(problems);
  });
});

describe('tls of a suite', () => {
  it('asks a load balancer as the service that it stands for', async () => {
    const url = await serve(ours.issue({ names: ['shop.example'] }));
    const host = `host shop.example:${new URL(url).port}`;
    expect(await problemsOf(url, { contains: host }, { ca: ours.pem, 'server-name': 'shop.example' })).toEqual([]);
  });

  it('says nothing of a connection that is not encrypted', async () => {
    service = await startService((request, response) => response.end(request.headers.host));
    const host = service.baseUrl.replace('http://', '');
    expect(
      await problemsOf(service.baseUrl, { contains: host }, { ca: ours.pem, 'server-name': 'shop.example' }),
    ).toEqual([]);
  });

  it.each([
    [{ ca: 'roots.pem' }, "'tls.ca' must be one or more certificates in PEM"],
    [{ ca: good.key }, "'tls.ca' holds a private key"],
    [{ ca: ours.pem + ours.pem.replace('M', '!') }, "'tls.ca' holds a certificate that cannot be read, the 2. of 2"],
    [{ 'server-name': '*.shop.example' }, "'tls.server-name' is not the name of a host"],
    [{ 'server-name': '127.0.0.1' }, "'tls.server-name' is not the name of a host"],
    [{ cert: 'x' }, "unknown key 'cert'"],
  ])('is refused: %#', (tls, problem) => {
    expect(() => parseSuite(suiteOf({}, tls), 'checks.yml')).toThrow(problem);
  });
});

it('trusts what the machine’s administrator trusts: NODE_EXTRA_CA_CERTS', async () => {
  const url = await serve(good);
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-tls-'));
  const roots = path.join(folder, 'roots.pem');
  await writeFile(roots, ours.pem);
  const child = fileURLToPath(new URL('child.ts', import.meta.url));
  const args = ['--import', 'tsx', child, suiteOf({ tls: { issuer: 'Example Trust', 'min-days': 30 } }), url];
  const ask = async (env: Record<string, string>): Promise<unknown> => {
    const { stdout, stderr } = await runProcess({ file: process.execPath, args, env: childEnvironment(env) });
    return stdout === '' ? stderr : JSON.parse(stdout);
  };
  try {
    expect(await ask({ NODE_EXTRA_CA_CERTS: roots })).toEqual([[]]);
    expect(await ask({})).toEqual([[expect.stringMatching(/^the certificate comes from an authority that is not/)]]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
