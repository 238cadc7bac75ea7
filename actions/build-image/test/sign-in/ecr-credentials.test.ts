import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { createEcrCredentials } from '../../src/sign-in/ecr-credentials.js';
import { makeSetting, type Setting } from '../setting.js';

const [FRANKFURT, DUBLIN] = ['eu-central-1', 'eu-west-1'];
const before = { ...process.env };

let aws: LocalAws;
let setting: Setting;
let masked: string[];
beforeEach(async () => {
  aws = await startLocalAws({ tasks: 'simulated', ecrRegions: [FRANKFURT, DUBLIN] });
  setting = await makeSetting({ 'aws-region': FRANKFURT });
  masked = [];
  for (const name of Object.keys(process.env)) if (/^(?:AWS|ACTIONS)_/.test(name)) delete process.env[name];
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'not-a-secret',
  });
});
afterEach(async () => {
  process.env = { ...before };
  await setting.close();
  await aws.close();
});

const make = (inputs = {}) => {
  const { context } = setting;
  const mask = (secret: string): void => void masked.push(secret);
  return createEcrCredentials({ ...context, inputs: { ...context.inputs, ...inputs }, mask });
};
const operations = () => aws.calls().map(({ operation, region }) => `${operation} ${region}`);

describe('the credentials of ECR', () => {
  it('are asked for once for each region, and masked with the pair', async () => {
    const ecr = make();
    const [first, second, own] = await Promise.all([
      ecr({ region: FRANKFURT, isNeeded: true }),
      ecr({ region: DUBLIN, isNeeded: false }),
      ecr({ isNeeded: false }),
    ]);
    expect(own).toBe(first);
    expect(first.host).toBe(aws.registryHost);
    expect(second.host).not.toBe(first.host);
    expect(operations().sort()).toEqual([`GetAuthorizationToken ${FRANKFURT}`, `GetAuthorizationToken ${DUBLIN}`]);
    const pair = Buffer.from(`AWS:${first.password}`).toString('base64');
    expect(masked).toEqual(expect.arrayContaining([first.password, pair, second.password]));
  });

  it('are those of an account that is allowed, which is asked once', async () => {
    const ecr = make({ 'allowed-account-ids': ['210987654321'] });
    for (const region of [FRANKFURT, DUBLIN])
      await expect(ecr({ region, isNeeded: true })).rejects.toMatchObject({ code: 'AWS_ACCOUNT_NOT_ALLOWED' });
    expect(operations()).toEqual([`GetCallerIdentity ${FRANKFURT}`]);
    expect(masked).toEqual([]);
  });

  it('are not waited for by a run that is cancelled', async () => {
    aws.faults.add({ operation: 'ecr:*', always: true, kind: 'delay', delayMs: 600_000 });
    const asked = make()({ isNeeded: true });
    setting.cancel(new Error('cancelled'));
    await expect(asked).rejects.toThrow();
  });
});
