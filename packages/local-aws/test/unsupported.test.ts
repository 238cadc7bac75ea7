import { describe, expect, it } from '@jest/globals';
import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  PutImageCommand,
} from '@aws-sdk/client-ecr';
import { startLocalAws } from '../src/index.js';
import { clientConfiguration, localAwsPerTest, signedAs } from './running.js';

const start = localAwsPerTest();
const repositoryName = 'shop/web';

describe('what local-aws does not do', () => {
  it.each([
    ['tags', new CreateRepositoryCommand({ repositoryName, tags: [{ Key: 'a', Value: 'b' }] })],
    [
      'imageTagMutabilityExclusionFilters',
      new CreateRepositoryCommand({
        repositoryName,
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev*' }],
      }),
    ],
    [
      'encryptionConfiguration',
      new CreateRepositoryCommand({ repositoryName, encryptionConfiguration: { encryptionType: 'KMS_DSSE' } }),
    ],
    ['registryId', new CreateRepositoryCommand({ repositoryName, registryId: '210987654321' })],
    ['registryIds', new GetAuthorizationTokenCommand({ registryIds: ['210987654321'] })],
    ['acceptedMediaTypes', new BatchGetImageCommand({ repositoryName, imageIds: [], acceptedMediaTypes: ['a/b'] })],
    ['imageDigest', new PutImageCommand({ repositoryName, imageManifest: '{}', imageDigest: 'sha256:0' })],
    ['filter.imageStatus', new DescribeImagesCommand({ repositoryName, filter: { imageStatus: 'ACTIVE' } })],
    ['filter.tagStatus', new DescribeImagesCommand({ repositoryName, filter: { tagStatus: 'SOME' as 'ANY' } })],
  ])('ECR refuses by name: %s', async (member, command) => {
    const ecr = new ECRClient(clientConfiguration(await start()));
    // The union of commands has no one signature that send() would take.
    await expect(ecr.send(command as DescribeRepositoriesCommand)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(member),
    });
  });

  it('ECR takes what changes nothing', async () => {
    const ecr = new ECRClient(clientConfiguration(await start()));
    const imageScanningConfiguration = { scanOnPush: false };
    const registryId = '123456789012';
    await ecr.send(new CreateRepositoryCommand({ repositoryName, registryId, tags: [], imageScanningConfiguration }));
    expect((await ecr.send(new DescribeRepositoriesCommand({ registryId }))).repositories).toHaveLength(1);
  });

  it.each([
    ['{"repositoryName": 1}', 'repositoryName: it has to be a string'],
    ['{"repositoryNam": "a"}', 'Missing required parameter: repositoryName'],
    ['{"repositoryName": "shop/web", "Tags": []}', 'Unknown parameter: Tags'],
  ])('ECR refuses %s', async (body, message) => {
    const { endpoint } = await start();
    const headers = {
      ...signedAs('ecr'),
      'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.CreateRepository',
    };
    const answer = await fetch(endpoint, { method: 'POST', headers, body });
    expect(await answer.json()).toMatchObject({
      __type: 'InvalidParameterException',
      message: expect.stringContaining(message),
    });
  });

  it('STS refuses by name what it would ignore', async () => {
    const { endpoint } = await start();
    const body = 'Action=GetCallerIdentity&Version=2011-06-15&Name=me';
    const answer = await fetch(endpoint, { method: 'POST', headers: signedAs('sts'), body });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("the parameter 'Name'")]);
  });

  it('is an operation that is named in the error, in every service', async () => {
    const localAws = await startLocalAws({ tasks: 'simulated' });
    const services = [
      ...localAws.services.map(({ id, protocol }) => ({ id, protocol })),
      { id: 'dynamodb', protocol: { kind: 'json', targetPrefix: 'DynamoDB_20120810' } as const },
    ];
    for (const { id, protocol } of services) {
      const target = protocol.kind === 'json' ? { 'x-amz-target': `${protocol.targetPrefix}.Fly` } : {};
      const response = await fetch(localAws.endpoint, {
        method: 'POST',
        headers: { ...signedAs(id), ...target, 'content-type': 'application/x-amz-json-1.0' },
        body: protocol.kind === 'json' ? '{}' : 'Action=Fly',
      });
      expect([response.status, await response.text()]).toEqual([400, expect.stringContaining(`${id}:Fly`)]);
    }
    await localAws.close();
  });
});
