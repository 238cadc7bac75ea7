import { beforeAll, describe, expect, it } from '@jest/globals';
import { childEnvironment, runProcess } from '@slipway/process';
import type { LocalAws } from '../src/index.js';
import { CALLER, localAwsPerTest } from './running.js';

const start = localAwsPerTest();
/** The first versions that know AWS_ENDPOINT_URL and ECS service deployments. */
const LEAST = 'aws-cli 1.45 (pip install awscli) or a current 2.x';

async function aws(localAws: LocalAws, ...args: string[]) {
  const env = childEnvironment({
    AWS_ENDPOINT_URL: localAws.endpoint,
    AWS_ACCESS_KEY_ID: CALLER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CALLER.secretAccessKey,
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const { exitCode, stdout, stderr } = await runProcess({
    file: 'aws',
    args: [...args, '--output', 'json'],
    env,
    timeoutMs: 60_000,
  });
  return { exitCode, stderr, json: (stdout.trim() === '' ? {} : JSON.parse(stdout)) as Record<string, unknown> };
}

beforeAll(async () => {
  const found = await runProcess({ file: 'aws', args: ['--version'], timeoutMs: 60_000 }).catch(() => undefined);
  const [, major, minor] = /aws-cli\/(\d+)\.(\d+)/.exec(found?.stdout ?? '') ?? [];
  const suits = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 45);
  if (!suits) throw new Error(`These tests need ${LEAST} on PATH; there is ${found?.stdout.trim() ?? 'none'}.`);
}, 60_000);

describe('the AWS CLI, unmodified', () => {
  it('parses the answers of every service', async () => {
    const localAws = await start();
    const repository = await aws(localAws, 'ecr', 'create-repository', '--repository-name', 'shop/web');
    expect(repository.json).toMatchObject({
      repository: { repositoryUri: `${localAws.registryHost}/shop/web`, createdAt: expect.anything() },
    });
    const password = await aws(localAws, 'ecr', 'get-authorization-token');
    expect(password.json).toMatchObject({ authorizationData: [{ proxyEndpoint: localAws.endpoint }] });
    const identity = await aws(localAws, 'sts', 'get-caller-identity');
    expect(identity.json).toMatchObject({ Account: '123456789012' });
    const cluster = await aws(localAws, 'ecs', 'create-cluster', '--cluster-name', 'staging');
    expect(cluster.json).toMatchObject({ cluster: { clusterName: 'staging', status: 'ACTIVE' } });
    const groups = await aws(localAws, 'elbv2', 'describe-target-groups');
    expect(groups.json).toEqual({ TargetGroups: [] });
    const tables = await aws(localAws, 'dynamodb', 'list-tables');
    expect(tables.json).toEqual({ TableNames: [] });
  }, 120_000);

  it('shows errors by their name', async () => {
    const localAws = await start();
    const json = await aws(localAws, 'ecr', 'describe-images', '--repository-name', 'none');
    expect(json.stderr).toContain('(RepositoryNotFoundException)');
    const query = await aws(localAws, 'elbv2', 'describe-load-balancers', '--names', 'none');
    expect(query.stderr).toContain('(LoadBalancerNotFound)');
    const unknown = await aws(localAws, 'ecr', 'describe-registry');
    expect(unknown.stderr).toContain('ecr:DescribeRegistry');
  }, 120_000);
});
