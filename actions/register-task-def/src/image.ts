import { awsErrorName, type EcrPort, type EcsPort, type TaskState } from '@slipway/aws';
import { SlipwayError, isDigest, parseImageReference } from '@slipway/core';

/** Where the image of `container` is to come from. */
export type ImageSource =
  | { readonly kind: 'registry'; readonly repository: string; readonly digest: string }
  | {
      readonly kind: 'service';
      readonly cluster: string;
      readonly service: string;
      /** Absent: it is called there as it is here. */
      readonly container?: string;
      /** Of this account's registry, that the digest was copied into. */
      readonly repository?: string;
    };

/** An image pinned by digest. */
export interface PinnedImage {
  /** Registry and path. */
  readonly repositoryUri: string;
  readonly digest: string;
  /** The repository's name, where it is one of this account's registry. */
  readonly repository?: string;
  /** Where a source's tasks have it from, as `repositoryUri`, when it was or will be copied into this one. */
  readonly copiedFrom?: string;
}

interface SourceInputs {
  readonly repository: string | undefined;
  readonly digest: string | undefined;
  readonly 'source-cluster': string | undefined;
  readonly 'source-service': string | undefined;
  readonly 'source-container': string | undefined;
}

/**
 * imageSource decides which inputs name the image of `container`; undefined when none does.
 *
 * @throws SlipwayError REGISTER_IMAGE_SOURCE
 */
export function imageSource(inputs: SourceInputs): ImageSource | undefined {
  const {
    repository,
    digest,
    'source-cluster': cluster,
    'source-service': service,
    'source-container': container,
  } = inputs;
  const fromRegistry = repository !== undefined && digest !== undefined;
  const fromService = cluster !== undefined && service !== undefined;
  const given = [repository, digest, cluster, service].filter((value) => value !== undefined).length;
  if (given === 0) return undefined;
  if (given === 2 && fromRegistry) return { kind: 'registry', repository, digest };
  if (fromService && digest === undefined) {
    const named = container === undefined ? {} : { container };
    return { kind: 'service', cluster, service, ...named, ...(repository === undefined ? {} : { repository }) };
  }
  throw new SlipwayError({
    code: 'REGISTER_IMAGE_SOURCE',
    message: 'The image is named by half, or is named twice.',
    hint: "Give either 'repository' and 'digest', or 'source-cluster' and 'source-service', and with these 'repository' where the digest was copied.",
  });
}

/** registryImage pins an image of a repository of this account. @throws SlipwayError REGISTER_REPOSITORY_NOT_FOUND */
export async function registryImage(ecr: EcrPort, repository: string, digest: string): Promise<PinnedImage> {
  const found = await ecr.repository(repository);
  if (found) return { repositoryUri: found.uri, digest, repository };
  throw new SlipwayError({
    code: 'REGISTER_REPOSITORY_NOT_FOUND',
    message: `There is no ECR repository '${repository}' in this account and region.`,
    hint: "Check the name and 'aws-region'. An image of Docker Hub is written docker.io/library/name@sha256:….",
  });
}

/** runningImage pins what a service's tasks really run: the digest that their engines pulled, the same in all of them. */
export async function runningImage(
  ecs: EcsPort,
  source: { readonly cluster: string; readonly service: string; readonly container: string },
): Promise<PinnedImage> {
  const place = `the service '${source.service}' of the cluster '${source.cluster}'`;
  const tasks = await ecs.tasks(source.cluster, source.service, 'RUNNING').catch((error: unknown) => {
    throw NOT_FOUND.has(awsErrorName(error) ?? '') ? sourceNotFound(place, error) : error;
  });
  const images = tasks.map((task) => imageOf(task, source.container));
  const [first, ...others] = images;
  if (!first) {
    throw new SlipwayError({
      code: 'REGISTER_SOURCE_NOT_RUNNING',
      message: `No task of ${place} runs.`,
      hint: 'Only what runs can be promoted; deliver to the source environment first.',
    });
  }
  if (others.some((image) => image.digest !== first.digest)) {
    throw new SlipwayError({
      code: 'REGISTER_SOURCE_DISAGREES',
      message: `The tasks of ${place} run different images: ${[...new Set(images.map(({ digest }) => digest))].join(', ')}.`,
      hint: 'A deployment is under way there; run this again when it has ended.',
      kind: 'world',
      retryable: true,
    });
  }
  return first;
}

const NOT_FOUND = new Set(['ClusterNotFoundException', 'ServiceNotFoundException']);

function sourceNotFound(place: string, cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'REGISTER_SOURCE_NOT_FOUND',
    message: `There is no such source: ${place}.`,
    hint: "Check 'source-cluster', 'source-service' and 'aws-region'.",
    cause,
  });
}

function imageOf(task: TaskState, containerName: string): PinnedImage {
  const container = task.containers.find(({ name }) => name === containerName);
  if (!container?.imageDigest || !isDigest(container.imageDigest)) {
    throw new SlipwayError({
      code: 'REGISTER_SOURCE_DIGEST_UNKNOWN',
      message: `The task ${task.arn} does not tell the image digest of a container '${containerName}'.`,
      hint: `Its containers are: ${task.containers.map(({ name }) => name).join(', ')}.`,
    });
  }
  return { repositoryUri: parseImageReference(container.image).repository, digest: container.imageDigest };
}
