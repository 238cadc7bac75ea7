import { assertAccountAllowed, awsFor, createEcr, createSts, impatient } from '@slipway/aws';
import { RegistryClient } from '@slipway/oci';
import { requestIdToken } from '@slipway/runtime';
import type { BuildContext } from '../inputs.js';
import type { Connect } from './skip.js';

/**
 * openEcrRepository signs in at ECR. The credentials stay in memory: no file and no argument of a program has them.
 *
 * @throws SlipwayError AWS_*
 */
export async function openEcrRepository(context: BuildContext): Promise<Connect> {
  const { inputs, clock, signal } = context;
  // Skipping saves seconds: it does not wait for minutes for an AWS that does not answer.
  const aws = impatient(awsFor(context, requestIdToken));
  await assertAccountAllowed(createSts(aws), inputs['allowed-account-ids']);
  const credentials = await createEcr(aws).credentials();
  // Before anything else can print it. The token is what AWS calls the pair: it holds the password too.
  context.mask(credentials.password);
  context.mask(Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64'));
  const repository = inputs.repository ?? '';
  return (deadline) => new RegistryClient({ host: credentials.host, credentials, repository, clock, signal, deadline });
}
