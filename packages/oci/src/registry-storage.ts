import type { Readable } from 'node:stream';
import type { BlobWriter, ByteRange } from './blob-directory.js';
import type { Digest } from './digest.js';
import type { Descriptor, Manifest } from './manifest.js';

/** A tag or a digest, told apart. */
export type ManifestReference = { readonly tag: string } | { readonly digest: Digest };

/** StoredRepository is one repository of a registry: its blobs, its manifests, its tags. */
export interface StoredRepository {
  /** Size in bytes; undefined when there is no such blob. */
  blobSize(digest: Digest): Promise<number | undefined>;
  readBlob(digest: Digest, range?: ByteRange): Readable;
  startBlob(): Promise<BlobWriter>;
  /** Takes over a blob of another repository; false when it has none of that digest. */
  mountBlob(from: StoredRepository, digest: Digest): Promise<boolean>;
  readManifest(reference: ManifestReference): Promise<Manifest | undefined>;
  /** May refuse with a RegistryError, for example when a tag may not move. */
  writeManifest(manifest: Manifest, tag: string | undefined): Promise<void>;
  /** What has the manifest as its subject; absent in a registry without the referrers API. */
  referrers?(digest: Digest): Promise<readonly Descriptor[]>;
  /** In alphabetical order. */
  tags(): Promise<readonly string[]>;
}

/** RegistryStorage is where a registry keeps its repositories. */
export interface RegistryStorage {
  /** Undefined when there is none of that name, which clients are told as NAME_UNKNOWN. */
  repository(name: string): Promise<StoredRepository | undefined>;
}
