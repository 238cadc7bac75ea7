import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { assertAccountAllowed, awsFor, createEcr, createSts, type AwsJob } from '@slipway/aws';
import type { GitHubJob } from '@slipway/testkit';
import { createManualTime, type LocalAws, type LocalAwsOptions } from '../../src/index.js';
import { localAwsPerTest } from '../running.js';
import { CHAIN_ACCOUNTS, claimsOf } from './trust.js';
import { PRODUCTION, REGION, roleArn, STAGING } from './two-accounts.js';

const start = localAwsPerTest();
const before = { ...process.env };
const masked: string[] = [];

beforeEach(() => {
  masked.length = 0;
  for (const name of Object.keys(process.env)) if (/^(AWS|ACTIONS)_/.test(name)) delete process.env[name];
});
afterEach(() => {
  process.env = { ...before };
});

/** As @actions/core asks; it would write its workflow commands among the tests' own lines. */
async function requestIdToken(audience: string): Promise<string> {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: url = '', ACTIONS_ID_TOKEN_REQUEST_TOKEN: bearer = '' } = process.env;
  const headers = { authorization: `Bearer ${bearer}` };
  const answer = await fetch(`${url}&audience=${encodeURIComponent(audience)}`, { headers });
  return ((await answer.json()) as { value: string }).value;
}

const DELIVER = roleArn(STAGING, 'deliver');
const PROMOTE = roleArn(PRODUCTION, 'promote');

/** A job of GitHub's, in the environment that a runner gives it. */
async function jobOf(job: Partial<GitHubJob>, options: LocalAwsOptions = {}) {
  const localAws = await start({ accounts: CHAIN_ACCOUNTS, unknownKeys: false, ...options });
  Object.assign(process.env, localAws.idTokenEnvironment(claimsOf(job)), {
    AWS_ENDPOINT_URL: localAws.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
  const connect = (roles: readonly string[]) => {
    const given: AwsJob = {
      inputs: {
        ...{ 'aws-region': REGION, 'role-to-assume': roles, 'role-session-name': undefined },
        'role-duration-seconds': 3_600,
      },
      environment: { ...process.env },
      github: { runId: '4711' },
      mask: (secret) => void masked.push(secret),
    };
    return { ...awsFor(given, requestIdToken), maxAttempts: 1 };
  };
  return { localAws, connect };
}

const callersOf = (localAws: LocalAws, operation: string) =>
  localAws
    .calls()
    .filter((call) => call.operation === operation)
    .map(({ callerArn }) => callerArn);

describe('role-to-assume, on accounts', () => {
  it("is a role of the environment's account, by the job's token", async () => {
    const { localAws, connect } = await jobOf({ environment: 'staging' });
    const configuration = connect([DELIVER]);
    expect(await createSts(configuration).accountId()).toBe(STAGING);
    expect((await createEcr(configuration).credentials()).host).toBe(localAws.registryHost);
    expect(callersOf(localAws, 'GetAuthorizationToken')).toEqual([
      `arn:aws:sts::${STAGING}:assumed-role/deliver/slipway-4711`,
    ]);
  });

  it('is a chain into another account', async () => {
    const { localAws, connect } = await jobOf({ environment: 'staging' });
    const configuration = connect([DELIVER, PROMOTE]);
    expect(await createSts(configuration).accountId()).toBe(PRODUCTION);
    const { host, password } = await createEcr(configuration).credentials();
    expect(host).toBe(localAws.accounts.get(PRODUCTION)?.registryHost);
    expect(callersOf(localAws, 'AssumeRole')).toEqual([`arn:aws:sts::${STAGING}:assumed-role/deliver/slipway-4711`]);
    expect(callersOf(localAws, 'GetAuthorizationToken')).toEqual([
      `arn:aws:sts::${PRODUCTION}:assumed-role/promote/slipway-4711`,
    ]);
    expect(masked).not.toContain(password);
    expect(masked).toHaveLength(5);
  });

  it('is two identities at once, each for its own account only', async () => {
    const { localAws, connect } = await jobOf({ environment: 'staging' });
    const [source, target] = [createEcr(connect([DELIVER])), createEcr(connect([DELIVER, PROMOTE]))];
    const [from, to] = await Promise.all([source.credentials(), target.credentials()]);
    const ping = async (host: string, password: string) => {
      const authorization = `Basic ${Buffer.from(`AWS:${password}`).toString('base64')}`;
      return (await fetch(`http://${host}/v2/`, { headers: { authorization } })).status;
    };
    const statuses = [
      await ping(from.host, from.password),
      await ping(to.host, to.password),
      await ping(from.host, to.password),
      await ping(to.host, from.password),
    ];
    expect(statuses).toEqual([200, 200, 401, 401]);
    expect(localAws.registryHost).toBe(from.host);
  });

  it.each<[string, readonly string[], string]>([
    ["another environment's role", [roleArn(PRODUCTION, 'deliver')], 'environment:staging'],
    ['a chain that begins with one', [roleArn(PRODUCTION, 'deliver'), PROMOTE], 'environment:staging'],
  ])('is refused for %s, and says what the job is', async (_what, roles, hint) => {
    const { connect } = await jobOf({ environment: 'staging' });
    await expect(createSts(connect(roles)).accountId()).rejects.toMatchObject({
      code: 'AWS_ROLE_DENIED',
      hint: expect.stringContaining(hint),
    });
  });

  it('is refused where the account may be none but another', async () => {
    const { connect } = await jobOf({ environment: 'staging' });
    const sts = createSts(connect([DELIVER]));
    await assertAccountAllowed(sts, [STAGING]);
    await expect(assertAccountAllowed(sts, [PRODUCTION])).rejects.toMatchObject({ code: 'AWS_ACCOUNT_NOT_ALLOWED' });
  });

  it('is a session that ends', async () => {
    const time = createManualTime();
    const { connect } = await jobOf({ environment: 'staging' }, { time });
    const sts = createSts(connect([DELIVER]));
    await sts.accountId();
    await time.advance(3_600);
    await expect(sts.accountId()).rejects.toMatchObject({ code: 'AWS_CREDENTIALS_EXPIRED' });
  });
});
