import { randomUUID } from 'node:crypto';
import type { BlobWriter } from './blob-directory.js';
import { RegistryError } from './registry-error.js';
import type { StoredRepository } from './registry-storage.js';

/** Upload is a blob that is being pushed. */
export interface Upload {
  readonly id: string;
  readonly repositoryName: string;
  readonly writer: BlobWriter;
  /** True while a request feeds it; a second one at the same time would mix their bytes. */
  busy: boolean;
}

/** Uploads keeps the uploads that have begun and not ended. They do not outlive the process. */
export class Uploads {
  readonly #open = new Map<string, Upload>();

  /** start begins an upload into a repository. */
  async start(repositoryName: string, repository: StoredRepository): Promise<Upload> {
    const upload = { id: randomUUID(), repositoryName, writer: await repository.startBlob(), busy: false };
    this.#open.set(upload.id, upload);
    return upload;
  }

  /**
   * find returns an open upload of a repository.
   *
   * @throws RegistryError BLOB_UPLOAD_UNKNOWN
   */
  find(repositoryName: string, id: string): Upload {
    const upload = this.#open.get(id);
    if (upload?.repositoryName === repositoryName) return upload;
    throw new RegistryError('BLOB_UPLOAD_UNKNOWN', 'The upload is not known; it has ended, or never began.');
  }

  /**
   * append feeds an upload.
   *
   * @throws RegistryError BLOB_UPLOAD_INVALID while another request feeds it
   */
  async append(upload: Upload, data: AsyncIterable<Uint8Array>): Promise<void> {
    if (upload.busy) throw new RegistryError('BLOB_UPLOAD_INVALID', 'Another request feeds this upload right now.');
    upload.busy = true;
    try {
      await upload.writer.append(data);
    } finally {
      upload.busy = false;
    }
  }

  /** end forgets an upload; its writer was committed, or is discarded. */
  async end(upload: Upload): Promise<void> {
    this.#open.delete(upload.id);
    await upload.writer.discard();
  }

  /** endAll forgets all of them. */
  async endAll(): Promise<void> {
    await Promise.all([...this.#open.values()].map((upload) => this.end(upload)));
  }
}
