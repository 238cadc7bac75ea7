import path from 'node:path';
import type { RegistryCredentials } from '@slipway/aws';
import { SlipwayError } from '@slipway/core';
import { readDockerUserConfig, type DockerPort } from '@slipway/process';
import { dockerConfigUnreadable } from '../errors.js';
import type { BuildContext } from '../inputs.js';
import { hasLogin, withLogins, type AsksHelper } from './docker-config.js';
import type { EcrCredentials } from './ecr-credentials.js';
import { placeOutside, removeFolder, writePrivateConfig } from './private-config.js';
import { ecrRegistriesOf, type EcrRegistry, type Planned } from './registries.js';

/** What signing in reaches of the world. */
export interface SignInPorts {
  readonly docker: DockerPort;
  readonly ecr: EcrCredentials;
  readonly asksHelper: AsksHelper;
}

/** SignedIn is Docker's client for this step, with everything that it needs to know. */
export interface SignedIn {
  readonly docker: DockerPort;
  /** Removes what was written for it. */
  readonly close: () => Promise<void>;
}

/**
 * signIn has Docker's client be known at the registries of ECR's that the build names and the user is not signed in at.
 * AWS is asked only where there are such. The user's own configuration stays as it is.
 *
 * @throws SlipwayError BUILD_DOCKER_CONFIG; where a role is named, also AWS_* and GITHUB_ID_TOKEN_*
 */
export async function signIn(context: BuildContext, ports: SignInPorts, planned: Planned): Promise<SignedIn> {
  const { environment, log } = context;
  const asItIs = { docker: ports.docker, close: () => Promise.resolve() };
  const registries = await ecrRegistriesOf(context, planned);
  if (registries.length === 0) return asItIs;
  const user = await readDockerUserConfig(environment, dockerConfigUnreadable);
  const isOwn = await Promise.all(registries.map(({ host }) => hasLogin(user, host, { ...ports, environment })));
  const own = registries.filter((_registry, at) => isOwn[at]);
  if (own.length > 0) log.info(`Docker's own configuration has a login for ${hostsOf(own)}, which is used.`);
  const others = registries.filter((_registry, at) => !isOwn[at]);
  const place = others.length === 0 ? undefined : await placeOutside(context);
  if (others.length > 0 && place === undefined) {
    const why = 'every folder for temporary files lies in a build context, so that a password could get into the image';
    log.warning(`Nothing is signed in at ${hostsOf(others)}: ${why}.`);
  }
  const logins = place === undefined ? [] : await loginsFor(context, ports.ecr, others);
  if (place === undefined || logins.length === 0) return asItIs;
  const folder = await writePrivateConfig(context, { ...user, fields: withLogins(user.fields, logins) }, place);
  log.info(`Signed in at ${hostsOf(logins)}, for this step alone.`);
  // Builders are the user's as before.
  const builders = environment['BUILDX_CONFIG'] || path.join(user.folder, 'buildx');
  const configuration = { DOCKER_CONFIG: folder, BUILDX_CONFIG: builders };
  return {
    docker: (call) => ports.docker({ ...call, environment: { ...configuration, ...call.environment } }),
    close: () => removeFolder(folder),
  };
}

/** One question for each region. */
async function loginsFor(
  context: BuildContext,
  ecr: EcrCredentials,
  registries: readonly EcrRegistry[],
): Promise<readonly RegistryCredentials[]> {
  const regions = [...new Set(registries.map(({ region }) => region))];
  const logins = regions.map(async (region) => {
    const there = registries.filter((registry) => registry.region === region);
    const isNeeded = there.some((registry) => registry.isNeeded);
    try {
      const credentials = await ecr({ region, isNeeded });
      const known = there.filter(({ host }) => region !== undefined || host === credentials.host);
      return known.map(({ host }) => ({ ...credentials, host }));
    } catch (error) {
      goOnOrThrow(context, error, { hosts: hostsOf(there), isNeeded });
      return [];
    }
  });
  return (await Promise.all(logins)).flat();
}

/** Without these nobody meant to sign in: the user may have a way of his own, or need none. */
const NOTHING_TO_SIGN_IN_WITH: ReadonlySet<string> = new Set(['AWS_CREDENTIALS_MISSING', 'AWS_REGION_MISSING']);

/**
 * Whoever names a role wants it to be used; but an outage costs no build that only its cache would be read for. Credentials
 * that just happen to be there may not be meant for this, and the engine may have the images.
 */
function goOnOrThrow(
  { inputs, log, signal }: BuildContext,
  error: unknown,
  { hosts, isNeeded }: { readonly hosts: string; readonly isNeeded: boolean },
): void {
  signal.throwIfAborted();
  if (!(error instanceof SlipwayError) || error.code === 'AWS_ACCOUNT_NOT_ALLOWED') throw error;
  const hasRole = inputs['role-to-assume'].length > 0;
  if (hasRole && (isNeeded || error.kind === 'user')) throw error;
  const words = `Nothing is signed in at ${hosts}: ${error.message}`;
  if (NOTHING_TO_SIGN_IN_WITH.has(error.code)) log.info(words);
  else log.warning(words);
}

function hostsOf(registries: readonly { readonly host: string }[]): string {
  return registries.map(({ host }) => host).join(', ');
}
