import { createHash } from 'node:crypto';
import type { EcrPort, StoredManifest } from '@slipway/aws';
import { poll, type Clock } from '@slipway/core';
import type { CollectedImage } from '@slipway/oci';
import { notVerified } from './errors.js';

/** ECR may show a tag a moment after it took it; longer than this would be a fault that somebody must see. */
const READ_BACK_MS = 15_000;
const READ_BACK_INTERVAL_MS = 1_000;

/** What must be behind which tag, or which digest. */
export interface Expectation {
  readonly tag: string;
  readonly digest: string;
}

/** Time is whose clock tells how long to look, and what ends it. */
export interface Time {
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** ReadBack is where something is read back from. */
export interface ReadBack {
  readonly ecr: Pick<EcrPort, 'manifest'>;
  readonly repository: string;
  readonly time: Time;
}

/**
 * seen looks until what it sees is what was pushed, and returns what it saw last: registries may show what they took a
 * moment later, a tag and also what it lists.
 */
export function seen<T extends { readonly digest: string }>(
  look: () => Promise<T | undefined>,
  digest: string,
  time: Time,
): Promise<T | undefined> {
  return poll({
    ...{ clock: time.clock, signal: time.signal, intervalMs: READ_BACK_INTERVAL_MS, look },
    deadline: time.clock.now() + READ_BACK_MS,
    done: (found) => found?.digest === digest,
  });
}

/**
 * readBack reads the manifest behind the tag from the registry's API until it is the expected one, and proves its
 * digest by its bytes: what the registry says is not believed, it is computed.
 *
 * @throws SlipwayError PUSH_NOT_VERIFIED
 */
export async function readBack({ ecr, repository, time }: ReadBack, { tag, digest }: Expectation): Promise<string> {
  const found = await seen(() => ecr.manifest(repository, { tag }), digest, time);
  if (!found) throw notVerified(tag, digest, 'nothing');
  return provenDigest(found, { tag, digest });
}

/**
 * readBackAll reads every other manifest of the image by its digest, the platforms' and what refers to them.
 *
 * @throws SlipwayError PUSH_NOT_VERIFIED
 */
export async function readBackAll(
  { ecr, repository, time }: ReadBack,
  { image, manifests, referrers }: CollectedImage,
): Promise<void> {
  const digests = new Set([...manifests, ...referrers.map(({ manifest }) => manifest)].map((one) => one.digest));
  digests.delete(image.digest);
  await Promise.all(
    [...digests].map(async (digest) => {
      const found = await seen(() => ecr.manifest(repository, { digest }), digest, time);
      if (!found) throw notVerified(digest, digest, 'nothing');
      provenDigest(found, { tag: digest, digest });
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
