import { OCI_INDEX, OCI_MANIFEST, digestOf, OciLayout, type Digest } from '@slipway/oci';

/** An image in a layout of its own. */
export interface LayoutImage {
  readonly directory: string;
  readonly digest: Digest;
  readonly layers: readonly Digest[];
}

/** writeImage writes a layout with one image, whose layers have the given contents. */
export async function writeImage(directory: string, contents: readonly string[]): Promise<LayoutImage> {
  const layout = await OciLayout.create(directory);
  const layers = await Promise.all(
    contents.map((content) => writeBlob(layout, 'application/vnd.oci.image.layer.v1.tar+gzip', content)),
  );
  const config = await writeBlob(layout, 'application/vnd.oci.image.config.v1+json', JSON.stringify({ contents }));
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers };
  // White space that no encoder of ours would write: whoever encodes the manifest anew changes its digest.
  const bytes = Buffer.from(`${JSON.stringify(manifest, undefined, 3)}\n`);
  const digest = await layout.writeManifest({ mediaType: OCI_MANIFEST, bytes });
  return { directory, digest, layers: layers.map((layer) => layer.digest) };
}

/** writeSecondImage adds another image to a layout. */
export async function writeSecondImage(directory: string): Promise<void> {
  const layout = await OciLayout.open(directory);
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: [] }));
  await layout.writeManifest({ mediaType: OCI_INDEX, bytes });
}

async function writeBlob(layout: OciLayout, mediaType: string, content: string) {
  const bytes = Buffer.from(content);
  const digest = digestOf(bytes);
  await layout.blobs.write(digest, chunks(bytes));
  return { mediaType, digest, size: bytes.length };
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
