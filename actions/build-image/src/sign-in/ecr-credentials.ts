import {
  assertAccountAllowed,
  awsFor,
  createEcr,
  createSts,
  impatient,
  type AwsConfiguration,
  type RegistryCredentials,
} from '@slipway/aws';
import { requestIdToken } from '@slipway/runtime';
import type { BuildContext } from '../inputs.js';

/** EcrQuestion is for whose registry credentials are asked. */
export interface EcrQuestion {
  /** Without it, the job's own. */
  readonly region?: string | undefined;
  /** Whether the build cannot do without: else nobody waits for minutes for an AWS that does not answer. */
  readonly isNeeded: boolean;
}

/**
 * EcrCredentials gives who we are at the registries of a region, which holds for those of other accounts that let us in, too.
 *
 * @see https://docs.aws.amazon.com/AmazonECR/latest/userguide/registry_auth.html
 * @throws SlipwayError AWS_*, GITHUB_ID_TOKEN_*
 */
export type EcrCredentials = (question: EcrQuestion) => Promise<RegistryCredentials>;

type Job = Pick<BuildContext, 'inputs' | 'environment' | 'github' | 'signal' | 'mask'>;

/** createEcrCredentials asks each region once in a run, whoever wants to know. The credentials are masked. */
export function createEcrCredentials(job: Job): EcrCredentials {
  const answers = new Map<string, Promise<RegistryCredentials>>();
  let allowed: Promise<void> | undefined;
  const ask = async (aws: AwsConfiguration): Promise<RegistryCredentials> => {
    // Every region is asked as the same identity.
    await (allowed ??= assertAccountAllowed(createSts(aws), job.inputs['allowed-account-ids']));
    const credentials = await createEcr(aws).credentials();
    // Before anything else can print it. The token is what AWS calls the pair: it holds the password too.
    job.mask(credentials.password);
    job.mask(tokenOf(credentials));
    return credentials;
  };
  return async ({ region, isNeeded }) => {
    const inputs = { ...job.inputs, 'aws-region': region ?? job.inputs['aws-region'] };
    const patient = { ...awsFor({ ...job, inputs }, requestIdToken), signal: job.signal };
    const aws = isNeeded ? patient : impatient(patient);
    const answer = answers.get(aws.region) ?? ask(aws);
    answers.set(aws.region, answer);
    return answer;
  };
}

/** tokenOf returns user and password as registries, and Docker's configuration, take them. */
export function tokenOf({ username, password }: Pick<RegistryCredentials, 'username' | 'password'>): string {
  return Buffer.from(`${username}:${password}`).toString('base64');
}
