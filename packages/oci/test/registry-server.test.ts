import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  digestOf,
  layoutStorage,
  LayoutRepository,
  OCI_MANIFEST,
  OciLayout,
  startRegistry,
  type ManifestPut,
  type RegistryOptions,
  type RunningRegistry,
} from '../src/index.js';
import { temporaryDirectories, writeImage, writeIndex } from './sample-image.js';

const directories = temporaryDirectories();
const running: RunningRegistry[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.close()));
  await directories.removeAll();
});

async function serve(options: Partial<RegistryOptions> = {}) {
  const layout = await OciLayout.create(await directories.make());
  const registry = await startRegistry({ storage: layoutStorage(layout), ...options });
  running.push(registry);
  const call = (path: string, init: RequestInit = {}): Promise<Response> =>
    fetch(`http://${registry.host}${path}`, init);
  return { layout, registry, call };
}

async function errorOf(response: Response): Promise<{ status: number; code: string }> {
  const { errors } = (await response.json()) as { errors: { code: string }[] };
  return { status: response.status, code: errors[0]?.code ?? '' };
}

const BYTES = randomBytes(100_000);
const DIGEST = digestOf(BYTES);

type Serving = Awaited<ReturnType<typeof serve>>;

async function startUpload({ call }: Serving): Promise<string> {
  const response = await call('/v2/a/blobs/uploads/', { method: 'POST' });
  expect(response.status).toBe(202);
  return response.headers.get('location') ?? '';
}

async function push({ call }: Serving, path = '/v2/a'): Promise<void> {
  const response = await call(`${path}/blobs/uploads/?digest=${DIGEST}`, { method: 'POST', body: BYTES });
  expect(response.status).toBe(201);
}

describe('blobs', () => {
  it('are pushed whole, and read whole and in part', async () => {
    const serving = await serve();
    await push(serving);
    const head = await serving.call(`/v2/a/blobs/${DIGEST}`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '100000']);
    const whole = await serving.call(`/v2/a/blobs/${DIGEST.replace(':', '%3A')}`);
    expect(digestOf(Buffer.from(await whole.arrayBuffer()))).toBe(DIGEST);
    const part = await serving.call(`/v2/a/blobs/${DIGEST}`, { headers: { range: 'bytes=99990-' } });
    expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 99990-99999/100000']);
    expect(Buffer.from(await part.arrayBuffer()).equals(BYTES.subarray(99_990))).toBe(true);
  });

  it('are pushed in chunks, which have to follow each other', async () => {
    const serving = await serve();
    const location = await startUpload(serving);
    const patch = (from: number, to: number): Promise<Response> =>
      serving.call(location, {
        method: 'PATCH',
        body: BYTES.subarray(from, to),
        headers: { 'content-range': `${from}-${to - 1}` },
      });
    expect((await patch(0, 60_000)).headers.get('range')).toBe('0-59999');
    expect(await errorOf(await patch(70_000, 80_000))).toEqual({ status: 416, code: 'RANGE_INVALID' });
    expect((await serving.call(location)).headers.get('range')).toBe('0-59999');
    expect((await patch(60_000, 90_000)).status).toBe(202);
    const end = await serving.call(`${location}?digest=${DIGEST}`, { method: 'PUT', body: BYTES.subarray(90_000) });
    expect([end.status, end.headers.get('docker-content-digest')]).toEqual([201, DIGEST]);
    expect(await serving.layout.blobs.sizeOf(DIGEST)).toBe(100_000);
  });

  it('are refused under another digest, and nothing of them stays', async () => {
    const serving = await serve();
    const other = digestOf(Buffer.from('other'));
    const response = await serving.call(`/v2/a/blobs/uploads/?digest=${other}`, { method: 'POST', body: BYTES });
    expect(await errorOf(response)).toEqual({ status: 400, code: 'DIGEST_INVALID' });
    expect(await readdir(join(serving.layout.directory, 'blobs', 'sha256'))).toEqual([]);
  });

  it('can be given up while they are pushed', async () => {
    const serving = await serve();
    const location = await startUpload(serving);
    expect((await serving.call(location, { method: 'DELETE' })).status).toBe(204);
    expect(await errorOf(await serving.call(location, { method: 'PATCH', body: 'x' }))).toEqual({
      status: 404,
      code: 'BLOB_UPLOAD_UNKNOWN',
    });
  });

  it('leave nothing behind when the registry ends in the middle', async () => {
    const serving = await serve();
    await serving.call(await startUpload(serving), { method: 'PATCH', body: 'some' });
    await serving.registry.close();
    expect(await readdir(join(serving.layout.directory, 'blobs', 'sha256'))).toEqual([]);
  });

  it('are mounted from another repository, or else uploaded', async () => {
    const [a, b] = [await OciLayout.create(await directories.make()), await OciLayout.create(await directories.make())];
    const repositories = new Map([
      ['a', new LayoutRepository(a)],
      ['b', new LayoutRepository(b)],
    ]);
    const serving = await serve({ storage: { repository: (name) => Promise.resolve(repositories.get(name)) } });
    await push(serving);
    const mount = (from: string): Promise<Response> =>
      serving.call(`/v2/b/blobs/uploads/?mount=${DIGEST}&from=${from}`, { method: 'POST' });
    expect((await mount('c')).status).toBe(202);
    expect((await mount('../a')).status).toBe(202);
    expect(await b.blobs.sizeOf(DIGEST)).toBeUndefined();
    expect((await mount('a')).status).toBe(201);
    expect(await b.blobs.sizeOf(DIGEST)).toBe(100_000);
    expect(await errorOf(await serving.call(`/v2/c/blobs/${DIGEST}`))).toEqual({ status: 404, code: 'NAME_UNKNOWN' });
  });
});

