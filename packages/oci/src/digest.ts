import { createHash } from 'node:crypto';
import { DIGEST_PATTERN } from '@slipway/core';

/** Digest is a content digest: `sha256:` and 64 lower-case hexadecimal digits. */
export type Digest = `sha256:${string}`;

/** isDigest tells whether something is a whole sha256 digest, and lets the compiler know. */
export function isDigest(value: unknown): value is Digest {
  return typeof value === 'string' && DIGEST_PATTERN.test(value);
}

/** digestOf computes the digest of bytes. */
export function digestOf(bytes: Uint8Array): Digest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
