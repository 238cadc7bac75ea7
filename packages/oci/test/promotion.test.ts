import { afterEach, describe, expect, it } from '@jest/globals';
import {
  collectImage,
  digestOf,
  layoutSource,
  LayoutRepository,
  OCI_MANIFEST,
  OciLayout,
  pushImage,
  RegistryClient,
  registrySource,
  type Descriptor,
  type Digest,
  type RegistryConnectionOptions,
  type StoredRepository,
} from '../src/index.js';
import { startFaultyRegistry, type FaultyRegistry } from './faulty-registry.js';
import { temporaryDirectories, writeBlob, writeImage, writeIndex } from './sample-image.js';

const directories = temporaryDirectories();
const running: FaultyRegistry[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((registry) => registry.close()));
  await directories.removeAll();
});

const HOUR_MS = 3_600_000;
/** Long for this machine to do nothing in, and short to wait for. */
const SILENCE_MS = 250;
const UNAVAILABLE = { kind: 'answer', status: 503 } as const;

async function registryOf({ withReferrers = true, ...options }: { withReferrers?: boolean; authorize?: never } = {}) {
  const layout = await OciLayout.create(await directories.make());
  const repository: StoredRepository = new LayoutRepository(layout);
  if (!withReferrers) Object.assign(repository, { referrers: undefined });
  const registry = await startFaultyRegistry({
    storage: { repository: () => Promise.resolve(repository) },
    ...options,
  });
  running.push(registry);
  let now = 0;
  const slept: number[] = [];
  const clock = { now: () => now, sleep: (ms: number) => Promise.resolve(void ((now += ms), slept.push(ms))) };
  const connect = (more: Partial<RegistryConnectionOptions> = {}) =>
    new RegistryClient({
      ...{ host: registry.host, repository: 'shop/web', clock, random: () => 0, deadline: HOUR_MS },
      ...more,
    });
  return { layout, registry, client: connect(), connect, slept };
}

async function sign(layout: OciLayout, subject: Digest, tag?: string): Promise<Digest> {
  const manifest = await layout.readManifest(subject);
  const config = await writeBlob(layout, Buffer.from('{}'), 'application/vnd.oci.empty.v1+json');
  const layer = await writeBlob(layout, Buffer.from(`signature of ${subject} ${tag ?? ''}`));
  const { mediaType, digest, bytes } = manifest;
  const about = tag === undefined ? { subject: { mediaType, digest, size: bytes.length } } : {};
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer], ...about });
  return layout.writeManifest({ mediaType: OCI_MANIFEST, bytes: Buffer.from(text) }, tag);
}

const cosignTag = (digest: Digest): string => `${digest.replace(':', '-')}.sig`;

/** An index of two platforms, signed as a whole, its first platform too, and the first signature again; once by cosign's tag. */
async function signedIndex(layout: OciLayout) {
  const { digest, children } = await writeIndex(layout);
  const [first = digest] = children;
  const whole = await sign(layout, digest);
  const signatures = [
    whole,
    await sign(layout, first),
    await sign(layout, whole),
    await sign(layout, digest, cosignTag(digest)),
  ];
  return { digest, children, signatures };
}

describe('what refers to an image', () => {
  it.each([
    ['a registry with the referrers API', true],
    ['a registry without it', false],
  ])('comes along from a layout to %s and from there to another', async (_name, withReferrers) => {
    const source = await OciLayout.create(await directories.make());
    const { digest, children, signatures } = await signedIndex(source);
    const first = await registryOf({ withReferrers });
    const second = await registryOf({ withReferrers });
    await pushImage(first.client, { image: await collectImage(layoutSource(source), digest), tag: 'v1' });
    const collected = await collectImage(registrySource(first.client), digest);
    expect(collected.referrers.map(({ manifest }) => manifest.digest).sort()).toEqual([...signatures].sort());
    await pushImage(second.client, { image: collected, tag: 'v1' });
    for (const one of [digest, ...children, ...signatures]) {
      expect((await second.client.resolve(one))?.digest).toBe(one);
    }
    const [whole] = signatures;
    expect((await second.client.referrers(digest)).map((referrer: Descriptor) => referrer.digest)).toEqual([whole]);
    expect((await second.client.resolve(cosignTag(digest)))?.digest).toBe(signatures[3]);
    // The tag goes last: who can pull it finds everything.
    expect(second.registry.requests.filter((request) => request.startsWith('PUT ')).at(-1)).toMatch(/manifests\/v1$/);
  });

  it('is left to the registry that lists it, also when the answer to its push was lost', async () => {
    const [source, other] = [await OciLayout.create(await directories.make()), await registryOf()];
    const { digest } = await writeImage(source);
    const signature = await sign(source, digest);
    other.registry.fail(new RegExp(`^PUT .*${signature}`), { kind: 'lose-answer' });
    await pushImage(other.client, { image: await collectImage(layoutSource(source), digest), tag: 'v1' });
    expect((await other.client.referrers(digest)).map((one) => one.digest)).toEqual([signature]);
    expect([...(await other.layout.tags()).keys()]).toEqual(['v1']);
  });

  it('does not take a tag from other signatures', async () => {
    const [source, other] = [await OciLayout.create(await directories.make()), await registryOf()];
    const { digest } = await writeImage(source);
    await sign(source, digest, cosignTag(digest));
    await other.client.pushBlob({
      digest: digestOf(Buffer.from('{}')),
      size: 2,
      open: () => layoutSource(source).openBlob({ digest: digestOf(Buffer.from('{}')), size: 2, mediaType: '' }),
    });
    const config = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(Buffer.from('{}')), size: 2 };
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [] }));
    const theirs = { digest: digestOf(bytes), mediaType: OCI_MANIFEST, bytes };
    await other.client.pushManifest(theirs, cosignTag(digest));
    const left: string[] = [];
    const image = await collectImage(layoutSource(source), digest);
    await pushImage(other.client, { image, tag: 'v1', onTagLeft: (tag) => left.push(tag) });
    expect(left).toEqual([cosignTag(digest)]);
    expect((await other.client.resolve(cosignTag(digest)))?.digest).toBe(theirs.digest);
  });
});

