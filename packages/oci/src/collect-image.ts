import type { Digest } from './digest.js';
import type { FoundReferrer, ImageSource } from './image-source.js';
import { referencesOf, type Descriptor, type Manifest } from './manifest.js';

/** CollectedImage is an image with everything that belongs to it, ready to be pushed. */
export interface CollectedImage {
  readonly source: ImageSource;
  /** The manifest or index that was asked for. */
  readonly image: Manifest;
  /** The image's manifests, children before parents, the image itself last. Each once. */
  readonly manifests: readonly Manifest[];
  /** Signatures, attestations and the like of any of them, and of each other; each after what it is made of. */
  readonly referrers: readonly FoundReferrer[];
  /** Configs and layers of all of them, each once. */
  readonly blobs: readonly Descriptor[];
}

/** Deeper than any chain of statements about statements that somebody would write by hand. */
const MAX_REFERRER_DEPTH = 4;

/**
 * collectImage finds everything that an image consists of, and what refers to it. No blob is read.
 *
 * @throws SlipwayError of {@link ImageSource}
 */
export async function collectImage(source: ImageSource, digest: Digest): Promise<CollectedImage> {
  const collection = new Collection(source);
  const image = await source.manifest(digest);
  const manifests = await collection.add(image);
  const referrers: FoundReferrer[] = [];
  let subjects = manifests;
  for (let depth = 0; subjects.length > 0 && depth < MAX_REFERRER_DEPTH; depth += 1) {
    const found = (await Promise.all(subjects.map((one) => source.referrersOf(one.digest)))).flat();
    const added: Manifest[] = [];
    for (const referrer of found) {
      const parts = await collection.add(referrer.manifest);
      added.push(...parts);
      // Known already, but not by this tag: the tag has to come along all the same.
      if (parts.length === 0 && referrer.tag !== undefined) referrers.push(referrer);
      referrers.push(...parts.map((part) => (part === referrer.manifest ? referrer : { manifest: part })));
    }
    subjects = added;
  }
  return { source, image, manifests, referrers, blobs: [...collection.blobs.values()] };
}

class Collection {
  readonly blobs = new Map<Digest, Descriptor>();
  readonly #known = new Set<Digest>();
  readonly #source: ImageSource;

  constructor(source: ImageSource) {
    this.#source = source;
  }

  /** Returns the manifest with those it lists, as far as they are new, children first. */
  async add(manifest: Manifest): Promise<Manifest[]> {
    // A digest cannot list itself, not even through others: the hash would have to be known before the content.
    if (this.#known.has(manifest.digest)) return [];
    this.#known.add(manifest.digest);
    const { children, blobs } = referencesOf(manifest.bytes);
    for (const blob of blobs) this.blobs.set(blob.digest, blob);
    const added: Manifest[] = [];
    for (const { digest } of children) {
      if (!this.#known.has(digest)) added.push(...(await this.add(await this.#source.manifest(digest))));
    }
    return [...added, manifest];
  }
}
