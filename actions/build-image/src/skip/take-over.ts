import { Readable } from 'node:stream';
import { OciLayout, referencesOf, type Descriptor, type Manifest, type RegistryClient } from '@slipway/oci';
import { resultUnexpected } from '../errors.js';

/** What taking over reads of a repository. */
export type BlobRepository = Pick<RegistryClient, 'resolve' | 'openBlob'>;

/** As many as Docker pulls at once by default is 3; a runner's line has room for more. */
const PARALLEL_PULLS = 4;

/** takeOver writes an image of a repository into a new layout, its very bytes: every digest is proved on the way. */
export async function takeOver(repository: BlobRepository, image: Manifest, directory: string): Promise<void> {
  const layout = await OciLayout.create(directory);
  const blobs = new Map<string, Descriptor>();
  const visit = async ({ bytes }: Manifest): Promise<void> => {
    const references = referencesOf(bytes);
    for (const blob of references.blobs) blobs.set(blob.digest, blob);
    for (const { digest } of references.children) {
      const child = await repository.resolve(digest);
      if (!child) throw resultUnexpected(`the registry lists ${digest} and does not have it`);
      await layout.blobs.write(digest, Readable.from([child.bytes]));
      await visit(child);
    }
  };
  await visit(image);
  const queue = [...blobs.values()];
  const failures: unknown[] = [];
  const pull = async (): Promise<void> => {
    for (let blob = queue.shift(); blob && failures.length === 0; blob = queue.shift()) {
      await layout.blobs.write(blob.digest, repository.openBlob(blob)).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_PULLS }, pull));
  if (failures.length > 0) throw failures[0];
  await layout.writeManifest(image);
}
