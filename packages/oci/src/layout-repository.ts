import { SlipwayError } from '@slipway/core';
import type { OciLayout } from './layout.js';
import { referrerOf, subjectOf, type Descriptor, type Manifest } from './manifest.js';
import type { ManifestReference, RegistryStorage, StoredRepository } from './registry-storage.js';

/** LayoutRepository is a repository that lies in an image layout; its tags are the names in index.json. */
export class LayoutRepository implements StoredRepository {
  readonly layout: OciLayout;

  constructor(layout: OciLayout) {
    this.layout = layout;
  }

  blobSize: StoredRepository['blobSize'] = (digest) => this.layout.blobs.sizeOf(digest);

  readBlob: StoredRepository['readBlob'] = (digest, range) => this.layout.blobs.stream(digest, range);

  startBlob: StoredRepository['startBlob'] = () => this.layout.blobs.startWrite();

  mountBlob: StoredRepository['mountBlob'] = async (from, digest) => {
    if (!(from instanceof LayoutRepository) || (await from.blobSize(digest)) === undefined) return false;
    await this.layout.blobs.linkFrom(from.layout.blobs, digest);
    return true;
  };

  async readManifest(reference: ManifestReference): Promise<Manifest | undefined> {
    const digest = 'digest' in reference ? reference.digest : (await this.layout.tags()).get(reference.tag);
    if (digest === undefined) return undefined;
    try {
      return await this.layout.readManifest(digest);
    } catch (error) {
      // A layer's digest is no manifest's, and a missing one is nobody's: both are unknown to who asks.
      if (error instanceof SlipwayError && UNKNOWN_MANIFEST.has(error.code)) return undefined;
      throw error;
    }
  }

  async writeManifest(manifest: Manifest, tag: string | undefined): Promise<void> {
    await this.layout.writeManifest(manifest, tag);
  }

  referrers: NonNullable<StoredRepository['referrers']> = async (digest) => {
    const referrers: Descriptor[] = [];
    for (const listed of new Set((await this.layout.list()).map((one) => one.digest))) {
      const manifest = await this.layout.readManifest(listed);
      if (subjectOf(manifest.bytes)?.digest === digest) referrers.push(referrerOf(manifest));
    }
    return referrers;
  };

  async tags(): Promise<readonly string[]> {
    return [...(await this.layout.tags()).keys()].sort();
  }
}

const UNKNOWN_MANIFEST: ReadonlySet<string> = new Set(['OCI_BLOB_MISSING', 'OCI_MANIFEST_INVALID']);

/** layoutStorage makes one layout the storage of a registry: whatever the repository's name, it is this layout. */
export function layoutStorage(layout: OciLayout): RegistryStorage {
  const repository = new LayoutRepository(layout);
  return { repository: () => Promise.resolve(repository) };
}
