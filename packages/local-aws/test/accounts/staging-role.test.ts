import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startLocalAws, type LocalAws, type PolicyDocument } from '../../src/index.js';
import { call, DENIED, inputOf, NAMES_ONLY, operationsOf, type Operation } from './every-operation.js';
import {
  assume,
  EVERYTHING,
  PRODUCTION,
  roleArn,
  STAGING,
  STAGING_KEYS,
  trusting,
  TWO_ACCOUNTS,
  type Keys,
} from './two-accounts.js';

/** It takes a token in place of keys; test/accounts/web-identity.test.ts holds whom it lets in. */
const BY_TOKEN = 'AssumeRoleWithWebIdentity';

describe("staging's role", () => {
  let localAws: LocalAws;
  let keys: Keys;
  let operations: readonly Operation[];

  beforeAll(async () => {
    localAws = await startLocalAws({ tasks: 'simulated', accounts: TWO_ACCOUNTS });
    keys = await assume(localAws, STAGING_KEYS, { RoleArn: roleArn(STAGING, 'deliver') });
    operations = (await operationsOf(localAws)).filter(({ operation }) => operation !== BY_TOKEN);
  });
  afterAll(() => localAws.close());

  it('is denied every call that names what is of production, whatever it may do in its own account', async () => {
    const namesProduction = operations.filter((operation) =>
      Object.keys(inputOf(operation, PRODUCTION)).some((member) => !NAMES_ONLY.has(member)),
    );
    const codes: [string, string][] = [];
    for (const operation of namesProduction) {
      const code = await call(localAws, operation, { keys, account: PRODUCTION });
      codes.push([`${operation.service}:${operation.operation}`, code]);
    }
    expect(codes.length).toBeGreaterThan(70);
    expect(codes.filter(([, code]) => !DENIED.includes(code))).toEqual([]);
  });

  it('changes nothing of production by the calls that cannot name it', async () => {
    const state = () =>
      JSON.stringify((localAws.state() as { accounts: Record<string, unknown> }).accounts[PRODUCTION]);
    const before = state();
    for (const operation of operations) await call(localAws, operation, { keys, account: STAGING });
    expect(state()).toBe(before);
  });
});

/** Where the two are one account, policies have to tell them apart. */
describe("staging's role in production's own account", () => {
  const ours = 'arn:aws:*:*:*:*staging*';
  const policy: PolicyDocument = {
    Version: '2012-10-17',
    Statement: {
      Effect: 'Allow',
      Action: ['ecs:*', 'ecr:*', 'elasticloadbalancing:*', 'logs:*', 'dynamodb:*'],
      Resource: ours,
    },
  };

  it.each([
    ['is denied every call on production', policy, true],
    ['of an administrator is denied none of them: the control', EVERYTHING, false],
  ])('%s', async (_what, policies, denied) => {
    const role = { name: 'deliver', trustPolicy: trusting(STAGING), policies: [policies] };
    const users = [{ accessKeyId: STAGING_KEYS.accessKeyId }];
    const localAws = await startLocalAws({
      ...{ tasks: 'simulated', accounts: [{ accountId: STAGING, users, roles: [role] }] },
    });
    try {
      const keys = await assume(localAws, STAGING_KEYS, { RoleArn: roleArn(STAGING, 'deliver') });
      const operations = (await operationsOf(localAws)).filter(({ service }) => service !== 'sts');
      expect(operations.length).toBeGreaterThan(90);
      for (const operation of operations) {
        const code = await call(localAws, operation, { keys, account: STAGING });
        expect([operation.operation, DENIED.includes(code)]).toEqual([operation.operation, denied]);
      }
    } finally {
      await localAws.close();
    }
  });
});
