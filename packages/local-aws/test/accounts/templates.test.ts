import { AssumeRoleWithWebIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gitHubClaims, type GitHubJob } from '@slipway/testkit';
import { startLocalAws, type LocalAws } from '../../src/index.js';
import { call, DENIED, operationsOf } from './every-operation.js';
import { filledTemplate } from './templates.js';
import { GITHUB } from './trust.js';
import { PRODUCTION, REGION, roleArn, type Keys } from './two-accounts.js';

const AUDIENCE = 'sts.amazonaws.com';
const OURS = 'your-org/slipway/.github/workflows';
const COMMIT = 'a'.repeat(40);

const jobWithoutEnvironment = (subject: GitHubJob['subject']): GitHubJob => ({
  ...{ repository: 'acme/shop', ownerId: 1001, repositoryId: 2002, subject },
  jobWorkflowRef: `${OURS}/deliver.yml@${COMMIT}`,
});

/** The job that the role is there for, by either subject. */
const job = (subject: GitHubJob['subject']): GitHubJob => ({
  ...jobWithoutEnvironment(subject),
  environment: 'production',
});

const SUBJECTS = ['ids', 'names'] as const;
type Claims = Readonly<Record<string, unknown>>;

/** Both roles in one account: by either format of the subject. */
const roles = SUBJECTS.map((subject) => ({
  name: subject,
  trustPolicy: filledTemplate(`trust-${subject}`, { ACCOUNT: PRODUCTION, ENVIRONMENT: 'production' }),
}));
const BACK = SUBJECTS.map((subject) => ({
  name: `back-${subject}`,
  trustPolicy: filledTemplate(`trust-rollback-${subject}`, {
    ...{ ACCOUNT: PRODUCTION, ROLLBACK_ENVIRONMENT: 'production-rollback' },
  }),
}));
const STAGING_HERE = { ACCOUNT: PRODUCTION, SOURCE_ACCOUNT: PRODUCTION, ENVIRONMENT: 'staging' };
/** Staging's own names, in an account where production's services lie beside its own. */
const NAMES = {
  CLUSTER: 'staging',
  SERVICE: 'web',
  REPOSITORY: 'staging/web',
  FAMILY: 'web-staging',
  EXECUTION_ROLE: 'staging-execution',
};
const STAGING_ROLE = {
  name: 'staging',
  trustPolicy: filledTemplate('trust-ids', STAGING_HERE),
  policies: ['role-push', 'role-deploy', 'role-read'].map((name) =>
    filledTemplate(name, { ...STAGING_HERE, ...NAMES }),
  ),
};

let localAws: LocalAws;
beforeAll(async () => {
  const identityProviders = [{ url: `https://${GITHUB}` }];
  const accounts = [{ accountId: PRODUCTION, identityProviders, roles: [...roles, ...BACK, STAGING_ROLE] }];
  localAws = await startLocalAws({ tasks: 'simulated', region: REGION, accounts, validateResponses: true });
});
afterAll(() => localAws.close());

const assumeBy = (WebIdentityToken: string, role: string) =>
  new STSClient({ endpoint: localAws.endpoint, region: REGION, maxAttempts: 1 }).send(
    new AssumeRoleWithWebIdentityCommand({
      ...{ RoleArn: roleArn(PRODUCTION, role), RoleSessionName: 'run-1', WebIdentityToken },
    }),
  );

/** Other jobs, each by what it is besides, or in place of, the one that may. */
const OTHER_JOBS: readonly [string, Partial<GitHubJob>][] = [
  ['a fork', { repository: 'mallory/shop', ownerId: 66, repositoryId: 67 }],
  ['a fork within the organisation', { repository: 'acme/shop-fork', repositoryId: 68 }],
  ['a repository of the same name, made anew', { repositoryId: 9999 }],
  ['an owner and a repository of the same names', { ownerId: 9998, repositoryId: 9999 }],
  ['another repository of the owner', { repository: 'acme/tools', repositoryId: 2003 }],
  ['another environment', { environment: 'staging' }],
  ['an environment whose name begins like it', { environment: 'production:eu' }],
  ['an environment in other letters', { environment: 'Production' }],
  ['another branch', { ref: 'refs/heads/feature' }],
  ['a branch whose name begins like it', { ref: 'refs/heads/main-2' }],
  ['a tag of the name', { ref: 'refs/tags/main' }],
  ["a pull request's merge", { eventName: 'pull_request', ref: 'refs/pull/1/merge' }],
  [
    'a workflow of the repository itself',
    { jobWorkflowRef: 'acme/shop/.github/workflows/deliver.yml@refs/heads/main' },
  ],
  ['our workflow at another commit', { jobWorkflowRef: `${OURS}/deliver.yml@${'b'.repeat(40)}` }],
  ['our workflow at a branch', { jobWorkflowRef: `${OURS}/deliver.yml@refs/heads/main` }],
  ['a fork of ours', { jobWorkflowRef: `mallory/slipway/.github/workflows/deliver.yml@${COMMIT}` }],
  ['our workflow that needs no role', { jobWorkflowRef: `${OURS}/verify.yml@${COMMIT}` }],
];

