import { beforeAll, describe, expect, it } from '@jest/globals';
import { aws, requireAwsCli } from './aws-command.js';
import { localAwsPerTest } from './running.js';

const start = localAwsPerTest();

beforeAll(requireAwsCli, 60_000);

describe('the AWS CLI, unmodified', () => {
  it('parses the answers of every protocol, and shows errors by their name', async () => {
    const localAws = await start();
    const [repository, identity, cluster, groups, missing, unknown] = await Promise.all([
      aws(localAws, 'ecr', 'create-repository', '--repository-name', 'shop/web'),
      aws(localAws, 'sts', 'get-caller-identity'),
      aws(localAws, 'ecs', 'create-cluster', '--cluster-name', 'staging'),
      aws(localAws, 'elbv2', 'describe-target-groups'),
      aws(localAws, 'elbv2', 'describe-load-balancers', '--names', 'none'),
      aws(localAws, 'ecr', 'describe-registry'),
    ]);
    expect(repository.json).toMatchObject({
      repository: { repositoryUri: `${localAws.registryHost}/shop/web`, createdAt: expect.anything() },
    });
    expect(identity.json).toMatchObject({ Account: '123456789012' });
    expect(cluster.json).toMatchObject({ cluster: { clusterName: 'staging', status: 'ACTIVE' } });
    expect(groups.json).toEqual({ TargetGroups: [] });
    expect(missing.stderr).toContain('(LoadBalancerNotFound)');
    expect(unknown.stderr).toContain('ecr:DescribeRegistry');
  }, 120_000);
});
