import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { RegistryClient } from '@slipway/oci';
import { REPOSITORY, runAction, type ActionEnd } from '@slipway/testkit';
import { startLocalAws, type LocalAws, type PolicyDocument } from '../../src/index.js';
import { push } from '../image.js';
import { chainAccounts, claimsOf } from './trust.js';
import { ecrOf, ecsOf, PRODUCTION, PRODUCTION_KEYS, REGION, registryOf, roleArn, STAGING } from './two-accounts.js';

const DELIVER = roleArn(STAGING, 'deliver');
const PROMOTE = roleArn(PRODUCTION, 'promote');
const EXECUTION = roleArn(PRODUCTION, 'execution');

/** The policy that an action's README says it needs, with ARNs in place of what stands in angle brackets there. */
async function documentedPolicy(action: string, arns: Readonly<Record<string, string>>): Promise<PolicyDocument> {
  const readme = await readFile(path.join(REPOSITORY, 'actions', action, 'README.md'), 'utf8');
  const [, json = ''] = /```json\n(\{\n {2}"Version"[^]*?)```/.exec(readme) ?? [];
  return JSON.parse(json.replace(/<([A-Z_]+)>/g, (_all, name: string) => arns[name] ?? name)) as PolicyDocument;
}

let localAws: LocalAws;
let folder: string;
let digest: string;

beforeAll(async () => {
  const policy = await documentedPolicy('register-task-def', {
    EXECUTION_ROLE_ARN: EXECUTION,
    REPOSITORY_ARN: `arn:aws:ecr:${REGION}:${PRODUCTION}:repository/shop/web`,
  });
  const accounts = chainAccounts([policy]);
  localAws = await startLocalAws({ tasks: 'simulated', region: REGION, accounts, unknownKeys: false });
  folder = await mkdtemp(path.join(tmpdir(), 'local-aws-actions-'));
  const containerDefinitions = [{ name: 'web', image: 'placeholder' }];
  const definition = { family: 'web', executionRoleArn: EXECUTION, memory: '512', containerDefinitions };
  await writeFile(path.join(folder, 'web.json'), JSON.stringify(definition));
  await ecrOf(localAws, PRODUCTION_KEYS).send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
  const { url, authorization } = await registryOf(localAws, PRODUCTION_KEYS);
  const token = Buffer.from(authorization.replace('Basic ', ''), 'base64').toString();
  const clock = { now: () => Date.now(), sleep: () => Promise.reject(new Error('nothing is tried again here')) };
  const client = new RegistryClient({
    ...{ host: new URL(url).host, repository: 'shop/web', clock, deadline: Date.now() + 60_000 },
    credentials: { username: 'AWS', password: token.slice('AWS:'.length) },
  });
  digest = (await push(client, 'v1')).digest;
});
afterAll(async () => {
  await localAws.close();
  await rm(folder, { recursive: true });
});

let callsBefore: number;
beforeEach(() => {
  callsBefore = localAws.calls().length;
});
const callsSince = () => localAws.calls().slice(callsBefore);

/** An action's own bundle, in a job of staging's environment. */
const run = (action: string, inputs: Readonly<Record<string, string>>): Promise<ActionEnd> =>
  runAction({
    ...{ action, workspace: folder, temp: folder, timeoutMs: 60_000 },
    inputs: { 'aws-region': REGION, ...inputs },
    environment: {
      ...localAws.idTokenEnvironment(claimsOf({ environment: 'staging' })),
      AWS_ENDPOINT_URL: localAws.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
    },
  });

const register = { 'task-definition': 'web.json', container: 'web', repository: 'shop/web' };
const deploy = { cluster: 'shop', service: 'web' };

describe("an action with staging's role", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['register-task-def', { ...register, digest: `sha256:${'0'.repeat(64)}` }],
    ['bluegreen-deploy', { ...deploy, 'task-definition': 'web:1' }],
    ['rollback', deploy],
  ])('%s calls nothing where only production is allowed', async (action, inputs) => {
    const end = await run(action, { ...inputs, 'role-to-assume': DELIVER, 'allowed-account-ids': PRODUCTION });
    expect(end.exitCode).toBe(1);
    expect(end.errors).toEqual([expect.stringMatching(/^AWS_ACCOUNT_NOT_ALLOWED: /)]);
    expect(callsSince().map(({ operation, callerArn }) => [operation, callerArn])).toEqual([
      ['AssumeRoleWithWebIdentity', undefined],
      ['GetCallerIdentity', expect.stringMatching(`^arn:aws:sts::${STAGING}:assumed-role/deliver/`)],
    ]);
  });

  it("is refused production's own role", async () => {
    const inputs = { ...deploy, 'task-definition': 'web:1', 'role-to-assume': roleArn(PRODUCTION, 'deliver') };
    const end = await run('bluegreen-deploy', { ...inputs, 'allowed-account-ids': PRODUCTION });
    expect(end.errors).toEqual([expect.stringMatching(/^AWS_ROLE_DENIED: /)]);
    expect(new Set(callsSince().map(({ operation }) => operation))).toEqual(new Set(['AssumeRoleWithWebIdentity']));
  });

  it('registers in production by a chain, with no more than what its README asks for', async () => {
    const roles = `${DELIVER}\n${PROMOTE}`;
    const inputs = { ...register, digest, 'role-to-assume': roles, 'allowed-account-ids': PRODUCTION };
    const end = await run('register-task-def', inputs);
    expect({ errors: end.errors, exitCode: end.exitCode }).toEqual({ errors: [], exitCode: 0 });
    const production = ecsOf(localAws, PRODUCTION_KEYS);
    const { taskDefinition } = await production.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    expect(taskDefinition?.taskDefinitionArn).toBe(`arn:aws:ecs:${REGION}:${PRODUCTION}:task-definition/web:1`);
    const host = localAws.accounts.get(PRODUCTION)?.registryHost ?? '';
    expect(taskDefinition?.containerDefinitions?.[0]?.image).toBe(`${host}/shop/web@${digest}`);
    const registered = callsSince().filter(({ operation }) => operation === 'RegisterTaskDefinition');
    expect(registered.map(({ callerArn }) => callerArn)).toEqual([
      expect.stringMatching(`^arn:aws:sts::${PRODUCTION}:assumed-role/promote/`),
    ]);
  });
});
