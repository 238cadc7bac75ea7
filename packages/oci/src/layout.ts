import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SlipwayError, messageOf } from '@slipway/core';
import { BlobDirectory, digestMismatch } from './blob-directory.js';
import { digestOf, type Digest } from './digest.js';
import { mediaTypeOf, OCI_INDEX, referencesOf, toDescriptor, type Descriptor, type Manifest } from './manifest.js';

/** The annotation by which a layout's index names a manifest. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** Everything that an image consists of. */
export interface ImageParts {
  /** Children before the manifests that list them; the image itself is last. Each once. */
  readonly manifests: readonly Manifest[];
  /** Configs and layers, each once. */
  readonly blobs: readonly Descriptor[];
}

/**
 * OciLayout is an image layout directory: `oci-layout`, `index.json`, `blobs/sha256`. One process writes it at a time.
 *
 * @see https://github.com/opencontainers/image-spec/blob/v1.1.0/image-layout.md
 */
export class OciLayout {
  readonly directory: string;
  readonly blobs: BlobDirectory;
  /** Writes of index.json, one after the other: each reads it first. */
  #writing: Promise<unknown> = Promise.resolve();

  private constructor(directory: string) {
    this.directory = directory;
    this.blobs = new BlobDirectory(join(directory, 'blobs', 'sha256'));
  }

  /**
   * open reads an existing layout.
   *
   * @throws SlipwayError OCI_LAYOUT_INVALID
   */
  static async open(directory: string): Promise<OciLayout> {
    const marker = await readJson(join(directory, 'oci-layout'), directory);
    if (marker['imageLayoutVersion'] !== '1.0.0') {
      throw invalidLayout(directory, "its 'oci-layout' does not say imageLayoutVersion 1.0.0");
    }
    const layout = new OciLayout(directory);
    await layout.list();
    return layout;
  }

