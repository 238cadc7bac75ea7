import { describe, expect, it } from '@jest/globals';
import type { EcrPort, EcsPort, TaskState } from '@slipway/aws';
import { imageSource, registryImage, runningImage } from '../src/image.js';
import { pinImage } from '../src/image-wishes.js';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const OTHER = `sha256:${'b'.repeat(64)}`;
const unset = {
  repository: undefined,
  digest: undefined,
  'source-cluster': undefined,
  'source-service': undefined,
  'source-container': undefined,
};

describe('imageSource', () => {
  it('takes a repository and a digest', () => {
    expect(imageSource({ ...unset, repository: 'web', digest: DIGEST })).toEqual({
      kind: 'registry',
      repository: 'web',
      digest: DIGEST,
    });
  });

  it('takes none where none is given', () => {
    expect(imageSource(unset)).toBeUndefined();
  });

  it('takes a source service', () => {
    expect(imageSource({ ...unset, 'source-cluster': 'staging', 'source-service': 'web' })).toEqual({
      kind: 'service',
      cluster: 'staging',
      service: 'web',
    });
  });

  it('takes a source service with the repository that its digest was copied into', () => {
    const inputs = { ...unset, repository: 'web', 'source-cluster': 'staging', 'source-service': 'web' };
    expect(imageSource(inputs)).toMatchObject({ kind: 'service', repository: 'web' });
    expect(imageSource({ ...inputs, 'source-container': 'app' })).toMatchObject({
      repository: 'web',
      container: 'app',
    });
  });

  it.each([
    ['half of one', { ...unset, digest: DIGEST }],
    ['half of each', { ...unset, digest: DIGEST, 'source-service': 'web' }],
    ['both', { ...unset, repository: 'web', digest: DIGEST, 'source-cluster': 'staging', 'source-service': 'web' }],
  ])('refuses %s', (_title, inputs) => {
    expect(() => imageSource(inputs)).toThrow(expect.objectContaining({ code: 'REGISTER_IMAGE_SOURCE' }));
  });
});

describe('registryImage', () => {
  const ecr = (repositories: readonly string[], digests: readonly string[]): EcrPort => ({
    credentials: () => Promise.reject(new Error('not asked for here')),
    repository: async (name) =>
      repositories.includes(name) ? { uri: `registry/${name}`, arn: `arn:${name}` } : undefined,
    manifest: async (_name, image) =>
      'digest' in image && digests.includes(image.digest) ? { digest: image.digest, text: '{}' } : undefined,
  });

  it('pins an image that is there', async () => {
    expect(await registryImage(ecr(['web'], [DIGEST]), 'web', DIGEST)).toEqual({
      repositoryUri: 'registry/web',
      digest: DIGEST,
      repository: 'web',
    });
  });

  it('tells a repository that is not there', async () => {
    const pin = registryImage(ecr([], []), 'web', DIGEST);
    await expect(pin).rejects.toMatchObject({ code: 'REGISTER_REPOSITORY_NOT_FOUND' });
  });
});

describe('runningImage', () => {
  const task = (imageDigest: string | undefined): TaskState => ({
    arn: 'arn:task',
    taskDefinitionArn: 'arn:definition',
    lastStatus: 'RUNNING',
    containers: [{ name: 'web', image: 'registry/web:moving', ...(imageDigest ? { imageDigest } : {}) }],
  });
  const ecs = (tasks: readonly TaskState[]) => ({ tasks: async () => tasks }) as unknown as EcsPort;
  const source = { cluster: 'staging', service: 'web', container: 'web' };

  it('takes the digest that the engines pulled, not what the definition says', async () => {
    expect(await runningImage(ecs([task(DIGEST), task(DIGEST)]), source)).toEqual({
      repositoryUri: 'registry/web',
      digest: DIGEST,
    });
  });

  it.each([
    ['nothing runs', [], 'REGISTER_SOURCE_NOT_RUNNING'],
    ['tasks disagree', [task(DIGEST), task(OTHER)], 'REGISTER_SOURCE_DISAGREES'],
    ['a task tells no digest', [task(undefined)], 'REGISTER_SOURCE_DIGEST_UNKNOWN'],
  ])('refuses when %s', async (_title, tasks, code) => {
    await expect(runningImage(ecs(tasks), source)).rejects.toMatchObject({ code });
  });

  it.each([
    ['as it is called here', {}, 'web'],
    ['as it is called there', { container: 'web' }, 'app'],
  ])('is that of the container %s', async (_title, named, here) => {
    const ports = { ecr: {} as unknown as EcrPort, source: ecs([task(DIGEST)]) };
    const wish = { kind: 'service', cluster: 'staging', service: 'web', ...named } as const;
    expect(await pinImage(ports, wish, here)).toMatchObject({ digest: DIGEST });
  });

  it('refuses a container that the tasks do not have', async () => {
    const pin = runningImage(ecs([task(DIGEST)]), { ...source, container: 'api' });
    await expect(pin).rejects.toMatchObject({ code: 'REGISTER_SOURCE_DIGEST_UNKNOWN' });
  });
});
