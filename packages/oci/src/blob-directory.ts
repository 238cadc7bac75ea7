import { createHash, randomUUID, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { link, mkdir, open, readFile, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { SlipwayError } from '@slipway/core';
import { isDigest, type Digest } from './digest.js';

/** A part of a blob; both ends are included, as in an HTTP range. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** BlobWriter takes a blob piece by piece, and only becomes a blob when the digest is right. */
export interface BlobWriter {
  /** Bytes taken so far. */
  readonly size: number;
  append(data: AsyncIterable<Uint8Array>): Promise<void>;
  /**
   * Makes the bytes the blob of that digest.
   *
   * @throws SlipwayError OCI_DIGEST_MISMATCH, and the bytes are gone
   */
  commit(digest: Digest): Promise<void>;
  /** Forgets the bytes. */
  discard(): Promise<void>;
}

/** Large enough that reading and sending take few turns, small enough for several at the same time. */
const PIECE_BYTES = 256 * 1024;

/** BlobDirectory is the `blobs/sha256` of an image layout: content by digest, never half-written. */
export class BlobDirectory {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /** pathOf returns where the blob of a digest lies, whether it is there or not. */
  pathOf(digest: Digest): string {
    // A digest becomes a path here and nowhere else, so this is where it must be one.
    if (!isDigest(digest)) throw new TypeError('not a sha256 digest');
    return join(this.#path, digest.slice('sha256:'.length));
  }

  /** sizeOf returns a blob's size in bytes, or undefined when it is missing. */
  async sizeOf(digest: Digest): Promise<number | undefined> {
    const found = await stat(this.pathOf(digest)).catch(missingAsUndefined);
    return found?.isFile() ? found.size : undefined;
  }

  /** read returns a whole blob, or undefined when it is missing. */
  read(digest: Digest): Promise<Buffer | undefined> {
    return readFile(this.pathOf(digest)).catch(missingAsUndefined);
  }

  /** stream reads a blob, or a part of it, piece by piece. */
  stream(digest: Digest, range?: ByteRange): Readable {
    return createReadStream(this.pathOf(digest), range);
  }

  /** pieces reads a blob through one buffer: a piece is overwritten when the next one is asked for. */
  async *pieces(digest: Digest): AsyncGenerator<Uint8Array> {
    const file = await open(this.pathOf(digest));
    try {
      const buffer = Buffer.allocUnsafeSlow(PIECE_BYTES);
      for (;;) {
        const { bytesRead } = await file.read(buffer, 0, PIECE_BYTES, null);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      await file.close();
    }
  }

  /** linkFrom makes another directory's blob one of this one too, without copying it. */
  async linkFrom(other: BlobDirectory, digest: Digest): Promise<void> {
    await mkdir(this.#path, { recursive: true });
    await link(other.pathOf(digest), this.pathOf(digest)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }

  /** write stores a whole stream as the blob of its digest. */
  async write(digest: Digest, data: AsyncIterable<Uint8Array>): Promise<void> {
    const writer = await this.startWrite();
    try {
      await writer.append(data);
      await writer.commit(digest);
    } catch (error) {
      await writer.discard();
      throw error;
    }
  }

  /** startWrite opens a blob whose digest is told at its end. */
  async startWrite(): Promise<BlobWriter> {
    await mkdir(this.#path, { recursive: true });
    const path = join(this.#path, `.writing-${randomUUID()}`);
    return new FileBlobWriter(await open(path, 'wx'), path, (digest) => this.pathOf(digest));
  }
}

class FileBlobWriter implements BlobWriter {
  size = 0;
  readonly #file: FileHandle;
  readonly #path: string;
  readonly #pathOf: (digest: Digest) => string;
  readonly #hash: Hash = createHash('sha256');
  #open = true;

  constructor(file: FileHandle, path: string, pathOf: (digest: Digest) => string) {
    this.#file = file;
    this.#path = path;
    this.#pathOf = pathOf;
  }

  async append(data: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of data) {
      await this.#file.writeFile(chunk);
      this.#hash.update(chunk);
      this.size += chunk.length;
    }
  }

  async commit(digest: Digest): Promise<void> {
    const actual: Digest = `sha256:${this.#hash.digest('hex')}`;
    await this.#close();
    if (actual !== digest) {
      await rm(this.#path, { force: true });
      throw digestMismatch(digest, actual);
    }
    await rename(this.#path, this.#pathOf(digest));
  }

  async discard(): Promise<void> {
    await this.#close();
    await rm(this.#path, { force: true });
  }

  async #close(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#file.close();
  }
}

/** digestMismatch is the error of content that is not what its digest says. */
export function digestMismatch(expected: Digest, actual: Digest): SlipwayError {
  return new SlipwayError({
    code: 'OCI_DIGEST_MISMATCH',
    message: `Content that should have the digest ${expected} has ${actual}.`,
    hint: 'The content was damaged or replaced on its way; build or push it again.',
    kind: 'world',
  });
}

function missingAsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
}
