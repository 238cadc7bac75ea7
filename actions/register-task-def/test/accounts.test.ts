import { mkdtemp, rm, writeFile } from 'node:fs/promises';
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
const TRUST: PolicyDocument = {
  Statement: { Effect: 'Allow', Principal: { AWS: PRODUCTION }, Action: 'sts:AssumeRole' },
};

let aws: LocalAws;
let staging: ECSClient;
let production: ECSClient;
let folder: string;

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
      { accountId: PRODUCTION, users: [{ accessKeyId: 'AKIAPRODUCTION', name: 'pat' }] },
    ],
  });
  [staging, production] = ['AKIASTAGING', 'AKIAPRODUCTION'].map(
    (accessKeyId) =>
      new ECSClient({
        region: REGION,
        endpoint: aws.endpoint,
        credentials: { accessKeyId, secretAccessKey: 'secret' },
      }),
  ) as [ECSClient, ECSClient];
  folder = await mkdtemp(path.join(tmpdir(), 'slipway-evidence-'));
  await writeFile(path.join(folder, 'task-definition.json'), JSON.stringify(definitionOf(PRODUCTION, 'placeholder')));
  await staging.send(new CreateClusterCommand({ clusterName: 'staging' }));
  await staging.send(new RegisterTaskDefinitionCommand(definitionOf(STAGING, `registry.example/web@${DIGEST}`)));
  await staging.send(
    new CreateServiceCommand({
      ...{ cluster: 'staging', serviceName: 'web', taskDefinition: 'web', desiredCount: 1, launchType: 'FARGATE' },
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-a'] } },
    }),
  );
  await settled();
}, 60_000);
afterAll(async () => {
  [staging, production].forEach((client) => client.destroy());
  await aws.close();
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

  it('while a deployment is under way there is refused', async () => {
    await staging.send(new RegisterTaskDefinitionCommand(definitionOf(STAGING, `registry.example/stuck@${DIGEST}`)));
    await staging.send(new UpdateServiceCommand({ ...WHERE, taskDefinition: 'web' }));
    const end = await register();
    expect(end.errors).toEqual([expect.stringMatching(/^REGISTER_SOURCE_MOVING: /)]);
  }, 30_000);
});
