import { createHash } from 'node:crypto';
import { SlipwayError } from '@slipway/core';
import { digestMismatch } from './blob-directory.js';
import { digestOf, isDigest, type Digest } from './digest.js';
import {
  MANIFEST_MEDIA_TYPES,
  MAX_MANIFEST_BYTES,
  OCI_INDEX,
  referencesOf,
  referrerOf,
  type Descriptor,
  type Manifest,
} from './manifest.js';
import { referrerIndex, referrerTag } from './referrers.js';
import { headerOf, unexpected, type Answer } from './registry-answer.js';
import { RegistryConnection, type RegistryConnectionOptions } from './registry-connection.js';
import { isRepositoryName, parseManifestReference } from './repository-name.js';

/** A blob to push: what it is, and how to read it, as often as it takes. */
export interface BlobSource {
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  /** Piece by piece; each may be gone when the next is asked for. */
  open(): AsyncIterable<Uint8Array>;
}

/** What became of a blob: `sent`, there already (`skipped`), or taken over from another repository. */
export type BlobOutcome = 'sent' | 'skipped' | 'mounted';

/** What registries without the referrers API answer; the specification asks for 404 alone. */
const WITHOUT_REFERRERS = [200, 400, 404, 405];

/**
 * RegistryClient reads and writes one repository of a registry.
 *
 * Its errors are OCI_REGISTRY_UNAVAILABLE, OCI_REGISTRY_UNAUTHORIZED, OCI_REGISTRY_REFUSED, OCI_REGISTRY_UNEXPECTED,
 * OCI_REGISTRY_ABORTED, OCI_DIGEST_MISMATCH.
 */
export class RegistryClient {
  readonly #connection: RegistryConnection;
  readonly #path: string;
  /** `host/repository`. */
  readonly name: string;

  /**
   * @throws SlipwayError OCI_REGISTRY_HOST, OCI_REGISTRY_REPOSITORY
   */
  constructor(options: RegistryConnectionOptions & { readonly repository: string }) {
    if (!isRepositoryName(options.repository)) {
      throw new SlipwayError({
        code: 'OCI_REGISTRY_REPOSITORY',
        message: `'${options.repository}' is not a repository's name.`,
        hint: 'Give the part of the image reference between the host and the tag.',
      });
    }
    this.#connection = new RegistryConnection(options);
    this.#path = `/v2/${options.repository}`;
    this.name = `${options.host}/${options.repository}`;
  }