describe('manifests', () => {
  it('are served by tag and by digest with their very bytes', async () => {
    const { layout, call } = await serve();
    const { digest } = await writeImage(layout, 'v1');
    const { bytes } = await layout.readManifest(digest);
    for (const reference of ['v1', digest]) {
      const response = await call(`/v2/a/manifests/${reference}`);
      expect(response.headers.get('docker-content-digest')).toBe(digest);
      expect(response.headers.get('content-type')).toBe(OCI_MANIFEST);
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
    }
  });

  it('are served by the digest that an index lists', async () => {
    const { layout, call } = await serve();
    const { children } = await writeIndex(layout);
    expect((await call(`/v2/a/manifests/${children[1] ?? ''}`, { method: 'HEAD' })).status).toBe(200);
  });

  it('are stored when all that they refer to is there, and told of', async () => {
    const told: ManifestPut[] = [];
    const { layout, call } = await serve({ onManifestPut: (put) => told.push(put) });
    const { digest } = await writeImage(layout);
    const { bytes } = await layout.readManifest(digest);
    const put = (reference: string): Promise<Response> =>
      call(`/v2/a/manifests/${reference}`, { method: 'PUT', body: bytes, headers: { 'content-type': OCI_MANIFEST } });
    expect((await put('v2')).headers.get('docker-content-digest')).toBe(digest);
    expect((await put(digest)).status).toBe(201);
    expect(told).toEqual([
      { repository: 'a', digest, mediaType: OCI_MANIFEST, tag: 'v2' },
      { repository: 'a', digest, mediaType: OCI_MANIFEST },
    ]);
  });

  const layer = { mediaType: 'x', digest: DIGEST, size: 1 };
  it.each([
    { what: 'that is not JSON', reference: 'v1', body: 'hello', code: 'MANIFEST_INVALID' },
    { what: 'without layers', reference: 'v1', body: '{"config":{}}', code: 'MANIFEST_INVALID' },
    { what: 'of another type', reference: 'v1', body: '{"mediaType":"x","manifests":[]}', code: 'MANIFEST_INVALID' },
    {
      what: 'whose layer was not pushed',
      reference: 'v1',
      body: JSON.stringify({ config: layer, layers: [] }),
      code: 'MANIFEST_BLOB_UNKNOWN',
    },
    { what: 'under another digest', reference: DIGEST, body: '{"manifests":[]}', code: 'DIGEST_INVALID' },
    { what: 'under half a digest', reference: 'sha256:12', body: '{"manifests":[]}', code: 'DIGEST_INVALID' },
    { what: 'under a tag that is none', reference: '-v1', body: '{"manifests":[]}', code: 'TAG_INVALID' },
    { what: 'that is too large', reference: 'v1', body: ' '.repeat(5 * 1024 * 1024), code: 'SIZE_INVALID' },
  ])('are refused: one $what', async ({ reference, body, code }) => {
    const { call, layout } = await serve();
    const type = body.includes('manifests') ? 'application/vnd.oci.image.index.v1+json' : OCI_MANIFEST;
    const headers = { 'content-type': type };
    const response = await call(`/v2/a/manifests/${reference}`, { method: 'PUT', body, headers });
    expect((await errorOf(response)).code).toBe(code);
    expect(await layout.list()).toEqual([]);
  });

  it('are unknown when there is none, or when the digest is a layer’s', async () => {
    const { call, layout } = await serve();
    const { layer: stored } = await writeImage(layout, 'v1');
    for (const reference of ['v2', DIGEST, stored.digest]) {
      const response = await call(`/v2/a/manifests/${reference}`);
      expect(await errorOf(response)).toEqual({ status: 404, code: 'MANIFEST_UNKNOWN' });
    }
  });
});

