import { afterEach, describe, expect, it } from '@jest/globals';
import {
  collectImage,
  digestOf,
  layoutSource,
  layoutStorage,
  LayoutRepository,
  OCI_MANIFEST,
  OciLayout,
  pushImage,
  RegistryClient,
  RegistryError,
  type Digest,
  type Manifest,
  type PushedBlob,
  type RegistryConnectionOptions,
} from '../src/index.js';
import { startFaultyRegistry, type FaultyRegistry } from './faulty-registry.js';
import { pieces, temporaryDirectories, writeBlob, writeImage, writeIndex } from './sample-image.js';

const directories = temporaryDirectories();
const running: FaultyRegistry[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.close()));
  await directories.removeAll();
});

const newLayout = async (): Promise<OciLayout> => OciLayout.create(await directories.make());

/** Time that passes only when it is slept. */
function virtualClock() {
  let now = 0;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (ms: number) => {
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
}

const HOUR_MS = 3_600_000;
const PASSWORD = 'a password that nobody may see';

async function connect(options: Partial<RegistryConnectionOptions> = {}, repository = 'shop/web') {
  const [source, target, clock] = [await newLayout(), await newLayout(), virtualClock()];
  const registry = await startFaultyRegistry({ storage: layoutStorage(target) });
  running.push(registry);
  const { host } = registry;
  const client = new RegistryClient({ host, repository, clock, random: () => 0.5, deadline: HOUR_MS, ...options });
  return { source, target, registry, client, clock };
}

const imageOf = (layout: OciLayout, digest: Digest) => collectImage(layoutSource(layout), digest);
const unavailable = { kind: 'answer', status: 503 } as const;
const blobOf = (text: string) => ({
  digest: digestOf(Buffer.from(text)),
  size: text.length,
  open: () => pieces(Buffer.from(text)),
});

describe('pushImage', () => {
  it('pushes an index with its children, all bytes unchanged', async () => {
    const { source, target, client, registry } = await connect();
    const { digest, children } = await writeIndex(source);
    await pushImage(client, { image: await imageOf(source, digest), tag: 'v1' });
    expect(await target.tags()).toEqual(new Map([['v1', digest]]));
    expect(await target.walk(digest)).toEqual(await source.walk(digest));
    const puts = registry.requests.filter((request) => /^PUT .*manifests/.test(request));
    expect(puts.map((put) => put.split('/').at(-1))).toEqual([...children, 'v1']);
  });

  it('tells of every blob, and skips what is there', async () => {
    const { source, client } = await connect();
    const { digest } = await writeImage(source);
    const told: PushedBlob[] = [];
    const push = async () =>
      pushImage(client, { image: await imageOf(source, digest), onBlob: (blob) => told.push(blob) });
    await push();
    await push();
    expect(told.map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'skipped', 'skipped']);
  });

  it('mounts from another repository', async () => {
    const [a, b] = [await newLayout(), await newLayout()];
    const repositories = new Map([
      ['a', new LayoutRepository(a)],
      ['b', new LayoutRepository(b)],
    ]);
    const registry = await startFaultyRegistry({
      storage: { repository: (name) => Promise.resolve(repositories.get(name)) },
    });
    running.push(registry);
    const client = new RegistryClient({
      host: registry.host,
      repository: 'b',
      clock: virtualClock(),
      deadline: HOUR_MS,
    });
    const { digest } = await writeImage(a);
    const told: PushedBlob[] = [];
    await pushImage(client, { image: await imageOf(a, digest), mountFrom: 'a', onBlob: (blob) => told.push(blob) });
    expect(told.map(({ outcome }) => outcome)).toEqual(['mounted', 'mounted']);
    expect(await b.walk(digest)).toEqual(await a.walk(digest));
  });

  it('pushes no manifest when a blob cannot be pushed', async () => {
    const { source, target, client, registry } = await connect();
    registry.fail(/^PATCH/, { kind: 'answer', status: 403, body: '{"errors":[{"code":"DENIED","message":"no"}]}' });
    const { digest } = await writeImage(source);
    await expect(pushImage(client, { image: await imageOf(source, digest) })).rejects.toMatchObject({
      code: 'OCI_REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('DENIED: no'),
    });
    expect(await target.list()).toEqual([]);
  });

  it('sends layers of many pieces with their length', async () => {
    const { source, target, client } = await connect();
    const config = await writeBlob(source, Buffer.from('{}'));
    const layer = await writeBlob(source, Buffer.alloc(3_000_000, 'layer'));
    const bytes = Buffer.from(JSON.stringify({ mediaType: OCI_MANIFEST, config, layers: [layer] }));
    const digest = await source.writeManifest({ mediaType: OCI_MANIFEST, bytes });
    await pushImage(client, { image: await imageOf(source, digest) });
    expect(await target.blobs.sizeOf(layer.digest)).toBe(3_000_000);
  });
});

