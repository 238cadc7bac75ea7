import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OciLayout, type RegistryStorage } from '@slipway/oci';
import { EcrRepository, type NewRepository } from './repository.js';

/** File systems' own limit; a name of 255 characters grows beyond it when its slashes are escaped. */
const MAX_FOLDER_CHARS = 255;

/** EcrRepositories is the registry's storage: each repository is an image layout below one directory. */
export class EcrRepositories implements RegistryStorage {
  readonly #directory: string;
  readonly #byName = new Map<string, EcrRepository>();

  /** The directory need not exist yet. What lies in it from before is not looked at. */
  constructor(directory: string) {
    this.#directory = directory;
  }

  repository(name: string): Promise<EcrRepository | undefined> {
    return Promise.resolve(this.#byName.get(name));
  }

  /** all lists the repositories by name, in alphabetical order. */
  all(): readonly EcrRepository[] {
    return [...this.#byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** create makes an empty repository. The name must be a repository's, and free. */
  async create(details: NewRepository): Promise<EcrRepository> {
    const repository = new EcrRepository(await OciLayout.create(this.#pathOf(details.name)), details);
    this.#byName.set(details.name, repository);
    return repository;
  }

  /** remove deletes a repository and all that is in it. */
  async remove(name: string): Promise<void> {
    this.#byName.delete(name);
    await rm(this.#pathOf(name), { recursive: true, force: true });
  }

  /** `a/b` must not lie inside `a`; no repository's name has a `%` of its own. */
  #pathOf(name: string): string {
    const folder = encodeURIComponent(name);
    if (folder.length <= MAX_FOLDER_CHARS) return join(this.#directory, folder);
    return join(this.#directory, `%${createHash('sha256').update(name).digest('hex')}`);
  }
}
