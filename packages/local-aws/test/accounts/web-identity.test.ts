import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gitHubClaims, type GitHubJob } from '@slipway/testkit';
import {
  createManualTime,
  startLocalAws,
  type AccountOptions,
  type LocalAws,
  type RoleOptions,
} from '../../src/index.js';
import { localAwsPerTest } from '../running.js';
import { ANY_JOB, claimsOf, GITHUB, JOB, PRODUCTION_TRUST, trustingGitHub, TRUSTING_ACCOUNTS } from './trust.js';
import { EVERYTHING, PRODUCTION, REGION, roleArn, STAGING, stsOf } from './two-accounts.js';

const start = localAwsPerTest();
const AUDIENCE = 'sts.amazonaws.com';
const ROLE = roleArn(PRODUCTION, 'by-ids');

/** Asks for a role with a token, as nobody in particular. */
function assumeBy(localAws: LocalAws, token: string, RoleArn = ROLE) {
  const sts = new STSClient({ endpoint: localAws.endpoint, region: REGION, maxAttempts: 1 });
  const input = { RoleArn, RoleSessionName: 'run-1', WebIdentityToken: token };
  return sts.send(new AssumeRoleWithWebIdentityCommand(input));
}

/** The accounts, with more roles in production. */
const withRoles = (roles: readonly RoleOptions[]): readonly AccountOptions[] =>
  TRUSTING_ACCOUNTS.map((account) =>
    account.accountId === PRODUCTION ? { ...account, roles: [...(account.roles ?? []), ...roles] } : account,
  );

/** The names of production's roles that a job's token opens; each of the others denies it. */
async function rolesFor(localAws: LocalAws, claims: Readonly<Record<string, unknown>>): Promise<string[]> {
  const token = await localAws.issuer.sign(claims, AUDIENCE);
  const tried = await Promise.all(
    Object.keys(PRODUCTION_TRUST).map((name) =>
      assumeBy(localAws, token, roleArn(PRODUCTION, name)).then(
        () => [name],
        (error: unknown) => {
          expect(error).toMatchObject({
            name: 'AccessDenied',
            message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
          });
          return [];
        },
      ),
    ),
  );
  return tried.flat();
}

/** What a job is, besides or in place of {@link JOB}, and the roles that it may have: by its ids, and by its names. */
const FIXTURES: readonly [string, Partial<GitHubJob>, { ids: string[]; names: string[] }][] = [
  ['the job itself', {}, { ids: ['by-ids', 'by-workflow'], names: ['by-names', 'by-workflow'] }],
  ['a fork', { repository: 'mallory/shop', ownerId: 66, repositoryId: 67 }, { ids: [], names: [] }],
  ['a fork that uses the same workflow file', { repository: 'mallory/shop', repositoryId: 67 }, { ids: [], names: [] }],
  ['a repository of the same name, made anew', { repositoryId: 9999 }, { ids: [], names: [] }],
  ['an owner of the same name, made anew', { ownerId: 9999, repositoryId: 9998 }, { ids: [], names: [] }],
  ['another repository of the owner', { repository: 'acme/shop-tools', repositoryId: 2003 }, { ids: [], names: [] }],
  ['the repository by a new name', { repository: 'acme/store' }, { ids: ['by-workflow'], names: ['by-workflow'] }],
  ['another environment', { environment: 'staging' }, { ids: [], names: [] }],
  ['an environment in other letters', { environment: 'Production' }, { ids: [], names: [] }],
  ['an environment that begins like it', { environment: 'production:eu' }, { ids: [], names: [] }],
  ['another workflow', { jobWorkflowRef: `${JOB.jobWorkflowRef ?? ''}b` }, { ids: [], names: ['by-names'] }],
];

/** Operators of the subject's condition, whether they let {@link JOB} in. */
const LIKE: readonly [string, string, boolean][] = [
  ['StringLike', 'repo:acme@1001/*:environment:production', true],
  ['StringLike', 'repo:acme/*', false],
  ['StringLike', 'repo:*', true],
  ['ForAnyValue:StringLike', 'repo:acme@*/shop@2002:*', true],
  ['StringEquals', 'repo:acme@1001/*', false],
];
const likeName = (operator: string, sub: string) => `${operator}-${sub}`.replace(/[^\w]/g, '-');
const LIKE_ROLES = LIKE.map(([operator, sub]) => ({
  name: likeName(operator, sub),
  trustPolicy: trustingGitHub(PRODUCTION, { sub }, operator),
}));

