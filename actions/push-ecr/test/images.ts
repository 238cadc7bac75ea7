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

/** writeIndex writes a layout with an image of two platforms, and a signature of the whole and of one platform. */
export async function writeIndex(directory: string, contents: readonly string[], signed = true): Promise<IndexImage> {
  const layout = await OciLayout.create(directory);
  const platforms = await Promise.all(
    contents.map(async (content, at) => {
      const layer = await writeBlob(layout, 'application/vnd.oci.image.layer.v1.tar+gzip', content);
      const config = await writeBlob(layout, 'application/vnd.oci.image.config.v1+json', JSON.stringify({ content }));
      const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] }));
      const architecture = at === 0 ? 'amd64' : 'arm64';
      const described = await writeBlob(layout, OCI_MANIFEST, bytes.toString());
      return { ...described, platform: { os: 'linux', architecture } };
    }),
  );
  const bytes = Buffer.from(`${JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: platforms })}\n`);
  const digest = await layout.writeManifest({ mediaType: OCI_INDEX, bytes });
  const children = platforms.map((platform) => platform.digest);
  const index = { mediaType: OCI_INDEX, digest, size: bytes.length };
  const [first] = platforms;
  const signatures = signed ? [await sign(layout, index), await sign(layout, first ?? index)] : [];
  return { directory, digest, layers: [], children, signatures };
}

/** An image of several platforms, signed. */
export interface IndexImage extends LayoutImage {
  readonly children: readonly Digest[];
  readonly signatures: readonly Digest[];
}

async function sign(layout: OciLayout, subject: object): Promise<Digest> {
  const config = await writeBlob(layout, 'application/vnd.oci.empty.v1+json', '{}');
  const layer = await writeBlob(layout, 'application/vnd.example.signature', JSON.stringify({ subject }));
  const artifactType = 'application/vnd.example.signature';
  const manifest = { schemaVersion: 2, mediaType: OCI_MANIFEST, artifactType, config, layers: [layer], subject };
  return layout.writeManifest({ mediaType: OCI_MANIFEST, bytes: Buffer.from(JSON.stringify(manifest)) });
}
