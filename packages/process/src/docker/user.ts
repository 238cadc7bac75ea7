import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { messageOf, SlipwayError } from '@slipway/core';
import { runProcess } from '../run.js';

/** DockerUserConfig is Docker's configuration of a user. */
export interface DockerUserConfig {
  /** Where it lies, whether it is there or not. */
  readonly folder: string;
  /** What config.json holds; nothing where there is none. */
  readonly fields: Readonly<Record<string, unknown>>;
}

/** DOCKER_CONFIG_FILE is the file of it that Docker's client reads. */
export const DOCKER_CONFIG_FILE = 'config.json';

/**
 * readDockerUserConfig reads it where Docker's client does.
 *
 * @throws what `unreadable` makes of a file that is no JSON object, or cannot be read
 */
export async function readDockerUserConfig(
  environment: Readonly<Record<string, string | undefined>>,
  unreadable: (file: string, why: string, cause?: unknown) => Error,
): Promise<DockerUserConfig> {
  const home = environment['HOME'] || homedir();
  const folder = path.resolve(environment['DOCKER_CONFIG'] || path.join(home, '.docker'));
  const file = path.join(folder, DOCKER_CONFIG_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw unreadable(file, messageOf(error), error);
  });
  const fields = jsonObject(text);
  // The parser's own words would show a part of the file, which may be a password.
  if (!fields) throw unreadable(file, 'it is no JSON object');
  return { folder, fields };
}

/** HelperAnswer is what a credential helper says of a server. */
export type HelperAnswer =
  | { readonly kind: 'login'; readonly username: string; readonly secret: string }
  /** It knows of none. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'failed'; readonly why: string; readonly cause?: unknown };

/**
 * askCredentialHelper asks a helper of Docker's on its standard input, as Docker's client does; it answers on its standard
 * output: no argument and no file has a secret.
 *
 * @see https://github.com/docker/docker-credential-helpers#development
 * @throws SlipwayError PROCESS_TIMED_OUT, PROCESS_ABORTED
 */
export async function askCredentialHelper(
  helper: string,
  server: string,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<HelperAnswer> {
  // It becomes the name of a program; with a slash in it, of any program.
  if (!/^[\w.-]+$/.test(helper)) return { kind: 'failed', why: 'its name is not one' };
  try {
    const ask = { file: `docker-credential-${helper}`, args: ['get'], input: server, ...limits };
    const { exitCode, stdout } = await runProcess(ask);
    if (exitCode === 0) return answerIn(stdout);
    return /credentials not found/i.test(stdout)
      ? { kind: 'unknown' }
      : { kind: 'failed', why: `it ended with ${exitCode}` };
  } catch (cause) {
    if (!(cause instanceof SlipwayError) || cause.code !== 'PROCESS_NOT_STARTED') throw cause;
    return { kind: 'failed', why: 'it cannot be started', cause };
  }
}

function answerIn(text: string): HelperAnswer {
  const { Username: username, Secret: secret } = jsonObject(text) ?? {};
  if (typeof username !== 'string' || typeof secret !== 'string')
    return { kind: 'failed', why: 'its answer is malformed' };
  return { kind: 'login', username, secret };
}

/** jsonObject returns the object that a text is; undefined of all else. */
export function jsonObject(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as Readonly<Record<string, unknown>>) : undefined;
  } catch {
    return undefined;
  }
}
