import type { RegistryCredentials } from '@slipway/aws';
import { jsonObject, type DockerUserConfig } from '@slipway/process';
import type { BuildContext } from '../inputs.js';
import { tokenOf } from './ecr-credentials.js';

type Fields = Readonly<Record<string, unknown>>;

/** AsksHelper tells whether a credential helper gives a login for a host. */
export type AsksHelper = (helper: string, host: string) => Promise<boolean>;

/**
 * hasLogin tells whether the user is known at a host, as Docker's client would find it (docker/cli, ConfigFile): an entry of
 * credHelpers is asked, without one the credsStore; what `auths` holds counts where there is neither, or the entry is empty.
 */
export async function hasLogin(
  { fields }: DockerUserConfig,
  host: string,
  { environment, asksHelper }: { readonly environment: BuildContext['environment']; readonly asksHelper: AsksHelper },
): Promise<boolean> {
  // Clients of version 28 on take these first.
  if (hasEntry(jsonObject(environment['DOCKER_AUTH_CONFIG'] ?? '') ?? {}, host)) return true;
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
