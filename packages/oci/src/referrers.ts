import type { Digest } from './digest.js';
import { OCI_INDEX, type Descriptor } from './manifest.js';

/**
 * REFERRER_TAG_SUFFIXES are those of the tags under which cosign keeps signatures, attestations and SBOMs.
 *
 * @see https://github.com/sigstore/cosign/blob/main/specs/SIGNATURE_SPEC.md#storage
 */
export const REFERRER_TAG_SUFFIXES: readonly string[] = ['.sig', '.att', '.sbom'];

/**
 * referrerTag returns the tag that is made of a digest: with no suffix, that of the list of its referrers in a registry
 * without the referrers API.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#referrers-tag-schema
 */
export function referrerTag(digest: Digest, suffix = ''): string {
  return `${digest.replace(':', '-')}${suffix}`;
}

/** referrerIndex encodes the list of referrers that such a tag names. */
export function referrerIndex(manifests: readonly Descriptor[]): Buffer {
  return Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests }));
}