const changed = (claims: Claims, changes: Claims): Claims => ({ ...claims, ...changes });
/** Tokens that are none for AWS, whatever they say of the job. */
const OTHER_TOKENS: readonly [string, string, (claims: Claims) => Promise<string>][] = [
  [
    'one that is over',
    'ExpiredToken',
    (claims) => localAws.issuer.sign(changed(claims, { exp: 1_700_000_000 }), AUDIENCE),
  ],
  [
    'one for another audience',
    'InvalidIdentityToken',
    (claims) => localAws.issuer.sign(claims, 'https://github.com/acme'),
  ],
  [
    'one of another issuer',
    'InvalidIdentityToken',
    (claims) => localAws.issuer.sign(changed(claims, { iss: 'https://issuer.example' }), AUDIENCE),
  ],
  [
    "one of another GitHub's issuer",
    'InvalidIdentityToken',
    (claims) => localAws.issuer.sign(changed(claims, { iss: `https://${GITHUB}/acme` }), AUDIENCE),
  ],
  [
    'one whose claims were changed after it was signed',
    'InvalidIdentityToken',
    async (claims) => {
      const [head, , signature] = (await localAws.issuer.sign(changed(claims, { ref: 'x' }), AUDIENCE)).split('.');
      const [, body] = (await localAws.issuer.sign(claims, AUDIENCE)).split('.');
      return [head, body, signature].join('.');
    },
  ],
  [
    'one without a subject',
    'InvalidIdentityToken',
    (claims) => localAws.issuer.sign(changed(claims, { sub: undefined }), AUDIENCE),
  ],
];

describe.each(SUBJECTS)('the trust template for going back, for subjects by %s', (subject) => {
  const tokenOf = (workflow: string, environment = 'production-rollback') => {
    const jobWorkflowRef = `${OURS}/${workflow}.yml@${COMMIT}`;
    return localAws.issuer.sign(gitHubClaims({ ...job(subject), environment, jobWorkflowRef }), AUDIENCE);
  };

  it.each(['rollback', 'stage'])('lets %s.yml in', async (workflow) => {
    const { AssumedRoleUser } = await assumeBy(await tokenOf(workflow), `back-${subject}`);
    expect(AssumedRoleUser?.Arn).toContain(`assumed-role/back-${subject}/`);
  });

  it.each([
    ['deliver', 'production-rollback'],
    ['promote', 'production-rollback'],
    ['rollback', 'production'],
  ])('refuses %s.yml in %s', async (workflow, environment) => {
    const token = await tokenOf(workflow, environment);
    await expect(assumeBy(token, `back-${subject}`)).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

describe.each(SUBJECTS)('the trust template for subjects by %s', (subject) => {
  it.each(['deliver', 'stage', 'promote', 'rollback'])('lets %s.yml in', async (workflow) => {
    const jobWorkflowRef = `${OURS}/${workflow}.yml@${COMMIT}`;
    const token = await localAws.issuer.sign(gitHubClaims({ ...job(subject), jobWorkflowRef }), AUDIENCE);
    expect((await assumeBy(token, subject)).AssumedRoleUser?.Arn).toContain(`assumed-role/${subject}/`);
  });

  it.each(OTHER_JOBS)('refuses %s', async (_what, other) => {
    const token = await localAws.issuer.sign(gitHubClaims({ ...job(subject), ...other }), AUDIENCE);
    await expect(assumeBy(token, subject)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each(OTHER_TOKENS)('refuses %s', async (_what, name, tokenOf) => {
    const token = await tokenOf(gitHubClaims(job(subject)));
    await expect(assumeBy(token, subject)).rejects.toMatchObject({ name: expect.stringMatching(`^${name}`) });
  });

  it('refuses a job without an environment, and the other format', async () => {
    const without = gitHubClaims(jobWithoutEnvironment(subject));
    const other = gitHubClaims(job(subject === 'ids' ? 'names' : 'ids'));
    for (const claims of [without, other]) {
      const token = await localAws.issuer.sign(claims, AUDIENCE);
      await expect(assumeBy(token, subject)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });
});

/** What knows no narrower resource, or reads: all that staging's role may do beside its own. */
const READS_ANYTHING = [
  ...['ecr:GetAuthorizationToken', 'ecs:DescribeTaskDefinition', 'ecs:DescribeTasks', 'ecs:ListTasks'],
  ...['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers'],
  ...['elasticloadbalancing:DescribeRules', 'elasticloadbalancing:DescribeTargetGroupAttributes'],
  ...['elasticloadbalancing:DescribeTargetGroups', 'elasticloadbalancing:DescribeTargetHealth'],
  ...['logs:GetLogEvents', 'monitoring:DescribeAlarms', 'monitoring:GetMetricData', 'sts:GetCallerIdentity'],
];

describe("staging's roles from the templates, in production's own account", () => {
  it('are denied every call on production but those that read', async () => {
    const claims = gitHubClaims({ ...job('ids'), environment: 'staging' });
    const { Credentials } = await assumeBy(await localAws.issuer.sign(claims, AUDIENCE), STAGING_ROLE.name);
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = Credentials ?? {};
    const keys: Keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    const operations = (await operationsOf(localAws)).filter(
      ({ operation }) => operation !== 'AssumeRoleWithWebIdentity',
    );
    expect(operations.length).toBeGreaterThan(90);
    const allowed: string[] = [];
    for (const operation of operations) {
      const code = await call(localAws, operation, { keys, account: PRODUCTION });
      if (!DENIED.includes(code)) allowed.push(`${operation.service}:${operation.operation}`);
    }
    expect(allowed.sort()).toEqual(READS_ANYTHING);
  });
});