describe('RegistryClient, when the registry fails', () => {
  it.each([
    ['the look', /^HEAD/],
    ['the start', /^POST/],
    ['the upload', /^PATCH/],
    ['the end', /^PUT/],
  ])('tries a blob again after a failure of %s', async (_name, pattern) => {
    const { target, client, registry, clock } = await connect();
    registry.fail(pattern, unavailable, { kind: 'hang-up' }, { kind: 'answer', status: 429 });
    const blob = blobOf('a layer');
    expect(await client.pushBlob(blob)).toBe('sent');
    expect((await target.blobs.read(blob.digest))?.toString()).toBe('a layer');
    // Half of 0.5, 1 and 2 seconds: the jitter here is always a half.
    expect(clock.slept).toEqual([250, 500, 1000]);
  });

  it('sees that a blob was stored although the answer was lost', async () => {
    const { client, registry } = await connect();
    registry.fail(/^PUT/, { kind: 'lose-answer' });
    expect(await client.pushBlob(blobOf('a layer'))).toBe('skipped');
  });

  it('does not write a manifest twice when only the answer was lost', async () => {
    const { source, target, client, registry } = await connect();
    const { digest } = await writeImage(source);
    registry.fail(/^PUT .*manifests/, { kind: 'lose-answer' });
    await pushImage(client, { image: await imageOf(source, digest), tag: 'v1' });
    expect(registry.requests.filter((request) => /^PUT .*manifests/.test(request))).toHaveLength(1);
    expect((await target.tags()).get('v1')).toBe(digest);
  });

  it('gives up after eight attempts', async () => {
    const { client, registry } = await connect();
    registry.fail(/^HEAD/, ...Array.from({ length: 9 }, () => unavailable));
    await expect(client.pushBlob(blobOf('x'))).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNAVAILABLE' });
    expect(registry.requests).toHaveLength(8);
  });

  it('waits for nothing beyond the deadline', async () => {
    const { client, registry, clock } = await connect({ deadline: 600 });
    registry.fail(/^GET/, ...Array.from({ length: 9 }, () => unavailable));
    await expect(client.resolve('v1')).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNAVAILABLE', retryable: true });
    expect(clock.slept).toEqual([250]);
  });

  it('does not repeat what was refused', async () => {
    const { client, registry } = await connect();
    registry.fail(/^GET/, { kind: 'answer', status: 400, body: '<html>' });
    await expect(client.resolve('v1')).rejects.toMatchObject({ code: 'OCI_REGISTRY_REFUSED' });
    expect(registry.requests).toHaveLength(1);
  });

  it('says why a tag was refused', async () => {
    const { source, target } = await connect();
    const repository = new LayoutRepository(target);
    repository.writeManifest = () => Promise.reject(new RegistryError('TAG_INVALID', 'it may not move'));
    const registry = await startFaultyRegistry({ storage: { repository: () => Promise.resolve(repository) } });
    running.push(registry);
    const client = new RegistryClient({
      host: registry.host,
      repository: 'a',
      clock: virtualClock(),
      deadline: HOUR_MS,
    });
    const { digest } = await writeImage(source);
    await expect(pushImage(client, { image: await imageOf(source, digest), tag: 'v1' })).rejects.toMatchObject({
      code: 'OCI_REGISTRY_REFUSED',
      message: expect.stringContaining('TAG_INVALID: it may not move'),
      hint: expect.stringContaining('another tag'),
    });
  });

  it('ends at once when the run is cancelled', async () => {
    const controller = new AbortController();
    const { client, registry } = await connect({ signal: controller.signal });
    registry.fail(/^GET/, unavailable);
    controller.abort(new Error('cancelled'));
    await expect(client.resolve('v1')).rejects.toMatchObject({ code: 'OCI_REGISTRY_ABORTED' });
    expect(registry.requests).toEqual([]);
  });
});

