import type { EcrPort, RegistryCredentials } from '@slipway/aws';
import { SlipwayError, messageOf, parseImageReference, secondsMs, type Clock } from '@slipway/core';
import type { ImageFound, Images } from '@slipway/deploy';
import { RegistryClient, isDigest, referencesOf, type Manifest } from '@slipway/oci';

const REVISION_LABEL = 'org.opencontainers.image.revision';
/** A rollback does not wait long for what it only shows. */
const WITHIN_SECONDS = 30;

/** createImages looks images up in the account's own registry. */
export function createImages(
  ecr: Pick<EcrPort, 'credentials'>,
  surroundings: { readonly clock: Clock; readonly signal: AbortSignal },
): Images {
  let asked: Promise<RegistryCredentials> | undefined;
  return {
    look: async (reference) => {
      try {
        const { repository, digest, tag = 'latest' } = parseImageReference(reference);
        const [host = '', ...name] = repository.split('/');
        asked ??= ecr.credentials();
        const credentials = await asked;
        if (host !== credentials.host) return { kind: 'unknown', because: `it is in another registry (${host})` };
        const { clock, signal } = surroundings;
        const deadline = clock.now() + secondsMs(clock, WITHIN_SECONDS);
        const client = new RegistryClient({
          ...credentials,
          credentials,
          repository: name.join('/'),
          clock,
          signal,
          deadline,
        });
        return await found(client, digest ?? tag);
      } catch (error) {
        return { kind: 'unknown', because: messageOf(error) };
      }
    },
  };
}

async function found(client: RegistryClient, reference: string): Promise<ImageFound> {
  const manifest = await client.resolve(reference);
  if (!manifest) return { kind: 'gone' };
  const commit = await commitOf(client, manifest);
  return { kind: 'present', digest: manifest.digest, ...(commit === undefined ? {} : { commit }) };
}

/** What cannot be read is not shown: whether the image exists is the greater question, and answered. */
async function commitOf(client: RegistryClient, manifest: Manifest): Promise<string | undefined> {
  try {
    const { children, blobs } = referencesOf(manifest.bytes);
    const [first] = children;
    if (first) {
      const child = await client.resolve(first.digest);
      return child && (await commitOf(client, child));
    }
    const [config] = blobs;
    if (!config || !isDigest(config.digest)) return undefined;
    const bytes = await client.readBlob(config);
    if (!bytes) return undefined;
    const { config: { Labels } = {} } = JSON.parse(bytes.toString('utf8')) as {
      readonly config?: { readonly Labels?: Readonly<Record<string, string>> | null };
    };
    return Labels?.[REVISION_LABEL];
  } catch (error) {
    if (error instanceof SlipwayError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}
