import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { awsFor, createSts, type AwsJob } from '../src/index.js';
import { secretsOf, startSts, type StsStandIn } from './sts-stand-in.js';

const ROLE = 'arn:aws:iam::111111111111:role/deliver';
const OTHER = 'arn:aws:iam::222222222222:role/production';
const THIRD = 'arn:aws-us-gov:iam::333333333333:role/path/to/third';
const SUBJECT = 'repo:example@1/shop@2:environment:production';
const TOKEN = `head.${Buffer.from(JSON.stringify({ sub: SUBJECT })).toString('base64url')}.signature`;

const environmentBefore = { ...process.env };
let sts: StsStandIn;
let masked: string[];
let audiences: string[];

beforeEach(async () => {
  sts = await startSts();
  masked = [];
  audiences = [];
  for (const name of Object.keys(process.env)) if (name.startsWith('AWS_')) delete process.env[name];
  // The default chain looks at the machine's own files and network too.
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sts.endpoint,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
  });
});
afterEach(async () => {
  await sts.close();
  process.env = { ...environmentBefore };
});

const ID_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example' };
const USER = { AWS_ACCESS_KEY_ID: 'AKIAUSER', AWS_SECRET_ACCESS_KEY: 'secret-of-user' };

interface JobOptions {
  readonly roles?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly seconds?: number;
  readonly token?: () => Promise<string>;
}

/** AWS as a job of these inputs reaches it. */
function connect({ roles = [ROLE], environment = ID_TOKEN, seconds = 3600, token }: JobOptions = {}) {
  Object.assign(process.env, environment);
  const job: AwsJob = {
    inputs: {
      'aws-region': 'eu-central-1',
      'role-to-assume': roles,
      'role-session-name': undefined,
      'role-duration-seconds': seconds,
    },
    environment,
    github: { runId: '4711' },
    mask: (secret) => void masked.push(secret),
  };
  return awsFor(job, (audience) => {
    audiences.push(audience);
    return token?.() ?? Promise.resolve(TOKEN);
  });
}

/** The key that a call is signed with. */
const keyOf = (configuration: ReturnType<typeof connect>): Promise<string> => createSts(configuration).accountId();
const assumed = () => sts.calls.filter(({ action }) => action !== 'GetCallerIdentity');

describe('one role', () => {
  it("is assumed with GitHub's token, by nobody's key", async () => {
    expect(await keyOf(connect({ seconds: 7200 }))).toBe('ASIA1');
    expect(audiences).toEqual(['sts.amazonaws.com']);
    expect(assumed()).toEqual([
      {
        action: 'AssumeRoleWithWebIdentity',
        parameters: {
          Action: 'AssumeRoleWithWebIdentity',
          Version: '2011-06-15',
          RoleArn: ROLE,
          RoleSessionName: 'slipway-4711',
          WebIdentityToken: TOKEN,
          DurationSeconds: '7200',
        },
      },
    ]);
  });

  it('is assumed once for all clients', async () => {
    const configuration = connect();
    await Promise.all([keyOf(configuration), keyOf(configuration), keyOf(configuration)]);
    expect(await keyOf(configuration)).toBe('ASIA1');
    expect(assumed()).toHaveLength(1);
  });

  it.each([
    ['keys of a user, for as long as was asked', USER, '43200'],
    ['a session, for an hour at most', { ...USER, AWS_SESSION_TOKEN: 'token-of-job' }, '3600'],
  ])("is assumed with the environment's credentials without a permission: %s", async (_title, environment, seconds) => {
    expect(await keyOf(connect({ environment, seconds: 43_200 }))).toBe('ASIA1');
    expect(assumed()).toMatchObject([
      { action: 'AssumeRole', accessKeyId: 'AKIAUSER', parameters: { RoleArn: ROLE, DurationSeconds: seconds } },
    ]);
    expect(audiences).toEqual([]);
  });

  it('is not needed: the environment is used as it is', async () => {
    expect(await keyOf(connect({ roles: [], environment: { ...ID_TOKEN, ...USER } }))).toBe('AKIAUSER');
    expect(assumed()).toEqual([]);
  });
});

describe('a chain of roles', () => {
  it('assumes each with the one before, and masks every secret before it is used', async () => {
    expect(await keyOf(connect({ roles: [ROLE, OTHER, THIRD], seconds: 7200 }))).toBe('ASIA3');
    expect(assumed()).toMatchObject([
      { action: 'AssumeRoleWithWebIdentity', parameters: { RoleArn: ROLE, DurationSeconds: '7200' } },
      { action: 'AssumeRole', accessKeyId: 'ASIA1', parameters: { RoleArn: OTHER, DurationSeconds: '3600' } },
      { action: 'AssumeRole', accessKeyId: 'ASIA2', parameters: { RoleArn: THIRD, DurationSeconds: '3600' } },
    ]);
    expect(masked).toEqual([TOKEN, ...secretsOf(1), ...secretsOf(2), ...secretsOf(3)]);
  });

  it('exports nothing', async () => {
    const configuration = connect({ roles: [ROLE, OTHER] });
    const before = { ...process.env };
    await keyOf(configuration);
    expect(process.env).toEqual(before);
  });
});