  /** resolve reads a manifest by tag or digest, proves its digest, and returns undefined when there is none. */
  resolve(reference: string): Promise<Manifest | undefined> {
    return this.#connection.retry(async () => {
      const answer = await this.#manifest('GET', reference);
      if (answer.status === 404) return undefined;
      if (answer.body.length > MAX_MANIFEST_BYTES) throw unexpected(`The manifest '${reference}' is too large.`);
      const digest = digestOf(answer.body);
      const told = headerOf(answer, 'docker-content-digest') ?? digest;
      for (const expected of [told, reference]) {
        if (isDigest(expected) && expected !== digest) throw digestMismatch(expected, digest);
      }
      return { digest, mediaType: mediaTypeFrom(answer), bytes: answer.body };
    });
  }

  /** readBlob reads a small blob, an image's config, and proves its digest; undefined when there is none. */
  readBlob({ digest, size }: Pick<BlobSource, 'digest' | 'size'>): Promise<Buffer | undefined> {
    return this.#connection.retry(async () => {
      if (size > MAX_MANIFEST_BYTES) throw unexpected(`The blob ${digest} is too large to be read at once.`);
      const url = this.#connection.url(`${this.#path}/blobs/${digest}`);
      const answer = await this.#connection.send({ method: 'GET', url, expect: [200, 404] });
      if (answer.status === 404) return undefined;
      const actual = digestOf(answer.body);
      if (actual !== digest) throw digestMismatch(digest, actual);
      return answer.body;
    });
  }

  /**
   * openBlob reads a blob piece by piece, once and without a second try, and proves size and digest at its end.
   *
   * @throws SlipwayError OCI_BLOB_MISSING, OCI_DIGEST_MISMATCH
   */
  async *openBlob({ digest, size }: Pick<BlobSource, 'digest' | 'size'>): AsyncGenerator<Uint8Array> {
    const url = this.#connection.url(`${this.#path}/blobs/${digest}`);
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of this.#connection.stream({ method: 'GET', url, expect: [200] })) {
      bytes += chunk.length;
      hash.update(chunk);
      yield chunk;
    }
    const actual: Digest = `sha256:${hash.digest('hex')}`;
    if (actual !== digest || bytes !== size) throw digestMismatch(digest, actual);
  }

  /**
   * referrers lists what refers to a manifest as its subject: by the registry's API, or from the tag that takes its
   * place in registries without.
   */
  async referrers(digest: Digest): Promise<readonly Descriptor[]> {
    const found: Descriptor[] = [];
    let url: URL | undefined = this.#connection.url(`${this.#path}/referrers/${digest}`);
    while (url) {
      const asked: URL = url;
      const answer = await this.#connection.retry(() =>
        this.#connection.send({ method: 'GET', url: asked, headers: { accept: OCI_INDEX }, expect: WITHOUT_REFERRERS }),
      );
      if (answer.status !== 200) return this.#referrersByTag(digest);
      found.push(...referencesOf(answer.body).children);
      const next = /<([^>]+)>;\s*rel="?next"?/.exec(headerOf(answer, 'link') ?? '')?.[1];
      url = next === undefined ? undefined : new URL(next, asked);
    }
    return found;
  }

  async #referrersByTag(digest: Digest): Promise<readonly Descriptor[]> {
    const list = await this.resolve(referrerTag(digest));
    return list ? referencesOf(list.bytes).children : [];
  }

  /**
   * listReferrer adds a manifest to the list of its subject's referrers, in a registry that keeps none of its own. Of two
   * that do so at once, one may be lost: such a registry has nothing by which a tag could be guarded.
   */
  async listReferrer(subject: Digest, manifest: Manifest): Promise<void> {
    const listed = await this.#referrersByTag(subject);
    if (listed.some(({ digest }) => digest === manifest.digest)) return;
    const bytes = referrerIndex([...listed, referrerOf(manifest)]);
    await this.pushManifest({ digest: digestOf(bytes), mediaType: OCI_INDEX, bytes }, referrerTag(subject));
  }

  /** pushBlob sends a blob unless the repository has it, or can take it over from another one. */
  pushBlob(blob: BlobSource, mountFrom?: string): Promise<BlobOutcome> {
    return this.#connection.retry(async () => {
      // Looked at anew in every attempt: the one before may have been stored although its answer was lost.
      const url = this.#connection.url(`${this.#path}/blobs/${blob.digest}`);
      const there = await this.#connection.send({ method: 'HEAD', url, expect: [200, 404] });
      if (there.status === 200) return 'skipped';
      const start = await this.#startUpload(blob.digest, mountFrom);
      if (start.status === 201) return 'mounted';
      await this.#upload(blob, this.#locationOf(start, this.#connection.url(`${this.#path}/blobs/uploads/`)));
      return 'sent';
    });
  }

  /**
   * pushManifest stores a manifest's very bytes, under a tag or, without one, under its digest alone. It tells whether
   * the registry lists it among its subject's referrers by itself; undefined where nobody was told.
   */
  pushManifest(manifest: Manifest, tag?: string): Promise<{ readonly listsReferrers: boolean | undefined }> {
    const reference = referenceText(tag ?? manifest.digest);
    return this.#connection.retry(async (earlier) => {
      // A tag that may not move may refuse the second of two equal writes. By its digest it is written again, for what
      // only the answer to a write tells.
      const mayBeThere = earlier > 0 && tag !== undefined;
      if (mayBeThere && (await this.#digestNow(reference)) === manifest.digest) return { listsReferrers: undefined };
      const answer = await this.#connection.send({
        method: 'PUT',
        url: this.#connection.url(`${this.#path}/manifests/${reference}`),
        headers: { 'content-type': manifest.mediaType },
        body: () => manifest.bytes,
        expect: [201],
      });
      const told = headerOf(answer, 'docker-content-digest') ?? manifest.digest;
      if (told !== manifest.digest) throw unexpected(`The registry stored ${told} for ${manifest.digest}.`);
      return { listsReferrers: headerOf(answer, 'oci-subject') !== undefined };
    });
  }

  #startUpload(digest: Digest, mountFrom: string | undefined): Promise<Answer> {
    const url = this.#connection.url(`${this.#path}/blobs/uploads/`);
    if (mountFrom !== undefined) url.search = new URLSearchParams({ mount: digest, from: mountFrom }).toString();
    return this.#connection.send({ method: 'POST', url, headers: { 'content-length': '0' }, expect: [201, 202] });
  }

  /** One PATCH with everything, then an empty PUT: what Docker sends, so what every registry is known to take. */
  async #upload(blob: BlobSource, location: URL): Promise<void> {
    const sent = await this.#connection.send({
      method: 'PATCH',
      url: location,
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) },
      body: () => blob.open(),
      expect: [202],
    });
    const end = this.#locationOf(sent, location);
    end.searchParams.set('digest', blob.digest);
    await this.#connection.send({ method: 'PUT', url: end, headers: { 'content-length': '0' }, expect: [201] });
  }

  async #digestNow(reference: string): Promise<string | undefined> {
    const answer = await this.#manifest('HEAD', reference);
    return answer.status === 200 ? headerOf(answer, 'docker-content-digest') : undefined;
  }

  #manifest(method: 'GET' | 'HEAD', reference: string): Promise<Answer> {
    return this.#connection.send({
      method,
      url: this.#connection.url(`${this.#path}/manifests/${referenceText(reference)}`),
      headers: { accept: MANIFEST_MEDIA_TYPES.join(', ') },
      expect: [200, 404],
    });
  }

  #locationOf(answer: Answer, asked: URL): URL {
    const location = headerOf(answer, 'location');
    if (!location) throw unexpected(`The registry ${this.#connection.host} did not say where to upload to.`);
    return new URL(location, asked);
  }
}

function mediaTypeFrom(answer: Answer): string {
  return headerOf(answer, 'content-type')?.split(';', 1)[0]?.trim() ?? '';
}

function referenceText(reference: string): string {
  if (parseManifestReference(reference)) return reference;
  throw new SlipwayError({
    code: 'OCI_REGISTRY_REFERENCE',
    message: `'${reference}' is neither a tag nor a sha256 digest.`,
    hint: 'A tag has up to 128 letters, digits, underscores, dots and hyphens, and begins with none of the last two.',
  });
}
