import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { OciLayout, type Descriptor, type Digest } from '@slipway/oci';
import { digestNotInLayout, layoutDamaged } from './errors.js';

/** An image layout whose every byte was held against its digest. */
export interface VerifiedLayout {
  readonly layout: OciLayout;
  readonly digest: Digest;
  readonly blobs: readonly Descriptor[];
}

/**
 * verifyLayout opens a layout and proves that it holds exactly the image of the digest, whole and unchanged: it may
 * have come as an artifact from another job.
 *
 * @throws SlipwayError PUSH_DIGEST_NOT_IN_LAYOUT, PUSH_LAYOUT_DAMAGED, OCI_LAYOUT_INVALID
 */
export async function verifyLayout(directory: string, wanted: string, signal: AbortSignal): Promise<VerifiedLayout> {
  const layout = await OciLayout.open(directory);
  const held = [...new Set((await layout.list()).map(({ digest }) => digest))];
  const [digest] = held;
  if (digest === undefined || held.length > 1 || digest !== wanted) throw digestNotInLayout(wanted, held);
  const { blobs } = await layout.walk(digest).catch((error: unknown) => {
    throw error instanceof SlipwayError && error.code.startsWith('OCI_') ? layoutDamaged(error.message, error) : error;
  });
  for (const blob of blobs) await verifyBlob(layout, blob, signal);
  return { layout, digest, blobs };
}

async function verifyBlob(layout: OciLayout, { digest, size }: Descriptor, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of layout.blobs.stream(digest) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  const actual = `sha256:${hash.digest('hex')}`;
  if (actual !== digest) throw layoutDamaged(`its blob ${digest} has the content of ${actual}`);
  if (bytes !== size) throw layoutDamaged(`its blob ${digest} has ${bytes} bytes, and its manifest says ${size}`);
}
