import { SlipwayError } from '@slipway/core';
import type { Digest } from './digest.js';
import type { OciLayout } from './layout.js';
import type { Descriptor, Manifest } from './manifest.js';
import type { BlobOutcome, RegistryClient } from './registry-client.js';

/** What to push, and how to be told of it. */
export interface PushOptions {
  readonly layout: OciLayout;
  /** A manifest or an index of the layout. */
  readonly digest: Digest;
  /** Absent: the image can be reached by its digest alone. */
  readonly tag?: string;
  /** A repository of the same registry that may have the blobs already. */
  readonly mountFrom?: string;
  /** Told of every blob when it is there. */
  readonly onBlob?: (blob: PushedBlob) => void;
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
 * pushImage pushes an image of a layout, its very bytes: blobs first, then manifests, children before parents, so that
 * nobody can pull half of it. Returns the manifest or index that was pushed.
 *
 * @throws SlipwayError of OciLayout.walk and of RegistryClient
 */
export async function pushImage(client: RegistryClient, options: PushOptions): Promise<Manifest> {
  const { manifests, blobs } = await options.layout.walk(options.digest);
  await inParallel(blobs, async (blob) => {
    const pushed = await pushBlob(client, options, blob);
    options.onBlob?.(pushed);
  });
  const image = manifests.at(-1);
  if (!image) {
    throw new SlipwayError({
      code: 'OCI_PUSH_EMPTY',
      message: 'There is nothing to push.',
      hint: 'This is a bug in Slipway; please report it.',
      kind: 'bug',
    });
  }
  for (const child of manifests.slice(0, -1)) await client.pushManifest(child);
  await client.pushManifest(image, options.tag);
  return image;
}

async function pushBlob(client: RegistryClient, options: PushOptions, blob: Descriptor): Promise<PushedBlob> {
  const { digest, size } = blob;
  const source = { digest, size, open: () => options.layout.blobs.stream(digest) };
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
