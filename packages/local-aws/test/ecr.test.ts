import {
  BatchGetImageCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  ListImagesCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
} from '@aws-sdk/client-ecr';
import { describe, expect, it } from '@jest/globals';
import { RegistryClient } from '@slipway/oci';
import { image, push } from './image.js';
import { clientConfiguration, localAwsPerTest } from './running.js';

const start = localAwsPerTest();
const UNKNOWN = `sha256:${'0'.repeat(64)}`;
const clock = { now: () => Date.now(), sleep: () => Promise.reject(new Error('nothing is tried again here')) };

async function startWithRepository(imageTagMutability: 'MUTABLE' | 'IMMUTABLE' = 'MUTABLE') {
  const localAws = await start();
  const ecr = new ECRClient(clientConfiguration(localAws));
  await ecr.send(new CreateRepositoryCommand({ repositoryName: 'shop/web', imageTagMutability }));
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? '', 'base64').toString();
  const [username = '', password = ''] = token.split(':');
  const registry = (credentials: { username: string; password: string } | undefined, repository = 'shop/web') =>
    new RegistryClient({
      host: localAws.registryHost,
      repository,
      clock,
      deadline: Date.now() + 60_000,
      ...(credentials ? { credentials } : {}),
    });
  return { localAws, ecr, registry, credentials: { username, password }, authorization: authorizationData?.[0] };
}

describe('ECR repositories', () => {
  it('are made and described', async () => {
    const { ecr, localAws } = await startWithRepository('IMMUTABLE');
    const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([
      expect.objectContaining({
        repositoryName: 'shop/web',
        repositoryArn: 'arn:aws:ecr:eu-central-1:123456789012:repository/shop/web',
        repositoryUri: `${localAws.registryHost}/shop/web`,
        registryId: '123456789012',
        imageTagMutability: 'IMMUTABLE',
        createdAt: expect.any(Date),
      }),
    ]);
  });

  it('are listed in pages', async () => {
    const { ecr } = await startWithRepository();
    for (const repositoryName of ['bb', 'aa']) await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    const first = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 2 }));
    const { nextToken = '' } = first;
    const second = await ecr.send(new DescribeRepositoriesCommand({ maxResults: 2, nextToken }));
    const names = [...(first.repositories ?? []), ...(second.repositories ?? [])].map((one) => one.repositoryName);
    expect(names).toEqual(['aa', 'bb', 'shop/web']);
    expect(second.nextToken).toBeUndefined();
  });

  it('are there once, and under a name that is one', async () => {
    const { ecr } = await startWithRepository();
    const create = (repositoryName: string) => ecr.send(new CreateRepositoryCommand({ repositoryName }));
    await expect(create('shop/web')).rejects.toMatchObject({ name: 'RepositoryAlreadyExistsException' });
    for (const wrong of ['../web', 'Shop', 'a', 'a//b']) {
      await expect(create(wrong)).rejects.toMatchObject({ name: 'InvalidParameterException' });
    }
  });

  it('are not deleted with images in them, unless by force', async () => {
    const { ecr, registry, credentials } = await startWithRepository();
    await push(registry(credentials), 'v1');
    const remove = (force: boolean) => ecr.send(new DeleteRepositoryCommand({ repositoryName: 'shop/web', force }));
    await expect(remove(false)).rejects.toMatchObject({ name: 'RepositoryNotEmptyException' });
    await remove(true);
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ['shop/web'] }))).rejects.toMatchObject({
      name: 'RepositoryNotFoundException',
    });
  });
});

describe('ECR images', () => {
  it('are pushed through the registry and read through the API', async () => {
    const { ecr, registry, credentials, localAws, authorization } = await startWithRepository();
    expect(authorization?.proxyEndpoint).toBe(localAws.endpoint);
    expect(authorization?.expiresAt?.getTime()).toBeGreaterThan(Date.now());
    const first = await push(registry(credentials), 'one', 'v1');
    const second = await push(registry(credentials), 'two', 'v1');

    const repositoryName = 'shop/web';
    const { imageIds } = await ecr.send(new ListImagesCommand({ repositoryName }));
    expect(imageIds).toEqual([{ imageDigest: first.digest }, { imageDigest: second.digest, imageTag: 'v1' }]);
    const untagged = await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus: 'UNTAGGED' } }));
    expect(untagged.imageIds).toEqual([{ imageDigest: first.digest }]);
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: 'v1' }] }),
    );
    expect(imageDetails).toEqual([
      expect.objectContaining({ imageDigest: second.digest, imageTags: ['v1'], imageSizeInBytes: 5 }),
    ]);
    const got = await ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageDigest: first.digest }, { imageDigest: UNKNOWN }] }),
    );
    expect(got.images?.map((one) => one.imageManifest)).toEqual([first.bytes.toString()]);
    expect(got.failures).toEqual([expect.objectContaining({ failureCode: 'ImageNotFound' })]);
    await expect(
      ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageDigest: UNKNOWN }] })),
    ).rejects.toMatchObject({ name: 'ImageNotFoundException' });
    expect(localAws.state()).toMatchObject({
      services: { ecr: { repositories: [{ name: 'shop/web', images: [{ tags: [] }, { tags: ['v1'] }] }] } },
    });
  });

  it('keep an immutable tag, whichever way it is attacked', async () => {
    const { ecr, registry, credentials } = await startWithRepository('IMMUTABLE');
    const repositoryName = 'shop/web';
    const first = await push(registry(credentials), 'one', 'v1');
    await expect(push(registry(credentials), 'two', 'v1')).rejects.toMatchObject({
      code: 'OCI_REGISTRY_REFUSED',
      message: expect.stringContaining('TAG_INVALID'),
    });
    const imageManifest = image('two').manifest.bytes.toString();
    const put = (imageTag: string) => ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag }));
    await expect(put('v1')).rejects.toMatchObject({ name: 'ImageTagAlreadyExistsException' });
    expect((await registry(credentials).resolve('v1'))?.digest).toBe(first.digest);
    await ecr.send(new PutImageTagMutabilityCommand({ repositoryName, imageTagMutability: 'MUTABLE' }));
    await put('v1');
    await expect(put('v1')).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
  });

  it('are not made of layers that were never pushed', async () => {
    const { ecr } = await startWithRepository();
    const imageManifest = image('unseen').manifest.bytes.toString();
    await expect(ecr.send(new PutImageCommand({ repositoryName: 'shop/web', imageManifest }))).rejects.toMatchObject({
      name: 'LayersNotFoundException',
    });
  });

  it('are refused without the token, and in a repository that does not exist', async () => {
    const { registry, credentials } = await startWithRepository();
    const wrong = { username: 'AWS', password: 'guessed' };
    for (const given of [undefined, wrong]) {
      await expect(registry(given).resolve('v1')).rejects.toMatchObject({ code: 'OCI_REGISTRY_UNAUTHORIZED' });
    }
    await expect(push(registry(credentials, 'shop/other'), 'one')).rejects.toMatchObject({
      message: expect.stringContaining('NAME_UNKNOWN'),
    });
  });
});
