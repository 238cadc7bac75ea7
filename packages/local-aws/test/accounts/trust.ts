import { gitHubClaims, type GitHubJob } from '@slipway/testkit';
import type { AccountOptions, PolicyDocument } from '../../src/index.js';
import { EVERYTHING, PRODUCTION, PRODUCTION_KEYS, roleArn, STAGING, trusting } from './two-accounts.js';

export const GITHUB = 'token.actions.githubusercontent.com';
const PROVIDER = { url: `https://${GITHUB}` };
export const WORKFLOW = `acme/slipway/.github/workflows/deliver.yml@${'a'.repeat(40)}`;

/** A job of the repository that is trusted, without an environment. */
export const ANY_JOB: GitHubJob = {
  ...{ repository: 'acme/shop', ownerId: 1001, repositoryId: 2002, subject: 'ids', jobWorkflowRef: WORKFLOW },
};

/** The one job that production is there for, with either subject. */
export const JOB: GitHubJob = { ...ANY_JOB, environment: 'production' };

/** A job's claims, where it differs from {@link JOB}. */
export const claimsOf = (job: Partial<GitHubJob> = {}) => gitHubClaims({ ...JOB, ...job });

/** A trust policy in AWS's own words: StringEquals on the claims of GitHub's tokens. */
export function trustingGitHub(account: string, claims: Readonly<Record<string, string>>, operator = 'StringEquals') {
  const keys = Object.entries({ aud: 'sts.amazonaws.com', ...claims });
  const condition = Object.fromEntries(keys.map(([claim, value]) => [`${GITHUB}:${claim}`, value]));
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::${account}:oidc-provider/${GITHUB}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { [operator]: condition },
      },
    ],
  } satisfies PolicyDocument;
}

/** The ways in which production's trust may be written, by the role's name. */
export const PRODUCTION_TRUST: Readonly<Record<string, PolicyDocument>> = {
  'by-ids': trustingGitHub(PRODUCTION, {
    sub: 'repo:acme@1001/shop@2002:environment:production',
    job_workflow_ref: WORKFLOW,
  }),
  'by-names': trustingGitHub(PRODUCTION, { sub: 'repo:acme/shop:environment:production', repository_id: '2002' }),
  'by-workflow': trustingGitHub(PRODUCTION, {
    ...{ job_workflow_ref: WORKFLOW, repository_id: '2002', environment: 'production' },
  }),
};

const rolesOf = (trust: Readonly<Record<string, PolicyDocument>>) =>
  Object.entries(trust).map(([name, trustPolicy]) => ({ name, trustPolicy, policies: [EVERYTHING] }));

/** Two accounts that know GitHub's provider. */
export const TRUSTING_ACCOUNTS: readonly AccountOptions[] = [
  {
    accountId: STAGING,
    identityProviders: [PROVIDER],
    roles: rolesOf({
      deliver: trustingGitHub(STAGING, { sub: 'repo:acme@1001/shop@2002:environment:staging' }),
    }),
  },
  { accountId: PRODUCTION, identityProviders: [PROVIDER], roles: rolesOf(PRODUCTION_TRUST) },
];

/**
 * A delivery between accounts: staging's role is a job's, by its token; `promote` in production is for staging's role
 * alone, and may do what is given; `deliver` in production is for jobs of production's own environment.
 */
export function chainAccounts(policies: readonly PolicyDocument[]): readonly AccountOptions[] {
  const [staging = { accountId: STAGING }, production = { accountId: PRODUCTION }] = TRUSTING_ACCOUNTS;
  const promote = { name: 'promote', trustPolicy: trusting(roleArn(STAGING, 'deliver')), policies };
  const sub = 'repo:acme@1001/shop@2002:environment:production';
  const deliver = { name: 'deliver', trustPolicy: trustingGitHub(PRODUCTION, { sub }), policies };
  const users = [{ accessKeyId: PRODUCTION_KEYS.accessKeyId }];
  return [staging, { ...production, users, roles: [promote, deliver] }];
}

export const CHAIN_ACCOUNTS = chainAccounts([EVERYTHING]);
