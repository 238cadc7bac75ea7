import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { collectImage, layoutSource, OciLayout, type CollectedImage, type Descriptor, type Digest } from '@slipway/oci';
import { digestNotInLayout, layoutDamaged } from './errors.js';
import type { OpenedImage } from './opened-image.js';

/**
 * collectLayout opens a layout and makes sure that it holds the image of the digest, what refers to it, and nothing else.
 * That its blobs are whole and unchanged is to be proven: it may have come as an artifact from another job.
 *
 * @throws SlipwayError PUSH_DIGEST_NOT_IN_LAYOUT, PUSH_LAYOUT_DAMAGED, OCI_LAYOUT_INVALID
 */
export async function collectLayout(directory: string, wanted: string, signal: AbortSignal): Promise<OpenedImage> {
  const layout = await OciLayout.open(directory);
  const held = [...new Set((await layout.list()).map(({ digest }) => digest))];
  const digest = held.find((one) => one === wanted);
  if (digest === undefined) throw digestNotInLayout(wanted, held);
  const collected = await collect(layout, digest);
  const belongs = new Set(
    [...collected.manifests, ...collected.referrers.map(({ manifest }) => manifest)].map((one) => one.digest),
  );
  if (held.some((one) => !belongs.has(one))) throw digestNotInLayout(wanted, held);
  const prove = async (): Promise<void> => {
    for (const blob of collected.blobs) await verifyBlob(layout, blob, signal);
  };
  return { image: collected, prove };
}

async function collect(layout: OciLayout, digest: Digest): Promise<CollectedImage> {
  try {
    return await collectImage(layoutSource(layout), digest);
  } catch (error) {
    const damaged = error instanceof SlipwayError && error.code.startsWith('OCI_');
    throw damaged ? layoutDamaged(error.message, error) : error;
  }
}

async function verifyBlob(layout: OciLayout, { digest, size }: Descriptor, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if ((await layout.blobs.sizeOf(digest)) === undefined) throw layoutDamaged(`it has no blob ${digest}`);
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of layout.blobs.pieces(digest)) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw layoutDamaged(`its blob ${digest} has the content of ${actual}`);
  if (bytes !== size) throw layoutDamaged(`its blob ${digest} has ${bytes} bytes, and its manifest says ${size}`);
}
