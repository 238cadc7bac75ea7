import { randomUUID } from 'node:crypto';
import { mkdir, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DOCKER_CONFIG_FILE, type DockerUserConfig } from '@slipway/process';
import type { BuildContext } from '../inputs.js';

const STATE_FOLDER = 'dockerConfig';

/**
 * writePrivateConfig writes a configuration for Docker's client into a folder of its own, which nobody else may read, beside
 * links to everything else that the user's has: contexts, plugins, keys. The post step knows of it before it is made.
 */
export async function writePrivateConfig(
  job: Pick<BuildContext, 'saveState'>,
  { folder: own, fields }: DockerUserConfig,
  place: string,
): Promise<string> {
  const folder = path.join(place, `slipway-docker-${randomUUID()}`);
  job.saveState(STATE_FOLDER, folder);
  await mkdir(place, { recursive: true });
  await mkdir(folder, { mode: 0o700 });
  try {
    await writeFile(path.join(folder, DOCKER_CONFIG_FILE), JSON.stringify(fields), { mode: 0o600, flag: 'wx' });
    const others = (await entriesOf(own)).filter((name) => name !== DOCKER_CONFIG_FILE);
    await Promise.all(others.map((name) => symlink(path.join(own, name), path.join(folder, name))));
    return folder;
  } catch (error) {
    await removeFolder(folder);
    throw error;
  }
}

/** removeFolder removes what writePrivateConfig wrote; what it only links to stays. */
export async function removeFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
}

/** removePrivateConfig removes, in the post step, what a killed main left. */
export async function removePrivateConfig({ getState }: Pick<BuildContext, 'getState'>): Promise<void> {
  const folder = getState(STATE_FOLDER);
  if (folder !== '') await removeFolder(folder);
}

/**
 * placeOutside returns a folder for temporary files that no build context holds: what lies in one, a Dockerfile can copy into
 * the image. Undefined where there is none.
 */
export async function placeOutside({
  inputs,
  github,
}: Pick<BuildContext, 'inputs' | 'github'>): Promise<string | undefined> {
  const further = Object.values(inputs['build-contexts']).map((value) => path.resolve(github.workspace, value));
  const contexts = await Promise.all([inputs.context, ...further].map(realPath));
  for (const place of [github.temp, tmpdir()]) {
    const real = await realPath(place);
    if (!contexts.some((context) => isWithin(context, real))) return real;
  }
  return undefined;
}

function realPath(place: string): Promise<string> {
  return realpath(place).catch(() => path.resolve(place));
}

function isWithin(folder: string, place: string): boolean {
  const way = path.relative(folder, place);
  return way !== '..' && !way.startsWith(`..${path.sep}`) && !path.isAbsolute(way);
}

async function entriesOf(folder: string): Promise<readonly string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}
