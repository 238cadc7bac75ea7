import { CreateClusterCommand, ListClustersCommand } from '@aws-sdk/client-ecs';
import { AssumeRoleCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, it } from '@jest/globals';
import { createManualTime, type LocalAwsOptions } from '../../src/index.js';
import { localAwsPerTest } from '../running.js';
import {
  assume,
  ecsOf,
  EVERYTHING,
  PRODUCTION,
  PRODUCTION_KEYS,
  roleArn,
  STAGING,
  STAGING_KEYS,
  stsOf,
  trusting,
  TWO_ACCOUNTS,
} from './two-accounts.js';

const start = localAwsPerTest();
const DELIVER = roleArn(STAGING, 'deliver');

describe('AssumeRole', () => {
  it("gives a role's keys, that say whose they are, in every record too", async () => {
    const localAws = await start({ accounts: TWO_ACCOUNTS });
    const keys = await assume(localAws, STAGING_KEYS, { RoleArn: DELIVER, RoleSessionName: 'slipway-4711' });
    const arn = `arn:aws:sts::${STAGING}:assumed-role/deliver/slipway-4711`;
    expect(await stsOf(localAws, keys).send(new GetCallerIdentityCommand({}))).toMatchObject({
      Account: STAGING,
      Arn: arn,
      UserId: expect.stringMatching(/^AROA\w+:slipway-4711$/),
    });
    expect(localAws.calls().at(-1)).toMatchObject({ accessKeyId: keys.accessKeyId, callerArn: arn });
    expect(keys.accessKeyId).toMatch(/^ASIA[A-Z0-9]{16}$/);
  });

  it('is a chain into another account, for an hour at most', async () => {
    const target = {
      name: 'promote',
      trustPolicy: trusting(DELIVER),
      policies: [EVERYTHING],
      maxSessionSeconds: 7_200,
    };
    const [staging, production] = TWO_ACCOUNTS;
    const accounts = [staging ?? { accountId: STAGING }, { accountId: PRODUCTION, ...production, roles: [target] }];
    const localAws = await start({ accounts });
    const first = await assume(localAws, STAGING_KEYS, { RoleArn: DELIVER });
    const RoleArn = roleArn(PRODUCTION, 'promote');
    await expect(assume(localAws, first, { RoleArn, DurationSeconds: 3_601 })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringContaining('role chaining'),
    });
    const second = await assume(localAws, first, { RoleArn });
    const { cluster } = await ecsOf(localAws, second).send(new CreateClusterCommand({ clusterName: 'shop' }));
    expect(cluster?.clusterArn).toContain(`:${PRODUCTION}:`);
    expect((await ecsOf(localAws, first).send(new ListClustersCommand({}))).clusterArns).toEqual([]);
    // The role trusts a role of the other account, and not the account's users.
    await expect(assume(localAws, STAGING_KEYS, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it.each([
    ['a role that trusts another account only', roleArn(PRODUCTION, 'deliver')],
    ['a role that there is not, in the same words', roleArn(PRODUCTION, 'none')],
  ])('is refused for %s', async (_what, RoleArn) => {
    const localAws = await start({ accounts: TWO_ACCOUNTS });
    await expect(assume(localAws, STAGING_KEYS, { RoleArn })).rejects.toMatchObject({
      name: 'AccessDenied',
      message: `User: arn:aws:iam::${STAGING}:user/sam is not authorized to perform: sts:AssumeRole on resource: ${RoleArn}`,
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
  });

  it("needs the caller's own permission in another account, and in its own unless the role names the caller", async () => {
    const sam = `arn:aws:iam::${STAGING}:user/sam`;
    const localAws = await start({
      accounts: [
        {
          accountId: STAGING,
          users: [{ accessKeyId: STAGING_KEYS.accessKeyId, name: 'sam', policies: [] }],
          roles: [
            { name: 'by-name', trustPolicy: trusting(sam) },
            { name: 'by-account', trustPolicy: trusting(STAGING) },
          ],
        },
        { accountId: PRODUCTION, roles: [{ name: 'other', trustPolicy: trusting(sam) }] },
      ],
    });
    await assume(localAws, STAGING_KEYS, { RoleArn: roleArn(STAGING, 'by-name') });
    for (const RoleArn of [roleArn(STAGING, 'by-account'), roleArn(PRODUCTION, 'other')]) {
      await expect(assume(localAws, STAGING_KEYS, { RoleArn })).rejects.toMatchObject({ name: 'AccessDenied' });
    }
  });

  it.each([
    ['DurationSeconds', { DurationSeconds: 899 }],
    ['MaxSessionDuration', { DurationSeconds: 3_601 }],
    ['roleSessionName', { RoleSessionName: 'a b' }],
    ['durationSeconds', { DurationSeconds: -1 }],
    ["the parameter 'Policy'", { Policy: '{}' }],
  ])('refuses %s by name', async (message, input) => {
    const localAws = await start({ accounts: TWO_ACCOUNTS });
    await expect(assume(localAws, STAGING_KEYS, { RoleArn: DELIVER, ...input })).rejects.toMatchObject({
      name: 'ValidationError',
      message: expect.stringMatching(new RegExp(message, 'i')),
    });
  });

  it('refuses what is no ARN of a role', async () => {
    const localAws = await start({ accounts: TWO_ACCOUNTS });
    const command = new AssumeRoleCommand({ RoleArn: 'deliver', RoleSessionName: 'run' });
    await expect(stsOf(localAws, STAGING_KEYS).send(command)).rejects.toMatchObject({ name: 'ValidationError' });
  });
});

describe("a session's keys", () => {
  it("end by the world's clock", async () => {
    const time = createManualTime();
    const localAws = await start({ accounts: TWO_ACCOUNTS, time });
    const keys = await assume(localAws, STAGING_KEYS, { RoleArn: DELIVER, DurationSeconds: 900 });
    expect(keys.expiration?.getTime()).toBe(time.now().getTime() + 900_000);
    await time.advance(890);
    await ecsOf(localAws, keys).send(new ListClustersCommand({}));
    await time.advance(10);
    await expect(ecsOf(localAws, keys).send(new ListClustersCommand({}))).rejects.toMatchObject({
      name: 'ExpiredTokenException',
    });
    await expect(stsOf(localAws, keys).send(new GetCallerIdentityCommand({}))).rejects.toMatchObject({
      name: 'ExpiredToken',
      $metadata: expect.objectContaining({ httpStatusCode: 403 }),
    });
  });

  it.each<[string, { sessionToken?: string }]>([
    ['another token', { sessionToken: 'another' }],
    ['no token', {}],
  ])('are of no use with %s', async (_what, token) => {
    const options: LocalAwsOptions = { accounts: TWO_ACCOUNTS };
    const localAws = await start(options);
    const { accessKeyId, secretAccessKey } = await assume(localAws, PRODUCTION_KEYS, {
      RoleArn: roleArn(PRODUCTION, 'deliver'),
    });
    const ecs = ecsOf(localAws, { accessKeyId, secretAccessKey, ...token });
    await expect(ecs.send(new ListClustersCommand({}))).rejects.toMatchObject({ name: 'UnrecognizedClientException' });
  });
});
