import { CreateRepositoryCommand, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { DescribeServicesCommand, RegisterTaskDefinitionCommand, UpdateServiceCommand } from '@aws-sdk/client-ecs';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import type { LocalAws, PolicyDocument } from '../../src/index.js';
import { localAwsPerTest } from '../running.js';
import {
  assume,
  configurationOf,
  ecrOf,
  ecsOf,
  registryOf,
  roleArn,
  STAGING,
  STAGING_KEYS,
  trusting,
  type Keys,
} from './two-accounts.js';

const start = localAwsPerTest();
const ARN = `arn:aws:ecs:us-east-1:${STAGING}`;

/** A local-aws with one role, and the keys of one who assumed it. */
async function withRole(...policies: readonly PolicyDocument[]): Promise<{ localAws: LocalAws; keys: Keys }> {
  const role = { name: 'deliver', trustPolicy: trusting(STAGING), policies };
  const users = [{ accessKeyId: STAGING_KEYS.accessKeyId }];
  const localAws = await start({ accounts: [{ accountId: STAGING, users, roles: [role] }] });
  return { localAws, keys: await assume(localAws, STAGING_KEYS, { RoleArn: roleArn(STAGING, 'deliver') }) };
}

const allow = (Action: string | string[], Resource: string | string[], Condition = {}): PolicyDocument => ({
  Statement: { Effect: 'Allow', Action, Resource, Condition },
});

describe("a role's permissions", () => {
  it('tell the resource of a call, and what is denied, in the words of IAM', async () => {
    const { localAws, keys } = await withRole(allow('ecs:*', `${ARN}:service/shop/web`), {
      Statement: { Effect: 'Deny', Action: 'ecs:UpdateService', Resource: '*' },
    });
    const ecs = ecsOf(localAws, keys);
    // Allowed: what is there, or not, is another matter.
    const describeShop = (service: string) =>
      ecs.send(new DescribeServicesCommand({ cluster: 'shop', services: [service] }));
    await expect(describeShop('web')).rejects.toMatchObject({ name: 'ClusterNotFoundException' });
    await expect(describeShop('other')).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message:
        `User: arn:aws:sts::${STAGING}:assumed-role/deliver/run-1 is not authorized to perform: ecs:DescribeServices ` +
        `on resource: ${ARN}:service/shop/other because no identity-based policy allows the ecs:DescribeServices action`,
    });
    await expect(ecs.send(new UpdateServiceCommand({ cluster: 'shop', service: 'web' }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('with an explicit deny in an identity-based policy'),
    });
    expect(localAws.calls().at(-1)).toMatchObject({ operation: 'UpdateService', errorCode: 'AccessDeniedException' });
  });

  it('have to let the roles of a task definition be passed on', async () => {
    const [execution, other] = [roleArn(STAGING, 'execution'), roleArn(STAGING, 'administrator')];
    const { localAws, keys } = await withRole(
      allow('ecs:RegisterTaskDefinition', '*'),
      allow('iam:PassRole', execution, { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } }),
    );
    const register = (taskRoleArn: string) => {
      const containerDefinitions = [{ name: 'web', image: 'web', memory: 64 }];
      return ecsOf(localAws, keys).send(
        new RegisterTaskDefinitionCommand({
          family: 'web',
          containerDefinitions,
          executionRoleArn: execution,
          taskRoleArn,
        }),
      );
    };
    expect((await register(execution)).taskDefinition?.family).toBe('web');
    await expect(register(other)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`iam:PassRole on resource: ${other}`),
    });
  });

  it('are those of its registry token', async () => {
    const repository = `arn:aws:ecr:*:${STAGING}:repository/shop/web`;
    const { localAws, keys } = await withRole(
      allow('ecr:GetAuthorizationToken', '*'),
      allow(['ecr:BatchGetImage', 'ecr:ListImages'], repository),
    );
    for (const repositoryName of ['shop/web', 'shop/other']) {
      await ecrOf(localAws, STAGING_KEYS).send(new CreateRepositoryCommand({ repositoryName }));
    }
    const { url, authorization } = await registryOf(localAws, keys);
    const status = async (path: string, method = 'GET') =>
      (await fetch(`${url}/v2/${path}`, { method, headers: { authorization } })).status;
    expect(await status('')).toBe(200);
    expect(await status('shop/web/tags/list')).toBe(200);
    expect(await status('shop/other/tags/list')).toBe(403);
    expect(await status('shop/web/blobs/uploads/', 'POST')).toBe(403);
    expect(localAws.calls().at(-1)).toMatchObject({
      ...{ service: 'registry', operation: 'StartUpload', status: 403, errorCode: 'DENIED' },
      callerArn: `arn:aws:sts::${STAGING}:assumed-role/deliver/run-1`,
    });
  });

  it('are none unless some are given, DynamoDB included', async () => {
    const { localAws, keys } = await withRole();
    const dynamodb = new DynamoDBClient(configurationOf(localAws, keys));
    await expect(dynamodb.send(new ListTablesCommand({}))).rejects.toMatchObject({ name: 'AccessDeniedException' });
    const token = ecrOf(localAws, keys).send(new GetAuthorizationTokenCommand({}));
    await expect(token).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
