import { digestOf, OCI_INDEX, OciLayout, type Digest } from '@slipway/oci';
import { docker, type BuiltImage } from './images.js';

interface Source {
  readonly layout: OciLayout;
  readonly digest: Digest;
}

/** The image as one of another platform: what it says of itself, and no layer. */
async function asPlatform({ layout, digest: own }: Source, architecture: string, mode: string) {
  const { bytes, mediaType } = await layout.readManifest(own);
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

/**
 * buildIndex makes an index of an image: for the engine's own platform, for one that it runs too, where MODE is what is
 * given, and for one that it does not. It returns the index's digest.
 */
export async function buildIndex(image: BuiltImage, mode386: string): Promise<string> {
  const layout = await OciLayout.open(image.layout);
  const native = await docker('version', '--format', '{{.Server.Arch}}');
  const source = { layout, digest: image.digest as Digest };
  const manifests = [
    await asPlatform(source, native, 'good'),
    // The same program, which a 64-bit kernel runs under either name.
    await asPlatform(source, '386', mode386),
    await asPlatform(source, 's390x', 'good'),
  ];
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  return layout.writeManifest({ mediaType: OCI_INDEX, bytes });
}