describe('a session that ends', () => {
  it('is replaced before its end, while calls go on with it', async () => {
    sts.lifetimeSeconds = 240;
    const configuration = connect();
    const keys = [];
    for (let call = 0; call < 4; call += 1) keys.push(await keyOf(configuration));
    expect(keys[0]).toBe('ASIA1');
    expect(assumed().length).toBeGreaterThan(1);
    expect(new Set(keys).size).toBeGreaterThan(1);
  });

  it('is not used any more when it is over', async () => {
    sts.lifetimeSeconds = 1;
    const configuration = connect();
    const first = await keyOf(configuration);
    const before = assumed().length;
    expect(await keyOf(configuration)).not.toBe(first);
    expect(assumed().length).toBeGreaterThan(before);
  });
});

describe('a role that is not given', () => {
  it.each([
    ['AccessDenied', {}, 'AWS_ROLE_DENIED'],
    ['AccessDenied', { roles: [ROLE, OTHER] }, 'AWS_ROLE_DENIED'],
    ['AccessDenied', { environment: USER }, 'AWS_ROLE_DENIED'],
    ['InvalidClientTokenId', { environment: USER }, 'AWS_CREDENTIALS_INVALID'],
    ['ExpiredToken', { environment: USER }, 'AWS_CREDENTIALS_EXPIRED'],
    ['ValidationError', {}, 'AWS_REQUEST_FAILED'],
    ['IDPRejectedClaim', {}, 'AWS_ROLE_DENIED'],
  ])('is asked for once when STS answers %s to %j', async (name, options, code) => {
    sts.errors.push({ code: name, status: 400 });
    const error = await keyOf(connect(options)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code, retryable: false, message: expect.stringContaining('told by STS') });
    expect(sts.calls).toHaveLength(1);
  });

  it('is a later one of a chain: its name is told', async () => {
    sts.deniedRoles.add(OTHER);
    const failed = keyOf(connect({ roles: [ROLE, OTHER, THIRD] }));
    await expect(failed).rejects.toMatchObject({
      code: 'AWS_ROLE_DENIED',
      message: expect.stringContaining(OTHER),
      hint: expect.stringContaining('the role before it'),
    });
    expect(assumed()).toHaveLength(2);
  });

  it('shows which subject its trust policy would have to name, and not the token', async () => {
    sts.errors.push({ code: 'AccessDenied', status: 403 });
    const error = (await keyOf(connect()).catch((thrown: unknown) => thrown)) as Error & { readonly hint: string };
    expect(error.message).toContain(ROLE);
    expect(error.hint).toContain(SUBJECT);
    expect(`${error.message} ${error.hint}`).not.toContain(TOKEN);
  });

  it.each(['no token at all', 'a.b.c', `a.${Buffer.from('{"sub":"a\\u001b[31mb"}').toString('base64url')}.c`])(
    'shows no subject of %j',
    async (token) => {
      sts.errors.push({ code: 'AccessDenied', status: 403 });
      const failed = keyOf(connect({ token: () => Promise.resolve(token) }));
      await expect(failed).rejects.toMatchObject({ hint: expect.stringMatching(/the subject of this job\.$/) });
    },
  );

  it('is asked for again when STS could not check the token in time', async () => {
    sts.errors.push({ code: 'InvalidIdentityToken', status: 400 }, { code: 'IDPCommunicationError', status: 400 });
    expect(await keyOf(connect())).toBe('ASIA1');
    expect(assumed()).toHaveLength(3);
  });

  it('says so when the answer holds none', async () => {
    sts.isEmpty = true;
    await expect(keyOf(connect())).rejects.toMatchObject({ code: 'AWS_ANSWER_MALFORMED', retryable: true });
  });

  it('has nothing to begin with: no permission and no credentials', async () => {
    const failed = keyOf(connect({ environment: {} }));
    await expect(failed).rejects.toMatchObject({
      code: 'AWS_CREDENTIALS_MISSING',
      hint: expect.stringContaining('id-token: write'),
    });
    expect(sts.calls).toEqual([]);
  });

  it("tells why GitHub gave no token, in GitHub's words", async () => {
    const failed = keyOf(connect({ token: () => Promise.reject(new Error('told by GitHub')) }));
    await expect(failed).rejects.toThrow('told by GitHub');
  });

  it.each(['deliver', 'arn:aws:iam::***:role/deliver', 'arn:aws:iam::111111111111:user/deliver'])(
    'is refused before any call when it is %j',
    (role) => {
      expect(() => connect({ roles: [ROLE, role] })).toThrow(expect.objectContaining({ code: 'AWS_ROLE_INVALID' }));
    },
  );
});
