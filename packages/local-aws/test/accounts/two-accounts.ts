import { ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { ECSClient } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandInput } from '@aws-sdk/client-sts';
import type { AccountOptions, LocalAws, PolicyDocument } from '../../src/index.js';

export const STAGING = '111111111111';
export const PRODUCTION = '222222222222';
export const REGION = 'eu-central-1';

/** A session as an SDK client takes it, or a user's keys. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

export const STAGING_KEYS: Keys = { accessKeyId: 'AKIASTAGING', secretAccessKey: 'secret' };
export const PRODUCTION_KEYS: Keys = { accessKeyId: 'AKIAPRODUCTION', secretAccessKey: 'secret' };

export const EVERYTHING: PolicyDocument = { Statement: { Effect: 'Allow', Action: '*', Resource: '*' } };

/** A trust policy as AWS writes it. */
export function trusting(...arns: readonly string[]): PolicyDocument {
  return {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: arns }, Action: 'sts:AssumeRole' }],
  };
}

export const roleArn = (account: string, name: string): string => `arn:aws:iam::${account}:role/${name}`;

/** Two accounts, each with an administrator and a role that may do everything in it. */
export const TWO_ACCOUNTS: readonly AccountOptions[] = [
  {
    accountId: STAGING,
    users: [{ accessKeyId: STAGING_KEYS.accessKeyId, name: 'sam' }],
    roles: [{ name: 'deliver', trustPolicy: trusting(STAGING), policies: [EVERYTHING] }],
  },
  {
    accountId: PRODUCTION,
    users: [{ accessKeyId: PRODUCTION_KEYS.accessKeyId, name: 'pat' }],
    roles: [{ name: 'deliver', trustPolicy: trusting(PRODUCTION), policies: [EVERYTHING] }],
  },
];

export function configurationOf(localAws: LocalAws, credentials: Keys) {
  return { endpoint: localAws.endpoint, region: REGION, credentials, maxAttempts: 1 };
}

export const ecsOf = (localAws: LocalAws, keys: Keys): ECSClient => new ECSClient(configurationOf(localAws, keys));
export const ecrOf = (localAws: LocalAws, keys: Keys): ECRClient => new ECRClient(configurationOf(localAws, keys));
export const stsOf = (localAws: LocalAws, keys: Keys): STSClient => new STSClient(configurationOf(localAws, keys));

/** The keys of a role, assumed with other keys. */
export async function assume(
  localAws: LocalAws,
  keys: Keys,
  input: Partial<AssumeRoleCommandInput> & { readonly RoleArn: string },
): Promise<Keys & { readonly expiration: Date | undefined }> {
  const answer = await stsOf(localAws, keys).send(new AssumeRoleCommand({ RoleSessionName: 'run-1', ...input }));
  const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '', Expiration } = answer.Credentials ?? {};
  return {
    ...{ accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey },
    ...{ sessionToken: SessionToken, expiration: Expiration },
  };
}

/** What `docker login` would be given: a host, and the Authorization header for it. */
export async function registryOf(localAws: LocalAws, keys: Keys): Promise<{ url: string; authorization: string }> {
  const { authorizationData } = await ecrOf(localAws, keys).send(new GetAuthorizationTokenCommand({}));
  const [given] = authorizationData ?? [];
  return { url: given?.proxyEndpoint ?? '', authorization: `Basic ${given?.authorizationToken ?? ''}` };
}