describe('the registry', () => {
  it('lists tags in pages', async () => {
    const { call, layout } = await serve();
    for (const tag of ['c', 'a', 'b']) await writeImage(layout, tag);
    expect(await (await call('/v2/a/tags/list')).json()).toEqual({ name: 'a', tags: ['a', 'b', 'c'] });
    const first = await call('/v2/a/tags/list?n=2');
    expect(await first.json()).toEqual({ name: 'a', tags: ['a', 'b'] });
    const next = /<(.*)>/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(await (await call(next)).json()).toEqual({ name: 'a', tags: ['c'] });
  });

  it('lets in only who is authorized', async () => {
    const { call } = await serve({ authorize: (authorization) => authorization === 'Basic yes' });
    const refused = await call('/v2/');
    expect(refused.headers.get('www-authenticate')).toMatch(/^Basic realm=/);
    expect(await errorOf(refused)).toEqual({ status: 401, code: 'UNAUTHORIZED' });
    expect((await call('/v2/', { headers: { authorization: 'Basic yes' } })).status).toBe(200);
  });

  it('changes nothing when it is read-only', async () => {
    const { call } = await serve({ readOnly: true });
    expect(await errorOf(await call('/v2/a/blobs/uploads/', { method: 'POST' }))).toEqual({
      status: 405,
      code: 'UNSUPPORTED',
    });
  });

  it.each([
    ['GET', '/v2/A/tags/list', 'NAME_INVALID'],
    ['GET', '/v2/a/../b/tags/list', 'NAME_INVALID'],
    ['GET', '/v2/a%2F..%2Fb/tags/list', 'NAME_INVALID'],
    ['GET', '/v2/a/blobs/sha256:..%2F..%2Findex.json', 'DIGEST_INVALID'],
    ['GET', '/v2/_catalog', 'UNSUPPORTED'],
    ['DELETE', `/v2/a/blobs/${DIGEST}`, 'UNSUPPORTED'],
    ['DELETE', '/v2/a/manifests/v1', 'UNSUPPORTED'],
    ['GET', '/v2/a/blobs/uploads/', 'UNSUPPORTED'],
  ])('refuses %s %s', async (method, path, code) => {
    const { registry } = await serve();
    // fetch would tidy the path up before it sends it.
    const [hostname, port] = registry.host.split(':');
    const text = await new Promise<string>((resolve, reject) => {
      const request = httpRequest({ hostname, port, method, path }, (response) => {
        let body = '';
        response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        response.on('end', () => resolve(body));
      });
      request.on('error', reject).end();
    });
    expect(text).toContain(`"code":"${code}"`);
  });
});
