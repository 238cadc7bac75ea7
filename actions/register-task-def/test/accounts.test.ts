import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeTaskDefinitionCommand,
  ECSClient,
  ListServiceDeploymentsCommand,
  ListTaskDefinitionsCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from '@aws-sdk/client-ecs';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { poll } from '@slipway/core';
import { startLocalAws, type LocalAws, type PolicyDocument } from '@slipway/local-aws';
import { systemClock } from '@slipway/runtime';
import { runAction, type ActionEnd } from '@slipway/testkit';

const REGION = 'eu-central-1';
const STAGING = '111111111111';
const PRODUCTION = '222222222222';
const DIGEST = `sha256:${'a'.repeat(64)}`;
const READ = `arn:aws:iam::${STAGING}:role/read`;
const keyOf = (accessKeyId: string) => ({ accessKeyId, secretAccessKey: 'secret' });
const SERVICE = {
  ...{ serviceName: 'web', desiredCount: 1, launchType: 'FARGATE' as const },
  networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
};
const WHERE = { cluster: 'staging', service: 'web' };

/** What the README asks for of the role that reads the source, and nothing that changes. */
const READING: PolicyDocument = {
  Statement: {
    Effect: 'Allow',
    Action: [
      'ecs:ListTasks',
      'ecs:DescribeTasks',
      'ecs:DescribeServices',
      'ecs:ListServiceDeployments',
      'ecs:DescribeServiceRevisions',
    ],
    Resource: '*',
  },
};
/** What docs/iam's role-plan.json allows, and what the role that registers may do besides. */
const PLANNING: PolicyDocument = {
  Statement: {
    Effect: 'Allow',
    Action: ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecr:DescribeRepositories'],
    Resource: '*',
  },
};
const PLAN = `arn:aws:iam::${PRODUCTION}:role/plan`;
const TRUST: PolicyDocument = {
  Statement: { Effect: 'Allow', Principal: { AWS: PRODUCTION }, Action: 'sts:AssumeRole' },
};

const CHECKS = `version: 1
ready: { path: / }
checks:
  - { name: home, request: { path: / }, expect: { status: 200 } }
  - { name: orders, tags: [orders], request: { path: /orders }, expect: { status: 200 } }
`;

let aws: LocalAws;
let staging: ECSClient;
let production: ECSClient;
let folder: string;
/** What staging's users see: anything but 200 on the paths named here. */
let site: Server;
let broken: readonly string[] = [];