  /** create makes an empty layout; the directory may exist, an index in it may not. */
  static async create(directory: string): Promise<OciLayout> {
    await mkdir(join(directory, 'blobs', 'sha256'), { recursive: true });
    const layout = new OciLayout(directory);
    try {
      await writeFile(layout.#indexPath, indexText([]), { flag: 'wx' });
    } catch (cause) {
      throw invalidLayout(directory, 'it is there already', cause);
    }
    await writeFile(join(directory, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
    return layout;
  }

  /** list returns what index.json lists: the manifests, with their names as annotations. */
  async list(): Promise<readonly Descriptor[]> {
    const { manifests } = await readJson(this.#indexPath, this.directory);
    if (!Array.isArray(manifests)) throw invalidLayout(this.directory, "its index.json has no 'manifests'");
    try {
      return (manifests as unknown[]).map(toDescriptor);
    } catch (cause) {
      throw invalidLayout(this.directory, `its index.json is wrong: ${messageOf(cause)}`, cause);
    }
  }

  /** tags returns the manifest's digest by name, for every name in index.json. */
  async tags(): Promise<ReadonlyMap<string, Digest>> {
    const named = new Map<string, Digest>();
    for (const { annotations, digest } of await this.list()) {
      const name = annotations?.[REF_NAME];
      if (name !== undefined) named.set(name, digest);
    }
    return named;
  }

  /**
   * readManifest reads a manifest or an index and proves its digest.
   *
   * @throws SlipwayError OCI_BLOB_MISSING, OCI_DIGEST_MISMATCH, OCI_MANIFEST_INVALID
   */
  async readManifest(digest: Digest): Promise<Manifest> {
    const bytes = await this.blobs.read(digest);
    if (!bytes) throw missingBlob(this.directory, digest);
    const actual = digestOf(bytes);
    if (actual !== digest) throw digestMismatch(digest, actual);
    return { digest, mediaType: mediaTypeOf(bytes), bytes };
  }

  /** writeManifest stores a manifest, lists it in index.json, and takes the tag, if any, from what had it. */
  async writeManifest(manifest: Omit<Manifest, 'digest'>, tag?: string): Promise<Digest> {
    const digest = digestOf(manifest.bytes);
    await this.blobs.write(digest, oneChunk(manifest.bytes));
    const descriptor: Descriptor = { mediaType: manifest.mediaType, digest, size: manifest.bytes.length };
    await this.#changeIndex((listed) => withManifest(listed, descriptor, tag));
    return digest;
  }

  /**
   * walk finds everything that an image consists of. Blobs are proved by size here, and by digest by whoever receives them.
   *
   * @throws SlipwayError OCI_BLOB_MISSING, OCI_DIGEST_MISMATCH, OCI_MANIFEST_INVALID, OCI_LAYOUT_INVALID
   */
  async walk(digest: Digest): Promise<ImageParts> {
    const manifests = new Map<Digest, Manifest>();
    const blobs = new Map<Digest, Descriptor>();
    await this.#visit(digest, manifests, blobs);
    for (const { digest, size } of blobs.values()) {
      const actual = await this.blobs.sizeOf(digest);
      if (actual === undefined) throw missingBlob(this.directory, digest);
      if (actual !== size) throw invalidLayout(this.directory, `its blob ${digest} has ${actual} bytes, not ${size}`);
    }
    return { manifests: [...manifests.values()], blobs: [...blobs.values()] };
  }

  async #visit(digest: Digest, manifests: Map<Digest, Manifest>, blobs: Map<Digest, Descriptor>): Promise<void> {
    // A digest cannot list itself, not even through others: the hash would have to be known before the content.
    if (manifests.has(digest)) return;
    const manifest = await this.readManifest(digest);
    const references = referencesOf(manifest.bytes);
    for (const child of references.children) await this.#visit(child.digest, manifests, blobs);
    for (const blob of references.blobs) blobs.set(blob.digest, blob);
    manifests.set(digest, manifest);
  }

  get #indexPath(): string {
    return join(this.directory, 'index.json');
  }

  #changeIndex(change: (listed: readonly Descriptor[]) => readonly Descriptor[]): Promise<void> {
    const write = async (): Promise<void> => {
      const temporary = join(this.directory, `.index-${randomUUID()}`);
      await writeFile(temporary, indexText(change(await this.list())));
      await rename(temporary, this.#indexPath);
    };
    const done = this.#writing.then(write);
    this.#writing = done.catch(() => undefined);
    return done;
  }
}

/** A manifest stands once without a name, or once for each of its names. */
function withManifest(listed: readonly Descriptor[], added: Descriptor, tag: string | undefined): Descriptor[] {
  if (tag === undefined) return listed.some(({ digest }) => digest === added.digest) ? [...listed] : [...listed, added];
  const nameless = listed.map((one) => (one.annotations?.[REF_NAME] === tag ? withoutName(one) : one));
  const others = nameless.filter(
    (one, at) =>
      one.annotations?.[REF_NAME] !== undefined ||
      (one.digest !== added.digest && nameless.findIndex(({ digest }) => digest === one.digest) === at),
  );
  return [...others, { ...added, annotations: { [REF_NAME]: tag } }];
}

function withoutName(descriptor: Descriptor): Descriptor {
  const { mediaType, digest, size, platform } = descriptor;
  return { mediaType, digest, size, ...(platform ? { platform } : {}) };
}

function indexText(manifests: readonly Descriptor[]): string {
  return JSON.stringify({ schemaVersion: 2, mediaType: OCI_INDEX, manifests });
}

// eslint-disable-next-line @typescript-eslint/require-await -- a stream of one piece has nothing to wait for
async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function readJson(path: string, directory: string): Promise<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) return parsed as Record<string, unknown>;
  } catch (cause) {
    throw invalidLayout(directory, messageOf(cause), cause);
  }
  throw invalidLayout(directory, `${path} is not a JSON object`);
}

function invalidLayout(directory: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'OCI_LAYOUT_INVALID',
    message: `'${directory}' cannot be used as an OCI image layout: ${why}.`,
    hint: 'Give the directory that the build wrote, whole and unchanged.',
    cause,
  });
}

function missingBlob(directory: string, digest: Digest): SlipwayError {
  return new SlipwayError({
    code: 'OCI_BLOB_MISSING',
    message: `The image layout '${directory}' has no blob ${digest}, which its image refers to.`,
    hint: 'Give the directory that the build wrote, whole and unchanged.',
  });
}
