import type { EcrPort } from '@slipway/aws';
import type { Clock } from '@slipway/core';
import { isDigest, RegistryClient } from '@slipway/oci';
import type { ReadImageConfig } from './preflight.js';

/** A config has kilobytes. */
const DEADLINE_MS = 60_000;

/** readConfigWith reads configs from the registry itself: ECR's API tells manifests, and no blobs. */
export function readConfigWith(
  ecr: EcrPort,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): ReadImageConfig {
  return async (repository, digest) => {
    if (!isDigest(digest)) return undefined;
    const credentials = await ecr.credentials();
    const deadline = clock.now() + DEADLINE_MS;
    const client = new RegistryClient({ host: credentials.host, credentials, repository, clock, signal, deadline });
    return client.readBlob({ digest, size: 0 });
  };
}