describe('a copy between registries', () => {
  const copied = async (more: Partial<RegistryConnectionOptions> = {}) => {
    const [from, to] = [await registryOf(), await registryOf()];
    const { digest, layer } = await writeImage(from.layout, 'v1');
    const copy = async () => {
      const image = await collectImage(registrySource(from.connect(more)), digest);
      await pushImage(to.connect(more), { image, tag: 'v1' });
    };
    return { from, to, digest, layer, copy };
  };

  it('reads each blob once', async () => {
    const { from, to, digest, copy } = await copied();
    await copy();
    expect(await to.layout.walk(digest)).toEqual(await from.layout.walk(digest));
    const reads = from.registry.requests.filter((request) => /^GET .*\/blobs\//.test(request));
    expect(new Set(reads).size).toBe(2);
    expect(reads).toHaveLength(2);
  });

  it.each([
    ['hangs up', { kind: 'hang-up' }],
    ['falls silent', { kind: 'silence' }],
  ] as const)('goes on when the source %s in the middle', async (_name, fault) => {
    const { from, to, digest, layer, copy } = await copied({ silenceMs: SILENCE_MS });
    from.registry.fail(new RegExp(`GET .*${layer.digest}`), fault, UNAVAILABLE);
    await copy();
    expect(await to.layout.walk(digest)).toEqual(await from.layout.walk(digest));
  });

  it('goes on when the target takes what is sent, and never answers', async () => {
    const { from, to, digest, copy } = await copied({ silenceMs: SILENCE_MS });
    to.registry.fail(/^PATCH/, { kind: 'silence' });
    await copy();
    expect(await to.layout.walk(digest)).toEqual(await from.layout.walk(digest));
  });

  it('goes on when the target takes no more of what is sent', async () => {
    const [{ client, layout }, to] = [await registryOf(), await registryOf()];
    // More than the sockets of both sides hold.
    const layer = await writeBlob(layout, Buffer.alloc(24_000_000, 'layer'));
    to.registry.fail(/^PATCH/, { kind: 'silence' });
    const open = () => client.openBlob(layer);
    expect(await to.connect({ silenceMs: SILENCE_MS }).pushBlob({ ...layer, open })).toBe('sent');
    expect(await to.layout.blobs.sizeOf(layer.digest)).toBe(layer.size);
  });

  it('says that a source is always silent, and which', async () => {
    const { from, layer, copy } = await copied({ silenceMs: 20 });
    from.registry.fail(
      new RegExp(`GET .*${layer.digest}`),
      ...Array.from({ length: 9 }, () => ({ kind: 'silence' }) as const),
    );
    await expect(copy()).rejects.toMatchObject({
      code: 'OCI_REGISTRY_UNAVAILABLE',
      message: expect.stringMatching(
        new RegExp(`${from.registry.host} failed: nothing moved for .* It was tried 8 times`),
      ),
    });
  });

  it('blames the source for what the source did', async () => {
    const { from, layer, copy } = await copied();
    const body = '{"errors":[{"code":"DENIED","message":"not yours"}]}';
    from.registry.fail(new RegExp(`GET .*${layer.digest}`), { kind: 'answer', status: 403, body });
    await expect(copy()).rejects.toMatchObject({
      code: 'OCI_REGISTRY_UNAUTHORIZED',
      message: expect.stringContaining(from.registry.host),
    });
  });

  it('takes no blob that is not its digest', async () => {
    const { from, to, layer, copy } = await copied();
    const body = 'x'.repeat(layer.size);
    from.registry.fail(new RegExp(`GET .*${layer.digest}`), { kind: 'answer', status: 200, body });
    await expect(copy()).rejects.toMatchObject({ code: 'OCI_DIGEST_MISMATCH' });
    expect(await to.layout.list()).toEqual([]);
  });

  it('says of a digest that is not there that it is not', async () => {
    const { from } = await copied();
    const unknown: Digest = `sha256:${'0'.repeat(64)}`;
    await expect(collectImage(registrySource(from.client), unknown)).rejects.toMatchObject({
      code: 'OCI_MANIFEST_MISSING',
    });
  });
});

describe('a registry that has too much to do', () => {
  it.each([429, 503])('is asked again after %i no sooner than it says', async (status) => {
    const { client, registry, slept } = await registryOf();
    registry.fail(/^GET/, { kind: 'answer', status, headers: { 'retry-after': '7' } });
    expect(await client.resolve('v1')).toBeUndefined();
    expect(slept).toEqual([7000]);
  });

  it('is named with its last answer, and how often it was asked', async () => {
    const { client, registry } = await registryOf();
    const body = '{"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]}';
    registry.fail(
      /^GET/,
      { kind: 'hang-up' },
      ...Array.from({ length: 9 }, () => ({ kind: 'answer', status: 429, body }) as const),
    );
    await expect(client.resolve('v1')).rejects.toMatchObject({
      code: 'OCI_REGISTRY_UNAVAILABLE',
      message: expect.stringMatching(/429 TOOMANYREQUESTS: slow down.*It was tried 8 times\.$/),
    });
  });
});
