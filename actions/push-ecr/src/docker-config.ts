import { SlipwayError } from '@slipway/core';
import type { RegistryLogin } from '@slipway/oci';
import { askCredentialHelper, readDockerUserConfig } from '@slipway/process';
import { isRecord } from './yaml-text.js';

/** Whose Docker configuration is read. */
export interface DockerUser {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Hides a value in everything written from now on. */
  mask(secret: string): void;
  readonly signal: AbortSignal;
}

/** Docker Hub's credentials are kept under the address of its first API. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const HELPER_TIMEOUT_MS = 30_000;

/**
 * dockerLogin finds who the user is at a registry, as Docker would: by a credential helper, or by what `docker login`
 * wrote. The configuration is only read. Undefined when nothing is known of the registry.
 *
 * @throws SlipwayError PUSH_DOCKER_CONFIG, PUSH_CREDENTIAL_HELPER, PROCESS_*
 */
export async function dockerLogin(host: string, user: DockerUser): Promise<RegistryLogin | undefined> {
  const { fields: config } = await readDockerUserConfig(user.environment, unreadable);
  const keys = keysOf(host);
  const helpers = isRecord(config['credHelpers']) ? config['credHelpers'] : {};
  const helper = keys.map((key) => helpers[key]).find((one) => one !== undefined) ?? config['credsStore'];
  const auths = isRecord(config['auths']) ? config['auths'] : {};
  const login =
    (typeof helper === 'string' && helper !== '' ? await askHelper(helper, keys, user) : undefined) ??
    keys.map((key) => loginIn(auths[key])).find((one) => one !== undefined);
  if (!login) return undefined;
  if ('identityToken' in login) user.mask(login.identityToken);
  else {
    user.mask(login.password);
    user.mask(Buffer.from(`${login.username}:${login.password}`).toString('base64'));
  }
  return login;
}

/** The forms under which Docker and its helpers keep one and the same registry. */
function keysOf(host: string): readonly string[] {
  if (host === 'registry-1.docker.io') return [DOCKER_HUB_KEY, 'index.docker.io', 'docker.io', host];
  return [host, `https://${host}`, `https://${host}/`, `https://${host}/v1/`, `https://${host}/v2/`];
}

function loginIn(entry: unknown): RegistryLogin | undefined {
  if (!isRecord(entry)) return undefined;
  const { auth, identitytoken } = entry;
  if (typeof identitytoken === 'string' && identitytoken !== '') return { identityToken: identitytoken };
  const [username, ...rest] = Buffer.from(typeof auth === 'string' ? auth : '', 'base64')
    .toString('utf8')
    .split(':');
  const password = rest.join(':').replace(/\0+$/, '');
  return username && password ? { username, password } : undefined;
}

async function askHelper(
  helper: string,
  [server = '']: readonly string[],
  { signal }: DockerUser,
): Promise<RegistryLogin | undefined> {
  const answer = await askCredentialHelper(helper, server, { signal, timeoutMs: HELPER_TIMEOUT_MS });
  if (answer.kind === 'unknown') return undefined;
  if (answer.kind === 'failed') throw helperFailed(helper, answer.why, answer.cause);
  const { username, secret } = answer;
  return username === '<token>' ? { identityToken: secret } : { username, password: secret };
}

function unreadable(file: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_DOCKER_CONFIG',
    message: `Docker's configuration '${file}' cannot be read: ${why}.`,
    hint: "Mend it, or log in again with 'docker login' before this step.",
  });
}

function helperFailed(helper: string, why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_CREDENTIAL_HELPER',
    message: `Docker's credential helper '${helper}' gave nothing: ${why}.`,
    hint: `Run docker-credential-${helper} get by hand, or log in with docker/login-action before this step.`,
    cause,
  });
}
