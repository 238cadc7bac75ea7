import { RegistryClient } from '@slipway/oci';
import type { BuildContext } from '../inputs.js';
import type { EcrCredentials } from '../sign-in/ecr-credentials.js';
import type { Connect } from './skip.js';

/**
 * openEcrRepository signs in at ECR. Skipping saves seconds: it does not wait for minutes for an AWS that does not answer.
 *
 * @throws SlipwayError AWS_*
 */
export async function openEcrRepository(context: BuildContext, ecr: EcrCredentials): Promise<Connect> {
  const { inputs, clock, signal } = context;
  const credentials = await ecr({ isNeeded: false });
  const repository = inputs.repository ?? '';
  return (deadline) => new RegistryClient({ host: credentials.host, credentials, repository, clock, signal, deadline });
}