describe('a trust policy on the claims of GitHub', () => {
  // One for all of them: it makes its key once.
  let localAws: LocalAws;
  beforeAll(async () => {
    localAws = await startLocalAws({ tasks: 'simulated', accounts: withRoles(LIKE_ROLES), validateResponses: true });
  });
  afterAll(() => localAws.close());

  it.each(FIXTURES)('lets in, or refuses, %s', async (_what, job, { ids, names }) => {
    expect(await rolesFor(localAws, claimsOf({ ...job, subject: 'ids' }))).toEqual(ids);
    expect(await rolesFor(localAws, claimsOf({ ...job, subject: 'names' }))).toEqual(names);
  });

  it.each<[string, Partial<GitHubJob>]>([
    ['a push to main', {}],
    ['a tag called like the environment', { ref: 'refs/tags/environment:production' }],
    ['a pull request', { eventName: 'pull_request', ref: 'refs/pull/1/merge' }],
  ])('refuses a job without an environment: %s', async (_what, job) => {
    for (const subject of ['ids', 'names'] as const) {
      expect(await rolesFor(localAws, gitHubClaims({ ...ANY_JOB, ...job, subject }))).toEqual([]);
    }
  });

  it('refuses a token that does not have the claim', async () => {
    const claims = { ...claimsOf(), job_workflow_ref: undefined, repository_id: undefined };
    expect(await rolesFor(localAws, claims)).toEqual([]);
  });

  it.each(LIKE)('evaluates %s %s', async (operator, sub, opens) => {
    const token = await localAws.issuer.sign(claimsOf(), AUDIENCE);
    const came = await assumeBy(localAws, token, roleArn(PRODUCTION, likeName(operator, sub))).then(
      () => true,
      () => false,
    );
    expect(came).toBe(opens);
  });

  it('knows no other claims than AWS does: one on another lets nobody in', async () => {
    const sub = claimsOf()['sub'] ?? '';
    const byOwner = { name: 'by-owner', trustPolicy: trustingGitHub(PRODUCTION, { sub, repository_owner: 'acme' }) };
    const other = await start({ accounts: withRoles([byOwner]) });
    const token = await other.issuer.sign(claimsOf(), AUDIENCE);
    await expect(assumeBy(other, token, roleArn(PRODUCTION, 'by-owner'))).rejects.toMatchObject({
      name: 'AccessDenied',
    });
  });

  it.each([
    ['no condition but on the audience', {}, 'StringEquals'],
    ['a subject that says nothing', { sub: '*' }, 'StringLike'],
  ])('is refused at the start, as IAM does: %s', async (_what, claims, operator) => {
    const role = { name: 'deliver', trustPolicy: trustingGitHub(PRODUCTION, claims, operator), policies: [EVERYTHING] };
    const accounts = [{ accountId: PRODUCTION, roles: [role] }];
    await expect(startLocalAws({ tasks: 'simulated', accounts })).rejects.toMatchObject({
      code: 'LOCAL_AWS_OPTION',
      message: expect.stringContaining(`${GITHUB}:sub`),
    });
  });
});

