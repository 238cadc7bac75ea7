import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { messageOf } from '@slipway/core';
import type { RegistryCredentials } from '@slipway/aws';
import type { BuildContext } from '../inputs.js';
import { dockerConfigUnreadable } from '../errors.js';
import { tokenOf } from './ecr-credentials.js';

type Fields = Readonly<Record<string, unknown>>;

/** DockerConfig is Docker's configuration of the job's user. */
export interface DockerConfig {
  /** Where it lies, whether it is there or not. */
  readonly folder: string;
  /** What config.json holds; nothing where there is none. */
  readonly fields: Fields;
}

export const CONFIG_FILE = 'config.json';

/** readDockerConfig reads it where Docker's client does. @throws SlipwayError BUILD_DOCKER_CONFIG */
export async function readDockerConfig(environment: BuildContext['environment']): Promise<DockerConfig> {
  const home = environment['HOME'] || homedir();
  const folder = path.resolve(environment['DOCKER_CONFIG'] || path.join(home, '.docker'));
  const file = path.join(folder, CONFIG_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw dockerConfigUnreadable(file, messageOf(error), error);
  });
  const fields = parsed(text);
  // The parser's own words would show a part of the file, which may be a password.
  if (!fields) throw dockerConfigUnreadable(file, 'it is no JSON object');
  return { folder, fields };
}

/** AsksHelper tells whether a credential helper gives a login for a host. */
export type AsksHelper = (helper: string, host: string) => Promise<boolean>;

/**
 * hasLogin tells whether the user is known at a host, as Docker's client would find it (docker/cli, ConfigFile): an entry of
 * credHelpers is asked, without one the credsStore; what `auths` holds counts where there is neither, or the entry is empty.
 */
export async function hasLogin(
  { fields }: DockerConfig,
  host: string,
  { environment, asksHelper }: { readonly environment: BuildContext['environment']; readonly asksHelper: AsksHelper },
): Promise<boolean> {
  // Clients of version 28 on take these first.
  if (hasEntry(parsed(environment['DOCKER_AUTH_CONFIG'] ?? '') ?? {}, host)) return true;
  const helper = recordIn(fields, 'credHelpers')[host] ?? fields['credsStore'];
  return typeof helper === 'string' && helper !== '' ? asksHelper(helper, host) : hasEntry(fields, host);
}

/** withLogins adds logins to a configuration, and has them win over the helpers that it names: those gave none. */
export function withLogins(fields: Fields, logins: readonly RegistryCredentials[]): Fields {
  const entries = logins.map((login) => [login.host, { auth: tokenOf(login) }] as const);
  const helpers = recordIn(fields, 'credHelpers');
  const helped = logins.filter(({ host }) => fields['credsStore'] || helpers[host]);
  return {
    ...fields,
    auths: { ...recordIn(fields, 'auths'), ...Object.fromEntries(entries) },
    ...(helped.length === 0
      ? {}
      : { credHelpers: { ...helpers, ...Object.fromEntries(helped.map(({ host }) => [host, ''])) } }),
  };
}

/** Docker keeps what somebody wrote as an address under the address, and finds it by the host. */
function hasEntry(fields: Fields, host: string): boolean {
  return Object.entries(recordIn(fields, 'auths')).some(([key, value]) => {
    if (key.replace(/^https?:\/\//, '').split('/', 1)[0] !== host || !isRecord(value)) return false;
    return ['auth', 'username', 'identitytoken', 'registrytoken'].some((field) => Boolean(value[field]));
  });
}

function recordIn(fields: Fields, name: string): Fields {
  const value = fields[name];
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): Fields | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
