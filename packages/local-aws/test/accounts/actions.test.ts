import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand } from '@aws-sdk/client-ecr';
import { DescribeTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OciLayout } from '@slipway/oci';
import { REPOSITORY, runAction, type ActionEnd } from '@slipway/testkit';
import { startLocalAws, type LocalAws, type PolicyDocument } from '../../src/index.js';
import { image as imageOf } from '../image.js';
import { chainAccounts, claimsOf } from './trust.js';
import { ecrOf, ecsOf, PRODUCTION, PRODUCTION_KEYS, REGION, roleArn, STAGING } from './two-accounts.js';

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
  const arns = {
    EXECUTION_ROLE_ARN: EXECUTION,
    REPOSITORY_ARN: `arn:aws:ecr:${REGION}:${PRODUCTION}:repository/shop/web`,
  };
  const actions = ['push-ecr', 'register-task-def'];
  const accounts = chainAccounts(await Promise.all(actions.map((action) => documentedPolicy(action, arns))));
  localAws = await startLocalAws({ tasks: 'simulated', region: REGION, accounts, unknownKeys: false });
  folder = await mkdtemp(path.join(tmpdir(), 'local-aws-actions-'));
  const containerDefinitions = [{ name: 'web', image: 'placeholder', essential: true }];
  const fargate = { networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' };
  const definition = { family: 'web', executionRoleArn: EXECUTION, ...fargate, containerDefinitions };
  await writeFile(path.join(folder, 'web.json'), JSON.stringify(definition));
  for (const repositoryName of ['shop/web', 'shop/other']) {
    await ecrOf(localAws, PRODUCTION_KEYS).send(new CreateRepositoryCommand({ repositoryName }));
  }
  const { manifest, blobs } = imageOf('v1');
  const layout = await OciLayout.create(path.join(folder, 'layout'));
  for (const blob of blobs) await layout.blobs.write(blob.digest, blob.open());
  digest = await layout.writeManifest(manifest);
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

/** What production takes a job of staging by. */
const chain = { 'role-to-assume': `${DELIVER}\n${PROMOTE}`, 'allowed-account-ids': PRODUCTION };
const push = { 'oci-layout': 'layout', repository: 'shop/web', tag: '1.0.0' };
const register = { 'task-definition': 'web.json', container: 'web', repository: 'shop/web' };
const deploy = { cluster: 'shop', service: 'web' };

describe("an action with staging's role", () => {
  it.each<[string, Readonly<Record<string, string>>]>([
    ['register-task-def', register],
    ['bluegreen-deploy', { ...deploy, 'task-definition': 'web:1' }],
    ['rollback', deploy],
    ['push-ecr', push],
  ])('%s calls nothing where only production is allowed', async (action, inputs) => {
    const image = 'repository' in inputs ? { digest } : {};
    const wrong = { ...chain, 'role-to-assume': DELIVER };
    const end = await run(action, { ...inputs, ...image, ...wrong });
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

  it('pushes to production and registers there by a chain, with no more than what the READMEs ask for', async () => {
    const pushed = await run('push-ecr', { ...push, ...chain, digest });
    expect({ errors: pushed.errors, exitCode: pushed.exitCode }).toEqual({ errors: [], exitCode: 0 });
    const end = await run('register-task-def', { ...register, ...chain, digest });
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

  it('is denied a repository that its policy does not name', async () => {
    const end = await run('push-ecr', { ...push, ...chain, digest, repository: 'shop/other' });
    expect(end.exitCode).toBe(1);
    expect(callsSince().filter(({ service, status }) => service === 'registry' && status < 300)).toEqual([]);
    expect(end.errors).toEqual([expect.stringMatching(/^AWS_ACCESS_DENIED: /)]);
  });
});