beforeAll(async () => {
  aws = await startLocalAws({
    ...{ tasks: 'simulated', validateResponses: true, minuteMs: 600, region: REGION },
    // Its deployment never ends: no task of it starts.
    simulate: (image) => (image.includes('/stuck@') ? { failsToStart: 'CannotPullContainerError: no' } : {}),
    accounts: [
      {
        accountId: STAGING,
        users: [{ accessKeyId: 'AKIASTAGING', name: 'sam' }],
        roles: [{ name: 'read', trustPolicy: TRUST, policies: [READING] }],
      },
      {
        accountId: PRODUCTION,
        users: [{ accessKeyId: 'AKIAPRODUCTION', name: 'pat' }],
        roles: [{ name: 'plan', trustPolicy: TRUST, policies: [PLANNING] }],
      },
    ],
  });
  [staging, production] = ['AKIASTAGING', 'AKIAPRODUCTION'].map(
    (accessKeyId) => new ECSClient({ region: REGION, endpoint: aws.endpoint, credentials: keyOf(accessKeyId) }),
  ) as [ECSClient, ECSClient];
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-evidence-'));
  await writeFile(path.join(folder, 'task-definition.json'), JSON.stringify(definitionOf(PRODUCTION, 'placeholder')));
  await staging.send(new CreateClusterCommand({ clusterName: 'staging' }));
  await staging.send(new RegisterTaskDefinitionCommand(definitionOf(STAGING, `registry.example/web@${DIGEST}`)));
  await staging.send(new CreateServiceCommand({ ...SERVICE, cluster: 'staging', taskDefinition: 'web' }));
  await settled();
  await writeFile(path.join(folder, 'checks.yml'), CHECKS);
  site = createServer(({ url = '' }, response) => response.writeHead(broken.includes(url) ? 500 : 200).end());
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  [staging, production].forEach((client) => client.destroy());
  await aws.close();
  await new Promise((resolve) => site.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const definitionOf = (account: string, image: string) => ({
  ...{ family: 'web', networkMode: 'awsvpc' as const, requiresCompatibilities: ['FARGATE' as const] },
  ...{ cpu: '256', memory: '512', executionRoleArn: `arn:aws:iam::${account}:role/execution` },
  containerDefinitions: [{ name: 'web', image, essential: true, portMappings: [{ containerPort: 8080 }] }],
});

async function settled(): Promise<void> {
  await poll({
    ...{ clock: systemClock, intervalMs: 100, deadline: systemClock.now() + 40_000 },
    look: async () => (await staging.send(new ListServiceDeploymentsCommand(WHERE))).serviceDeployments?.[0]?.status,
    done: (status) => status === 'SUCCESSFUL',
  });
}

function register(inputs: Readonly<Record<string, string>> = {}): Promise<ActionEnd> {
  const source = {
    'source-cluster': 'staging',
    'source-service': 'web',
    'source-role': READ,
    'source-evidence': 'true',
  };
  return runAction({
    action: 'register-task-def',
    inputs: { 'task-definition': 'task-definition.json', container: 'web', 'aws-region': REGION, ...source, ...inputs },
    ...{ workspace: folder, temp: folder, timeoutMs: 25_000 },
    environment: {
      ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_ACCESS_KEY_ID: 'AKIAPRODUCTION', AWS_SECRET_ACCESS_KEY: 'secret' },
      SLIPWAY_REHEARSAL_MINUTE_MS: '600',
    },
  });
}

const CHECKED = () => ({
  'source-verify': 'checks.yml',
  'source-url': `http://127.0.0.1:${(site.address() as AddressInfo).port}`,
});

const registered = async () => (await production.send(new ListTaskDefinitionsCommand({}))).taskDefinitionArns ?? [];

describe('a promotion from another account', () => {
  it('is planned with the evidence, and changes nothing', async () => {
    const end = await register({ 'dry-run': 'true' });
    expect([end.errors, end.outputs['outcome'], end.outputs['digest']]).toEqual([[], 'planned', DIGEST]);
    expect(end.report?.['evidence']).toMatchObject({ missing: [], taskDefinition: 'web:1', digests: [DIGEST] });
    expect(end.summary).toMatch(/✅ Evidence from the source web[^]*web:1/);
    expect(await registered()).toEqual([]);
  }, 30_000);

  it('that has not baked is refused, and nothing is registered', async () => {
    const end = await register({ 'source-baked-minutes': '43200' });
    expect(end.errors).toEqual([expect.stringMatching(/^REGISTER_SOURCE_NOT_BAKED: /)]);
    expect(end.report).toMatchObject({ evidence: { missing: [{ code: 'REGISTER_SOURCE_NOT_BAKED' }] } });
    expect(await registered()).toEqual([]);
  }, 30_000);

  it('is planned with what the checks found at the source', async () => {
    const end = await register({ 'dry-run': 'true', ...CHECKED() });
    expect([end.errors, end.outputs['outcome']]).toEqual([[], 'planned']);
    expect(end.report?.['evidence']).toMatchObject({ checks: { suite: 'checks.yml', runs: 1 }, missing: [] });
    expect(end.summary).toContain('2 of 2 checks passed at http://127.0.0.1:');
  }, 30_000);

  it('is refused when the source does not pass its checks, each named with its line', async () => {
    broken = ['/orders'];
    const end = await register(CHECKED());
    const other = await register({ 'dry-run': 'true', ...CHECKED(), 'source-verify-tags': 'orders' });
    broken = [];
    expect(end.errors).toEqual([
      expect.stringMatching(
        /^REGISTER_SOURCE_CHECKS_FAILED: .*1 of 2 checks failed at http.*: orders \(checks\.yml:5: /,
      ),
    ]);
    expect(end.report).toMatchObject({
      evidence: { taskDefinition: 'web:1', missing: [{ code: 'REGISTER_SOURCE_CHECKS_FAILED' }] },
    });
    expect(other.errors).toEqual([expect.stringContaining('1 of 1 checks failed')]);
    expect(await registered()).toEqual([]);
  }, 30_000);

  it('is checked on its own, without the evidence', async () => {
    broken = ['/'];
    const end = await register({ ...CHECKED(), 'source-evidence': 'false' });
    broken = [];
    expect(end.errors).toEqual([expect.stringMatching(/^REGISTER_SOURCE_CHECKS_FAILED: /)]);
    const nowhere = await register({ 'source-verify': 'checks.yml' });
    expect(nowhere.errors).toEqual([expect.stringMatching(/^INPUT_INVALID: .*no load balancer tells where 'web'/)]);
  }, 30_000);

  it.each([
    ['a suite that is not there', { 'source-verify': 'none.yml' }, "INPUT_INVALID: 'source-verify' names 'none.yml'"],
    ['tags that no check has', { 'source-verify-tags': 'none' }, 'CHECKS_NONE_SELECTED: '],
    ['a URL that is none', { 'source-url': 'staging' }, 'CHECKS_BASE_URL_INVALID: '],
  ])(
    'is refused before AWS is asked for %s',
    async (...[, inputs, error]) => {
      const before = aws.calls().length;
      const end = await register({ ...CHECKED(), ...inputs });
      expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^${error}`))]);
      expect(aws.calls().length).toBe(before);
    },
    30_000,
  );

  it('needs a role that may read there', async () => {
    const end = await register({ 'source-role': `arn:aws:iam::${STAGING}:role/other` });
    expect(end.errors).toEqual([expect.stringMatching(/^AWS_ROLE_DENIED: /)]);
    const none = await register({ 'source-role': '' });
    expect(none.errors).toEqual([expect.stringMatching(/^REGISTER_SOURCE_NOT_FOUND: /)]);
  }, 30_000);

  it('registers in the target account what runs at the source', async () => {
    const end = await register({ 'allowed-account-ids': PRODUCTION });
    expect([end.errors, end.outputs['outcome']]).toEqual([[], 'succeeded']);
    const { taskDefinition } = await production.send(new DescribeTaskDefinitionCommand({ taskDefinition: 'web' }));
    expect(taskDefinition?.taskDefinitionArn).toContain(PRODUCTION);
    expect(taskDefinition?.containerDefinitions?.[0]?.image).toBe(`registry.example/web@${DIGEST}`);
    expect(aws.calls().filter(({ operation }) => operation === 'AssumeRole').length).toBeGreaterThan(0);
  }, 30_000);

  it('is planned against what the target runs, by two identities that cannot change anything', async () => {
    const ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials: keyOf('AKIAPRODUCTION') });
    await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web' }));
    ecr.destroy();
    const older = definitionOf(PRODUCTION, `registry.example/web@sha256:${'b'.repeat(64)}`);
    await production.send(new RegisterTaskDefinitionCommand({ ...older, family: 'live', cpu: '512', memory: '1024' }));
    await production.send(new CreateClusterCommand({ clusterName: 'production' }));
    await production.send(new CreateServiceCommand({ ...SERVICE, cluster: 'production', taskDefinition: 'live' }));
    const end = await register({
      ...{ 'dry-run': 'true', cluster: 'production', service: 'web', repository: 'shop/web', preflight: 'false' },
      ...{ 'target-role': PLAN, 'allowed-account-ids': PRODUCTION },
    });
    expect([end.errors, end.outputs['outcome']]).toEqual([[], 'planned']);
    expect(end.outputs['source-image']).toBe(`registry.example/web@${DIGEST}`);
    expect(end.summary).toContain('What differs from live:1');
    const paths = (JSON.parse(end.outputs['diff'] ?? '') as { path: string }[]).map((difference) => difference.path);
    expect(paths).toEqual(expect.arrayContaining(['cpu', 'memory', 'family']));
    expect(end.summary).not.toContain('There is no service');
  }, 30_000);

  it('says of a target that is not there what it is compared with', async () => {
    const end = await register({
      ...{ 'dry-run': 'true', cluster: 'production', service: 'later', repository: 'shop/web', preflight: 'false' },
      ...{ 'target-role': PLAN, 'allowed-account-ids': PRODUCTION },
    });
    expect([end.errors, end.outputs['outcome']]).toEqual([[], 'planned']);
    expect(end.summary).toMatch(/no service 'later' in the cluster 'production' yet[^]*What differs from web:\d/);
  }, 30_000);

  it('while a deployment is under way there is refused', async () => {
    await staging.send(new RegisterTaskDefinitionCommand(definitionOf(STAGING, `registry.example/stuck@${DIGEST}`)));
    await staging.send(new UpdateServiceCommand({ ...WHERE, taskDefinition: 'web' }));
    const end = await register();
    expect(end.errors).toEqual([expect.stringMatching(/^REGISTER_SOURCE_MOVING: /)]);
  }, 30_000);
});
