import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  collectImage,
  layoutSource,
  OCI_MANIFEST,
  OciLayout,
  pushImage,
  RegistryClient,
  registrySource,
  type Digest,
  type PushedBlob,
} from '../src/index.js';
import { LOGIN, startDockerRegistry, type DockerRegistry } from './docker-registry.js';
import { temporaryDirectories, writeBlob, writeImage, writeIndex } from './sample-image.js';

const directories = temporaryDirectories();
const clock = {
  now: () => Date.now(),
  sleep: () => Promise.resolve(),
};

let registry: DockerRegistry;
let layout: OciLayout;
let count = 0;

beforeAll(async () => {
  registry = await startDockerRegistry(await directories.make());
}, 60_000);
afterAll(async () => {
  await registry?.close();
  await directories.removeAll();
});
beforeEach(async () => {
  count += 1;
  layout = await OciLayout.create(await directories.make());
});

function client(repository: string, credentials: typeof LOGIN | undefined = LOGIN): RegistryClient {
  const deadline = Date.now() + 60_000;
  return new RegistryClient({
    host: registry.host,
    repository,
    clock,
    deadline,
    ...(credentials ? { credentials } : {}),
  });
}

async function sign(subject: Digest): Promise<Digest> {
  const { mediaType, digest, bytes } = await layout.readManifest(subject);
  const config = await writeBlob(layout, Buffer.from('{}'), 'application/vnd.oci.empty.v1+json');
  const layer = await writeBlob(layout, Buffer.from(`signature of ${subject}`));
  const about = { subject: { mediaType, digest, size: bytes.length } };
  const text = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer], ...about });
  return layout.writeManifest({ mediaType: OCI_MANIFEST, bytes: Buffer.from(text) });
}

describe("Debian's docker-registry", () => {
  it('takes all platforms and signatures, and gives them to another repository without their blobs', async () => {
    const { digest, children } = await writeIndex(layout);
    const signature = await sign(digest);
    const [staging, production] = [client(`staging/web-${count}`), client(`production/web-${count}`)];
    await pushImage(staging, { image: await collectImage(layoutSource(layout), digest), tag: 'v1' });
    const told: PushedBlob[] = [];
    await pushImage(production, {
      image: await collectImage(registrySource(staging), digest),
      ...{ tag: 'v1', mountFrom: `staging/web-${count}`, onBlob: (blob: PushedBlob) => told.push(blob) },
    });
    expect(new Set(told.map(({ outcome }) => outcome))).toEqual(new Set(['mounted']));
    for (const one of [digest, ...children, signature]) expect((await production.resolve(one))?.digest).toBe(one);
    expect((await production.resolve('v1'))?.digest).toBe(digest);
    // It has no referrers API: the list is behind the tag that takes its place.
    expect((await production.referrers(digest)).map((one) => one.digest)).toEqual([signature]);
  });

  it('sends nothing twice', async () => {
    const { digest } = await writeImage(layout);
    const image = await collectImage(layoutSource(layout), digest);
    const told: PushedBlob[] = [];
    for (const tag of ['v1', 'v2']) {
      await pushImage(client(`again/web-${count}`), { image, tag, onBlob: (blob) => told.push(blob) });
    }
    expect(told.map(({ outcome }) => outcome)).toEqual(['sent', 'sent', 'skipped', 'skipped']);
  });

  it.each([
    ['nobody', undefined],
    ['a wrong password', { ...LOGIN, password: 'another-password' }],
  ])('refuses %s', async (_name, credentials) => {
    const { digest } = await writeImage(layout);
    const image = await collectImage(layoutSource(layout), digest);
    const target =
      (credentials ?? undefined)
        ? client('refused/web', credentials)
        : new RegistryClient({ host: registry.host, repository: 'refused/web', clock, deadline: Date.now() + 60_000 });
    await expect(pushImage(target, { image, tag: 'v1' })).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNAUTHORIZED' });
  });

  it('has one whole image of two that are pushed under one tag at once', async () => {
    const images = [await writeImage(layout), await writeImage(layout), await writeIndex(layout)];
    const name = `race/web-${count}`;
    await Promise.all(
      images.map(async ({ digest }) =>
        pushImage(client(name), { image: await collectImage(layoutSource(layout), digest), tag: 'v1' }),
      ),
    );
    const found = (await client(name).resolve('v1'))?.digest;
    expect(images.map(({ digest }) => digest)).toContain(found);
    // Whoever lost the tag is whole all the same.
    for (const { digest } of images) {
      const { blobs } = await collectImage(registrySource(client(name)), digest);
      for (const blob of blobs) {
        let bytes = 0;
        for await (const chunk of client(name).openBlob(blob)) bytes += chunk.length;
        expect(bytes).toBe(blob.size);
      }
    }
  });
});
