import type { EcrPort } from '@slipway/aws';
import type { RegistryLogin } from '@slipway/oci';
import type { PushContext } from './inputs.js';

/** EcrLogin is who we are at which registry. */
export interface EcrLogin {
  /** Host and, where there is one, port. */
  readonly host: string;
  readonly login: RegistryLogin;
}

/** ecrLogin asks ECR for the user and password of its registry, and has them masked before anything can print them. */
export async function ecrLogin(
  { mask }: Pick<PushContext, 'mask'>,
  ecr: Pick<EcrPort, 'credentials'>,
): Promise<EcrLogin> {
  const { host, username, password } = await ecr.credentials();
  mask(password);
  // The token is what AWS calls the pair: it holds the password too.
  mask(Buffer.from(`${username}:${password}`).toString('base64'));
  return { host, login: { username, password } };
}