describe('a token', () => {
  it('that is good gives a session that says whose it is', async () => {
    const localAws = await start({ accounts: TRUSTING_ACCOUNTS });
    const answer = await assumeBy(localAws, await localAws.issuer.sign(claimsOf(), AUDIENCE));
    expect(answer).toMatchObject({
      SubjectFromWebIdentityToken: 'repo:acme@1001/shop@2002:environment:production',
      Audience: AUDIENCE,
      Provider: `arn:aws:iam::${PRODUCTION}:oidc-provider/${GITHUB}`,
      AssumedRoleUser: { Arn: `arn:aws:sts::${PRODUCTION}:assumed-role/by-ids/run-1` },
    });
    const { AccessKeyId = '', SecretAccessKey = '', SessionToken = '' } = answer.Credentials ?? {};
    const keys = { accessKeyId: AccessKeyId, secretAccessKey: SecretAccessKey, sessionToken: SessionToken };
    expect(await stsOf(localAws, keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Arn: `arn:aws:sts::${PRODUCTION}:assumed-role/by-ids/run-1`,
    });
    expect(localAws.calls()[0]).toMatchObject({
      ...{ service: 'sts', operation: 'AssumeRoleWithWebIdentity', resource: ROLE, accessKeyId: '', status: 200 },
    });
  });

  it.each<[string, string, (localAws: LocalAws) => Promise<string>]>([
    [
      'for another audience',
      'Incorrect token audience',
      (aws) => aws.issuer.sign(claimsOf(), 'https://github.com/acme'),
    ],
    [
      'of another issuer',
      'No OpenIDConnect provider found in your account for https://issuer.example',
      (aws) => aws.issuer.sign({ ...claimsOf(), iss: 'https://issuer.example' }, AUDIENCE),
    ],
    ['that is none', 'is not a valid JWT', () => Promise.resolve('no token')],
    [
      'whose claims were changed',
      'is not signed with a key of its issuer',
      async (aws) => {
        const [head = '', , signature = ''] = (
          await aws.issuer.sign(claimsOf({ environment: 'staging' }), AUDIENCE)
        ).split('.');
        const [, claims = ''] = (await aws.issuer.sign(claimsOf(), AUDIENCE)).split('.');
        return [head, claims, signature].join('.');
      },
    ],
    [
      'without a signature',
      'is not signed with a key of its issuer',
      async (aws) => {
        const [, claims = ''] = (await aws.issuer.sign(claimsOf(), AUDIENCE)).split('.');
        return `${Buffer.from('{"alg":"none","typ":"JWT"}').toString('base64url')}.${claims}.`;
      },
    ],
    [
      'that is not good yet',
      'claim nbf',
      (aws) => aws.issuer.sign({ ...claimsOf(), nbf: Math.floor(Date.now() / 1000) + 3_600 }, AUDIENCE),
    ],
  ])('%s is refused', async (_what, message, tokenOf) => {
    const localAws = await start({ accounts: TRUSTING_ACCOUNTS });
    await expect(assumeBy(localAws, await tokenOf(localAws))).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidIdentityToken/),
      message: expect.stringContaining(message),
    });
  });

  it('is over by the clock of the world', async () => {
    const time = createManualTime();
    const localAws = await start({ accounts: TRUSTING_ACCOUNTS, time });
    const token = await localAws.issuer.sign(claimsOf(), AUDIENCE);
    await time.advance(301);
    await expect(assumeBy(localAws, token)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  });

  it('is held against the keys that an account has of its provider', async () => {
    const other = await start({});
    const url = `https://${GITHUB}`;
    const [, production] = TRUSTING_ACCOUNTS;
    const jwks = await other.issuer.jwks();
    const accounts = [{ accountId: PRODUCTION, ...production, identityProviders: [{ url, jwks }] }];
    const localAws = await start({ accounts });
    await assumeBy(localAws, await other.issuer.sign(claimsOf(), AUDIENCE));
    await expect(assumeBy(localAws, await localAws.issuer.sign(claimsOf(), AUDIENCE))).rejects.toMatchObject({
      name: expect.stringMatching(/^InvalidIdentityToken/),
    });
  });

  it('of a role that there is not says no more than that it is denied', async () => {
    const localAws = await start({ accounts: TRUSTING_ACCOUNTS });
    const token = await localAws.issuer.sign(claimsOf(), AUDIENCE);
    for (const arn of [roleArn(PRODUCTION, 'none'), roleArn(STAGING, 'deliver')]) {
      await expect(assumeBy(localAws, token, arn)).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });
});

describe("the stand-in for GitHub's tokens", () => {
  const ask = (url: string, headers = {}) => fetch(`${url}&audience=${AUDIENCE}`, { headers });

  it('answers as ACTIONS_ID_TOKEN_REQUEST_URL does', async () => {
    const localAws = await start({ accounts: TRUSTING_ACCOUNTS });
    const environment = localAws.idTokenEnvironment(claimsOf());
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer = '' } = environment;
    const answer = await ask(url, { authorization: `Bearer ${bearer}` });
    const { value } = (await answer.json()) as { value: string };
    expect((await assumeBy(localAws, value)).Audience).toBe(AUDIENCE);
  });

  it('gives none without the bearer token, without claims, or to a page in a browser', async () => {
    const localAws = await start({});
    const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '' } = localAws.idTokenEnvironment(claimsOf());
    const authorization = 'Bearer any';
    expect((await ask(url)).status).toBe(401);
    expect((await ask(url.replace(/claims=.*/, 'claims=e30x'), { authorization })).status).toBe(400);
    expect((await ask(url, { authorization, origin: 'https://page.example' })).status).toBe(403);
    expect((await ask(url.replace('/token?', '/tokens?'), { authorization })).status).toBe(404);
  });

  it('shows its public keys, and only those', async () => {
    const localAws = await start({});
    const answer = await fetch(`${localAws.endpoint}/_local/oidc/jwks`);
    expect(await answer.json()).toEqual({
      keys: [{ kty: 'RSA', use: 'sig', alg: 'RS256', kid: expect.any(String), n: expect.any(String), e: 'AQAB' }],
    });
  });
});
