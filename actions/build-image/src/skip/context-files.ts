import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import dockerignore from '@balena/dockerignore';

/**
 * hashFolder returns the hash of what a build reads of a folder: names, modes, contents and links, without times, which
 * BuildKit does not look at either.
 *
 * @param ignored the text of the .dockerignore that holds
 */
export async function hashFolder(folder: string, ignored: string): Promise<string> {
  const rules = dockerignore().add(ignored);
  const total = createHash('sha256');
  for (const entry of await filesIn(folder, {
    isIgnored: (name) => rules.ignores(name),
    mayPrune: !/^\s*!/m.test(ignored),
  })) {
    total.update(`${JSON.stringify(await describe(path.join(folder, entry), entry))}\n`);
  }
  return total.digest('hex');
}

/**
 * ignoreFile returns the text of the .dockerignore of a build: the Dockerfile's own, else the context's, else none.
 */
export async function ignoreFile(context: string, dockerfile: string): Promise<string> {
  for (const file of [`${dockerfile}.dockerignore`, path.join(context, '.dockerignore')]) {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text !== undefined) return text;
  }
  return '';
}

interface Rules {
  isIgnored(name: string): boolean;
  /** Whether nothing within an ignored folder can come back by an exception. */
  readonly mayPrune: boolean;
}

/** filesIn lists what is not ignored, by name with `/`, sorted so that every machine has the same order. */
export async function filesIn(folder: string, rules: Rules): Promise<readonly string[]> {
  const found: string[] = [];
  const visit = async (within: string): Promise<void> => {
    for (const entry of await readdir(path.join(folder, within), { withFileTypes: true })) {
      const name = within === '' ? entry.name : `${within}/${entry.name}`;
      const isIgnored = rules.isIgnored(name);
      if (!isIgnored) found.push(name);
      if (entry.isDirectory() && !(isIgnored && rules.mayPrune)) await visit(name);
    }
  };
  await visit('');
  return found.sort((a, b) => (a < b ? -1 : 1));
}

/** Files up to this size are read at once: for many small ones that is several times faster than streams. */
const SMALL_FILE_BYTES = 1 << 20;

async function describe(file: string, name: string): Promise<readonly (string | number)[]> {
  const found = await lstat(file);
  const mode = found.mode & 0o7777;
  if (found.isDirectory()) return ['folder', name, mode];
  if (found.isSymbolicLink()) return ['link', name, await readlink(file)];
  // Sockets and pipes are not sent to a builder.
  if (!found.isFile()) return ['other', name];
  const hash = createHash('sha256');
  if (found.size <= SMALL_FILE_BYTES) hash.update(await readFile(file));
  else await pipeline(createReadStream(file, { highWaterMark: SMALL_FILE_BYTES }), hash);
  return ['file', name, mode, hash.digest('hex')];
}
