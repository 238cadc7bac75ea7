import { pipeline } from 'node:stream/promises';
import { SlipwayError } from '@slipway/core';
import type { ByteRange } from './blob-directory.js';
import { isDigest, type Digest } from './digest.js';
import { RegistryError } from './registry-error.js';
import { send, type Exchange } from './registry-request.js';
import type { RegistryStorage, StoredRepository } from './registry-storage.js';
import { isRepositoryName } from './repository-name.js';
import type { Upload, Uploads } from './uploads.js';

/** A repository by its name. */
export interface NamedRepository {
  readonly name: string;
  readonly stored: StoredRepository;
}

/** serveBlob answers HEAD and GET of a blob, whole or a range of it. */
export async function serveBlob(exchange: Exchange, repository: NamedRepository, digestText: string): Promise<void> {
  const digest = digestFrom(digestText);
  const size = await repository.stored.blobSize(digest);
  if (size === undefined) throw new RegistryError('BLOB_UNKNOWN', `The repository has no blob ${digest}.`);
  const range = rangeFrom(exchange.request.headers.range, size);
  exchange.response.writeHead(range ? 206 : 200, {
    'content-type': 'application/octet-stream',
    'content-length': range ? range.end - range.start + 1 : size,
    'docker-content-digest': digest,
    'accept-ranges': 'bytes',
    ...(range ? { 'content-range': `bytes ${range.start}-${range.end}/${size}` } : {}),
  });
  if (exchange.method === 'HEAD' || size === 0) exchange.response.end();
  else await pipeline(repository.stored.readBlob(digest, range), exchange.response);
}

/** startUpload answers POST: mounts a blob, takes a whole one, or opens an upload. */
export async function startUpload(
  exchange: Exchange,
  repository: NamedRepository,
  parts: { readonly storage: RegistryStorage; readonly uploads: Uploads },
): Promise<void> {
  const mount = exchange.query.get('mount');
  if (mount !== null && (await mountBlob(exchange, repository, parts.storage))) {
    return created(exchange, repository, digestFrom(mount));
  }
  const upload = await parts.uploads.start(repository.name, repository.stored);
  const whole = exchange.query.get('digest');
  if (whole !== null) return finishUpload(exchange, repository, { upload, uploads: parts.uploads });
  accepted(exchange, upload);
}

/** Whoever names no source, or one that cannot give it, gets an upload instead, as the specification says. */
async function mountBlob(exchange: Exchange, to: NamedRepository, storage: RegistryStorage): Promise<boolean> {
  const digest = digestFrom(exchange.query.get('mount') ?? '');
  const from = exchange.query.get('from');
  if (from === null || !isRepositoryName(from)) return false;
  const source = await storage.repository(from);
  return source !== undefined && to.stored.mountBlob(source, digest);
}

/** feedUpload answers PATCH: the next piece of a blob. */
export async function feedUpload(exchange: Exchange, upload: Upload, uploads: Uploads): Promise<void> {
  const start = /^(\d+)-\d+$/.exec(exchange.request.headers['content-range'] ?? '')?.[1];
  if (start !== undefined && Number(start) !== upload.writer.size) {
    throw new RegistryError('RANGE_INVALID', `The upload continues at byte ${upload.writer.size}, not ${start}.`);
  }
  await uploads.append(upload, exchange.request);
  accepted(exchange, upload);
}

/** finishUpload answers PUT: the last piece, if any, and the digest of the whole. */
export async function finishUpload(
  exchange: Exchange,
  repository: NamedRepository,
  { upload, uploads }: { readonly upload: Upload; readonly uploads: Uploads },
): Promise<void> {
  try {
    const digest = digestFrom(exchange.query.get('digest') ?? '');
    await uploads.append(upload, exchange.request);
    await upload.writer.commit(digest);
    created(exchange, repository, digest);
  } catch (error) {
    const mismatch = error instanceof SlipwayError && error.code === 'OCI_DIGEST_MISMATCH';
    throw mismatch ? new RegistryError('DIGEST_INVALID', error.message) : error;
  } finally {
    await uploads.end(upload);
  }
}

/** tellUpload answers GET: how far an upload has come. */
export function tellUpload(exchange: Exchange, upload: Upload): void {
  send(exchange.response, 204, { headers: uploadHeaders(upload) });
}

function accepted(exchange: Exchange, upload: Upload): void {
  send(exchange.response, 202, { headers: uploadHeaders(upload) });
}

function uploadHeaders(upload: Upload): Record<string, string> {
  return {
    location: `/v2/${upload.repositoryName}/blobs/uploads/${upload.id}`,
    'docker-upload-uuid': upload.id,
    range: `0-${Math.max(upload.writer.size - 1, 0)}`,
  };
}

function created(exchange: Exchange, repository: NamedRepository, digest: Digest): void {
  const headers = { location: `/v2/${repository.name}/blobs/${digest}`, 'docker-content-digest': digest };
  send(exchange.response, 201, { headers });
}

/**
 * digestFrom reads a digest that a client named.
 *
 * @throws RegistryError DIGEST_INVALID
 */
export function digestFrom(text: string): Digest {
  if (isDigest(text)) return text;
  throw new RegistryError('DIGEST_INVALID', 'The digest is not a sha256 digest.');
}

/** One range with a start is what clients send to resume; another form is answered with the whole, as HTTP allows. */
function rangeFrom(header: string | undefined, size: number): ByteRange | undefined {
  const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === undefined) return undefined;
  const range = { start: Number(first), end: last ? Math.min(Number(last), size - 1) : size - 1 };
  if (range.start > range.end) throw new RegistryError('RANGE_INVALID', `The blob has ${size} bytes.`);
  return range;
}
