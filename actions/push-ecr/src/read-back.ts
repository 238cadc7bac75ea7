import { createHash } from 'node:crypto';
import type { EcrPort, StoredManifest } from '@slipway/aws';
import { poll, type Clock } from '@slipway/core';
import type { CollectedImage } from '@slipway/oci';
import { notVerified } from './errors.js';

/** ECR may show a tag a moment after it took it; longer than this would be a fault that somebody must see. */
const READ_BACK_MS = 15_000;
const READ_BACK_INTERVAL_MS = 1_000;

/** What must be behind which tag. */
export interface Expectation {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
}

/**
 * readBack reads the manifest behind the tag from the registry's API until it is the expected one, and proves its
 * digest by its bytes: what the registry says is not believed, it is computed.
 *
 * @throws SlipwayError PUSH_NOT_VERIFIED
 */
export async function readBack(
  ecr: Pick<EcrPort, 'manifest'>,
  expected: Expectation,
  time: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<string> {
  const found = await poll({
    ...time,
    intervalMs: READ_BACK_INTERVAL_MS,
    deadline: time.clock.now() + READ_BACK_MS,
    look: () => ecr.manifest(expected.repository, { tag: expected.tag }),
    done: (manifest) => manifest?.digest === expected.digest,
  });
  if (!found) throw notVerified(expected.tag, expected.digest, 'nothing');
  return provenDigest(found, expected);
}

/**
 * readBackAll reads every other manifest of the image by its digest, the platforms' and what refers to them.
 *
 * @throws SlipwayError PUSH_NOT_VERIFIED
 */
export async function readBackAll(
  ecr: Pick<EcrPort, 'manifest'>,
  repository: string,
  { image, manifests, referrers }: CollectedImage,
): Promise<void> {
  const digests = new Set([...manifests, ...referrers.map(({ manifest }) => manifest)].map((one) => one.digest));
  digests.delete(image.digest);
  await Promise.all(
    [...digests].map(async (digest) => {
      const found = await ecr.manifest(repository, { digest });
      if (!found) throw notVerified(digest, digest, 'nothing');
      provenDigest(found, { repository, tag: digest, digest });
    }),
  );
}

/**
 * provenDigest computes a stored manifest's digest and holds it against what the registry says and what is expected.
 *
 * @throws SlipwayError PUSH_NOT_VERIFIED
 */
export function provenDigest(found: StoredManifest, expected: Expectation): string {
  const computed = `sha256:${createHash('sha256').update(found.text, 'utf8').digest('hex')}`;
  if (found.digest !== expected.digest) throw notVerified(expected.tag, expected.digest, found.digest);
  if (computed !== expected.digest) {
    throw notVerified(expected.tag, expected.digest, `a manifest whose content has the digest ${computed}`);
  }
  return computed;
}
