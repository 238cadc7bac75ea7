import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { GitHubContext } from '@slipway/runtime';
import * as errors from './errors.js';

/** Where files may lie. */
type Places = Pick<GitHubContext, 'workspace' | 'temp'>;

/**
 * readEnvFiles reads files of variables, later ones over earlier ones. Relative paths begin at the workspace.
 *
 * @throws SlipwayError TEST_ENV_FILE_INVALID
 */
export async function readEnvFiles(
  files: readonly string[],
  places: Places,
): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = {};
  for (const file of files) {
    Object.assign(variables, parseEnvFile(await readInside(file, places), file));
  }
  return variables;
}

async function readInside(file: string, { workspace, temp }: Places): Promise<string> {
  let real: string;
  let folders: readonly string[];
  try {
    real = await realpath(path.resolve(workspace, file));
    folders = await Promise.all([workspace, temp].map((folder) => realpath(folder)));
  } catch (cause) {
    throw errors.envFileInvalid(file, 'it cannot be read', cause);
  }
  const isInside = folders.some((folder) => real.startsWith(`${folder}${path.sep}`));
  if (!isInside) throw errors.envFileInvalid(file, 'it lies outside the workspace');
  return readFile(real, 'utf8').catch((cause: unknown) => {
    throw errors.envFileInvalid(file, 'it cannot be read', cause);
  });
}

/**
 * parseEnvFile reads `NAME=value` lines as `docker run --env-file` does: split at the first `=`, nothing unquoted.
 *
 * @throws SlipwayError TEST_ENV_FILE_INVALID
 */
export function parseEnvFile(text: string, file: string): Readonly<Record<string, string>> {
  const variables: [string, string][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const start = line.trimStart();
    if (start === '' || start.startsWith('#')) continue;
    const at = start.indexOf('=');
    // Without a '=' the client would take the value from our own environment.
    if (at < 1) throw errors.envFileInvalid(file, `line ${index + 1} is no NAME=value`);
    variables.push([start.slice(0, at), start.slice(at + 1)]);
  }
  return Object.fromEntries(variables);
}
