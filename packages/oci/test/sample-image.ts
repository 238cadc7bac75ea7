import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestOf, OCI_INDEX, OCI_MANIFEST, type Descriptor, type Digest, type OciLayout } from '../src/index.js';

/** temporaryDirectories makes directories and removes all of them at the end. */
export function temporaryDirectories() {
  const made: string[] = [];
  return {
    make: async (): Promise<string> => {
      const directory = await mkdtemp(join(tmpdir(), 'oci-test-'));
      made.push(directory);
      return directory;
    },
    removeAll: async (): Promise<void> => {
      await Promise.all(made.splice(0).map((directory) => rm(directory, { recursive: true, force: true })));
    },
  };
}

/** pieces is a stream of the given buffers. */
export function pieces(...buffers: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  return (async function* () {
    await Promise.resolve();
    yield* buffers;
  })();
}

/** writeBlob stores bytes and describes them. */
export async function writeBlob(
  layout: OciLayout,
  bytes: Buffer,
  mediaType = 'application/vnd.oci.layer',
): Promise<Descriptor> {
  const digest = digestOf(bytes);
  await layout.blobs.write(digest, pieces(bytes));
  return { mediaType, digest, size: bytes.length };
}

/** writeImage stores an image of one layer, different every time. */
export async function writeImage(layout: OciLayout, tag?: string): Promise<{ digest: Digest; layer: Descriptor }> {
  const config = await writeBlob(
    layout,
    Buffer.from(JSON.stringify({ id: randomUUID() })),
    'application/vnd.oci.config',
  );
  const layer = await writeBlob(layout, Buffer.from(`layer ${randomUUID()}`));
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers: [layer] }));
  return { digest: await layout.writeManifest({ mediaType: OCI_MANIFEST, bytes }, tag), layer };
}

/** writeIndex stores an index of two images. */
export async function writeIndex(layout: OciLayout): Promise<{ digest: Digest; children: readonly Digest[] }> {
  const children = [(await writeImage(layout)).digest, (await writeImage(layout)).digest];
  const manifests = await Promise.all(
    children.map(async (digest) => ({
      mediaType: OCI_MANIFEST,
      digest,
      size: (await layout.readManifest(digest)).bytes.length,
    })),
  );
  const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
  return { digest: await layout.writeManifest({ mediaType: OCI_INDEX, bytes }, 'index'), children };
}
