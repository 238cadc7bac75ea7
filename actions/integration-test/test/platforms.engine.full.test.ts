import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { digestOf, OCI_INDEX, OciLayout, type Digest } from '@slipway/oci';
import { EngineScene } from './engine-scene.js';
import { docker } from './images.js';

let scene: EngineScene;
let native: string;
beforeAll(async () => {
  scene = await EngineScene.open();
  native = await docker('version', '--format', '{{.Server.Arch}}');
}, 180_000);
afterAll(() => scene.close());
afterEach(async () => expect(await scene.left()).toEqual([]));

/** The image as one of another platform: what it says of itself, and no layer. */
async function asPlatform(layout: OciLayout, architecture: string, mode: string) {
  const { bytes, mediaType } = await layout.readManifest(scene.image.digest as Digest);
  const manifest = JSON.parse(bytes.toString()) as { config: { digest: Digest; size: number } };
  const image = JSON.parse(String(await layout.blobs.read(manifest.config.digest))) as {
    architecture: string;
    config: { Env: string[] };
  };
  image.architecture = architecture;
  image.config.Env.push(`MODE=${mode}`);
  const config = Buffer.from(JSON.stringify(image));
  await layout.blobs.write(digestOf(config), once(config));
  manifest.config = { ...manifest.config, digest: digestOf(config), size: config.length };
  const written = Buffer.from(JSON.stringify(manifest));
  const digest = await layout.writeManifest({ mediaType, bytes: written });
  return { mediaType, digest, size: written.length, platform: { os: 'linux', architecture } };
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

async function indexOf(mode386: string): Promise<string> {
  const layout = await OciLayout.open(scene.image.layout);
  const manifests = [
    await asPlatform(layout, native, 'good'),
    // The same program, which a 64-bit kernel runs under either name.
    await asPlatform(layout, '386', mode386),
    await asPlatform(layout, 's390x', 'good'),
  ];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  return layout.writeManifest({ mediaType: OCI_INDEX, bytes });
}

it('tests each platform of an index that this engine can run, and removes all of it', async () => {
  const digest = await indexOf('good');
  const end = await scene.run({ digest });
  expect(end.errors).toEqual([]);
  expect(end.outputs).toMatchObject({ outcome: 'succeeded', 'tested-digest': digest });
  const platforms = (end.report?.['platforms'] ?? []) as { platform: string; state: string }[];
  expect(platforms.map(({ platform, state }) => `${platform} ${state}`)).toEqual([
    'linux/386 passed',
    'linux/s390x not-run',
  ]);
  expect(await docker('image', 'ls', '--digests', '--format', '{{.Repository}} {{.Digest}}')).not.toContain(digest);
}, 60_000);

it('finds the platform that fails', async () => {
  const end = await scene.run({ digest: await indexOf('exit') });
  expect(end.report).toMatchObject({ error: { code: 'TEST_PLATFORM_FAILED' } });
  expect(end.errors.join()).toContain('linux/386: it ended with exit code 7 before it was ready');
}, 60_000);
