import { SlipwayError } from '@slipway/core';
import type { NamedRepository } from './registry-blobs.js';
import { digestOf, isDigest, type Digest } from './digest.js';
import { MAX_MANIFEST_BYTES, mediaTypeOf, OCI_INDEX, referencesOf, subjectOf, type Manifest } from './manifest.js';
import { referrerIndex } from './referrers.js';
import { RegistryError } from './registry-error.js';
import { send, type Exchange } from './registry-request.js';
import type { ManifestReference } from './registry-storage.js';
import { parseManifestReference } from './repository-name.js';

/** A manifest that a registry has just stored. */
export interface ManifestPut {
  readonly repository: string;
  readonly digest: Digest;
  readonly mediaType: string;
  /** Absent when it was put by its digest. */
  readonly tag?: string;
}

/** serveManifest answers HEAD and GET of a manifest. */
export async function serveManifest(exchange: Exchange, repository: NamedRepository, text: string): Promise<void> {
  const manifest = await repository.stored.readManifest(referenceFrom(text));
  if (!manifest) throw new RegistryError('MANIFEST_UNKNOWN', `The repository has no manifest '${text}'.`);
  exchange.response.writeHead(200, {
    'content-type': manifest.mediaType,
    'content-length': manifest.bytes.length,
    'docker-content-digest': manifest.digest,
  });
  exchange.response.end(exchange.method === 'HEAD' ? undefined : manifest.bytes);
}

/** listReferrers answers GET of what refers to a manifest: an index, empty when nothing does. */
export async function listReferrers(exchange: Exchange, repository: NamedRepository, text: string): Promise<void> {
  if (!isDigest(text)) throw new RegistryError('DIGEST_INVALID', 'The digest is not a sha256 digest.');
  if (!repository.stored.referrers) return send(exchange.response, 404);
  const body = referrerIndex(await repository.stored.referrers(text));
  exchange.response.writeHead(200, { 'content-type': OCI_INDEX, 'content-length': body.length });
  exchange.response.end(exchange.method === 'HEAD' ? undefined : body);
}

/** putManifest answers PUT: stores the very bytes, once everything that they refer to is there. */
export async function putManifest(
  exchange: Exchange,
  repository: NamedRepository,
  put: { readonly reference: string; readonly onManifestPut: ((put: ManifestPut) => void) | undefined },
): Promise<void> {
  const reference = referenceFrom(put.reference);
  const manifest = await readManifestBody(exchange);
  if ('digest' in reference && reference.digest !== manifest.digest) {
    throw new RegistryError('DIGEST_INVALID', `The manifest's digest is ${manifest.digest}.`);
  }
  await demandReferences(repository, manifest);
  const tag = 'tag' in reference ? reference.tag : undefined;
  await repository.stored.writeManifest(manifest, tag);
  const { digest, mediaType } = manifest;
  // Told before it is answered: whoever waits for the pushing client knows of it then.
  put.onManifestPut?.({ repository: repository.name, digest, mediaType, ...(tag === undefined ? {} : { tag }) });
  const location = `/v2/${repository.name}/manifests/${put.reference}`;
  const subject = repository.stored.referrers ? asRegistryError(() => subjectOf(manifest.bytes)) : undefined;
  const headers = { location, 'docker-content-digest': digest, ...(subject ? { 'oci-subject': subject.digest } : {}) };
  send(exchange.response, 201, { headers });
}

async function readManifestBody(exchange: Exchange): Promise<Manifest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of exchange.request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_MANIFEST_BYTES) {
      throw new RegistryError('SIZE_INVALID', `A manifest has at most ${MAX_MANIFEST_BYTES} bytes.`);
    }
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  const mediaType = asRegistryError(() => mediaTypeOf(bytes));
  const declared = exchange.request.headers['content-type']?.split(';', 1)[0]?.trim();
  if (declared !== undefined && declared !== mediaType) {
    throw new RegistryError('MANIFEST_INVALID', `The manifest says '${mediaType}', its Content-Type '${declared}'.`);
  }
  return { digest: digestOf(bytes), mediaType, bytes };
}

async function demandReferences(repository: NamedRepository, manifest: Manifest): Promise<void> {
  const { children, blobs } = asRegistryError(() => referencesOf(manifest.bytes));
  for (const { digest } of [...children, ...blobs]) {
    // A child manifest is a blob of the layout too.
    if ((await repository.stored.blobSize(digest)) === undefined) {
      throw new RegistryError('MANIFEST_BLOB_UNKNOWN', `The manifest refers to ${digest}, which was not pushed.`);
    }
  }
}

function referenceFrom(text: string): ManifestReference {
  const reference = parseManifestReference(text);
  if (reference) return reference;
  if (text.includes(':')) throw new RegistryError('DIGEST_INVALID', 'The digest is not a sha256 digest.');
  throw new RegistryError('TAG_INVALID', 'The tag is not valid.');
}

function asRegistryError<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof SlipwayError ? new RegistryError('MANIFEST_INVALID', error.message) : error;
  }
}
