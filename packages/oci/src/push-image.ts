import type { CollectedImage } from './collect-image.js';
import type { Digest } from './digest.js';
import type { FoundReferrer } from './image-source.js';
import { subjectOf, type Descriptor } from './manifest.js';
import type { BlobOutcome, RegistryClient } from './registry-client.js';

/** What to push, and how to be told of it. */
export interface PushOptions {
  readonly image: CollectedImage;
  /** Absent: the image can be reached by its digest alone. */
  readonly tag?: string;
  /** A repository of the same registry that may have the blobs already. */
  readonly mountFrom?: string;
  /** The repository has all of it, under whatever tag: nothing is left to write but the tag. */
  readonly isWhole?: boolean;
  /** Told of every blob when it is there. */
  readonly onBlob?: (blob: PushedBlob) => void;
  /** Told of a referrer's tag that names something else in the repository, and was left so. */
  readonly onTagLeft?: (tag: string) => void;
}

/** A blob that the repository now has. */
export interface PushedBlob {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly outcome: BlobOutcome;
}

/** Docker's own default for uploads at the same time is 5; fewer leave a runner's two cores room. */
const PARALLEL_UPLOADS = 4;

/**
 * pushImage pushes an image, its very bytes: blobs first, then manifests, children before parents, then what refers to
 * them, and the tag last, so that nobody can pull half of it.
 *
 * @throws SlipwayError of the image's source and of RegistryClient
 */
export async function pushImage(client: RegistryClient, options: PushOptions): Promise<void> {
  const { image, tag } = options;
  if (options.isWhole) return pushTag(client, options);
  await inParallel(image.blobs, async (blob) => {
    const pushed = await pushBlob(client, options, blob);
    options.onBlob?.(pushed);
  });
  for (const child of image.manifests.slice(0, -1)) await client.pushManifest(child);
  if (image.referrers.length > 0) {
    // A subject that is there before what refers to it: not every registry takes it the other way round.
    await client.pushManifest(image.image);
    for (const referrer of image.referrers) await pushReferrer(client, options, referrer);
  }
  if (tag !== undefined || image.referrers.length === 0) await client.pushManifest(image.image, tag);
}

async function pushTag(client: RegistryClient, { image, tag, onBlob }: PushOptions): Promise<void> {
  for (const { digest, size } of image.blobs) onBlob?.({ digest, size, outcome: 'skipped' });
  if (tag !== undefined) await client.pushManifest(image.image, tag);
}

async function pushReferrer(client: RegistryClient, options: PushOptions, referrer: FoundReferrer): Promise<void> {
  const { manifest, tag } = referrer;
  const { listsReferrers } = await client.pushManifest(manifest);
  const subject = subjectOf(manifest.bytes)?.digest;
  if (subject !== undefined && listsReferrers === false) await client.listReferrer(subject, manifest);
  if (tag === undefined) return;
  const current = await client.resolve(tag);
  if (current === undefined) await client.pushManifest(manifest, tag);
  else if (current.digest !== manifest.digest) options.onTagLeft?.(tag);
}

async function pushBlob(client: RegistryClient, options: PushOptions, blob: Descriptor): Promise<PushedBlob> {
  const { digest, size } = blob;
  const source = { digest, size, open: () => options.image.source.openBlob(blob) };
  return { digest, size, outcome: await client.pushBlob(source, options.mountFrom) };
}

/** Ends when all have ended; the first failure keeps the rest from being begun. */
async function inParallel<T>(items: readonly T[], run: (item: T) => Promise<void>): Promise<void> {
  const queue = [...items];
  const failures: unknown[] = [];
  const work = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && failures.length === 0; item = queue.shift()) {
      await run(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_UPLOADS }, work));
  if (failures.length > 0) throw failures[0];
}