describe('RegistryClient.resolve', () => {
  it('reads a manifest by tag and by digest', async () => {
    const { target, client } = await connect();
    const { digest } = await writeImage(target, 'v1');
    const expected: Manifest = await target.readManifest(digest);
    expect(await client.resolve('v1')).toEqual(expected);
    expect(await client.resolve(digest)).toEqual(expected);
    expect(await client.resolve('v2')).toBeUndefined();
  });

  it.each(['v1', `sha256:${'0'.repeat(64)}`])('proves the digest of %s', async (reference) => {
    const { client, registry } = await connect();
    const headers = { 'docker-content-digest': `sha256:${'0'.repeat(64)}` };
    registry.fail(/^GET/, { kind: 'answer', status: 200, body: '{}', headers });
    await expect(client.resolve(reference)).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
  });

  it('refuses what is no reference', async () => {
    const { client } = await connect();
    await expect(client.resolve('../v1')).rejects.toMatchObject({ code: 'OCI_REGISTRY_REFERENCE' });
  });
});

describe('RegistryClient, and secrets', () => {
  const credentials = { username: 'AWS', password: PASSWORD };
  const basic = `Basic ${Buffer.from(`AWS:${PASSWORD}`).toString('base64')}`;

  it('sends the credentials, and hides them in what the registry says', async () => {
    const { client, registry } = await connect({ credentials });
    const body = JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: `${PASSWORD} and ${basic} are wrong` }] });
    registry.fail(/^GET/, { kind: 'answer', status: 401, body });
    const error: unknown = await client.resolve('v1').catch((thrown: unknown) => thrown);
    expect(registry.authorizations).toEqual([basic]);
    expect(error).toMatchObject({
      code: 'OCI_REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining('***'),
    });
    expect((error as Error).message).not.toContain(PASSWORD);
    expect((error as Error).message).not.toContain(basic);
  });

  it('keeps them from another host that an upload is sent to', async () => {
    const other = await connect();
    const { client, registry } = await connect({ credentials });
    const upload = await fetch(`http://${other.registry.host}/v2/a/blobs/uploads/`, { method: 'POST' });
    const location = `http://${other.registry.host}${upload.headers.get('location') ?? ''}`;
    registry.fail(/^POST/, { kind: 'answer', status: 202, headers: { location } });
    expect(await client.pushBlob(blobOf('a layer'))).toBe('sent');
    expect(other.registry.requests.at(-1)).toMatch(/^PUT/);
    expect(other.registry.authorizations).toEqual([undefined, undefined, undefined]);
  });

  it('goes nowhere else without https', async () => {
    const { client, registry } = await connect({ credentials });
    const headers = { location: 'http://192.0.2.1/upload' };
    registry.fail(/^POST/, { kind: 'answer', status: 202, headers });
    await expect(client.pushBlob(blobOf('x'))).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNEXPECTED' });
  });

  it.each(['https://example.com', 'example.com/path', 'user@example.com', '', 'example.com?a'])(
    'refuses the host %j',
    async (host) => {
      await expect(connect({ host })).rejects.toMatchObject({ code: 'OCI_REGISTRY_HOST' });
    },
  );

  it('refuses what is no repository', async () => {
    await expect(connect({}, 'Shop')).rejects.toMatchObject({ code: 'OCI_REGISTRY_REPOSITORY' });
  });
});
