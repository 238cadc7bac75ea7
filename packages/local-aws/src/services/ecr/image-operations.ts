import {
  digestOf,
  isDigest,
  mediaTypeOf,
  parseManifestReference,
  referencesOf,
  RegistryError,
  type Digest,
  type Manifest,
} from '@slipway/oci';
import { AwsError, type Operation } from '../../service.js';
import { invalidParameter, listOf, pageOf, stringOf } from './input.js';
import { findRepository, type EcrParts } from './repository-operations.js';
import type { EcrRepository } from './repository.js';

/** ImageId is how ECR's API names an image; with both members, both have to be right. */
interface ImageId {
  readonly imageDigest?: string;
  readonly imageTag?: string;
}

type Input = Readonly<Record<string, unknown>>;

/** createImageOperations returns the operations on the images of a repository. */
export function createImageOperations(parts: EcrParts): Record<string, Operation> {
  return {
    BatchGetImage: (input) => batchGetImage(parts, input),
    DescribeImages: (input) => describeImages(parts, input),
    ListImages: (input) => listImages(parts, input),
    PutImage: (input) => putImage(parts, input),
  };
}

async function batchGetImage(parts: EcrParts, input: Input): Promise<object> {
  const repository = await findRepository(parts, input);
  const images: object[] = [];
  const failures: object[] = [];
  for (const imageId of listOf<ImageId>(input, 'imageIds') ?? []) {
    const manifest = await findImage(repository, imageId);
    if (manifest) images.push(toImage(parts, repository, { manifest, tag: imageId.imageTag }));
    else failures.push({ imageId, failureCode: 'ImageNotFound', failureReason: 'Requested image not found' });
  }
  return { images, failures };
}

async function describeImages(parts: EcrParts, input: Input): Promise<object> {
  const repository = await findRepository(parts, input);
  const asked = listOf<ImageId>(input, 'imageIds');
  const digests = asked ? await demandImages(repository, asked) : repository.digests();
  const details = await Promise.all(digests.map((digest) => describeImage(parts, repository, digest)));
  const page = pageOf(details.filter(byTagStatus(input)), input);
  return { imageDetails: page.items, nextToken: page.nextToken };
}

async function listImages(parts: EcrParts, input: Input): Promise<object> {
  const repository = await findRepository(parts, input);
  const ids: { imageDigest: Digest; imageTag?: string; imageTags: readonly string[] }[] = [];
  for (const imageDigest of repository.digests()) {
    const imageTags = repository.tagsOf(imageDigest);
    if (imageTags.length === 0) ids.push({ imageDigest, imageTags });
    for (const imageTag of imageTags) ids.push({ imageDigest, imageTag, imageTags });
  }
  const page = pageOf(ids.filter(byTagStatus(input)), input);
  const imageIds = page.items.map(({ imageDigest, imageTag }) => ({ imageDigest, imageTag }));
  return { imageIds, nextToken: page.nextToken };
}

async function putImage(parts: EcrParts, input: Input): Promise<object> {
  const repository = await findRepository(parts, input);
  const bytes = Buffer.from(stringOf(input, 'imageManifest'), 'utf8');
  const tag = input['imageTag'] === undefined ? undefined : stringOf(input, 'imageTag');
  const manifest = await checkedManifest(repository, bytes);
  const known = await findImage(repository, { imageDigest: manifest.digest });
  const tags = known ? repository.tagsOf(manifest.digest) : [];
  if (known && (tag === undefined || tags.includes(tag))) {
    throw new AwsError('ImageAlreadyExistsException', `Image with digest '${manifest.digest}' already exists`);
  }
  try {
    await repository.writeManifest(manifest, tag);
  } catch (error) {
    throw error instanceof RegistryError ? new AwsError('ImageTagAlreadyExistsException', error.message) : error;
  }
  return { image: toImage(parts, repository, { manifest, tag }) };
}

async function checkedManifest(repository: EcrRepository, bytes: Buffer): Promise<Manifest> {
  let manifest: Manifest;
  let references;
  try {
    manifest = { digest: digestOf(bytes), mediaType: mediaTypeOf(bytes), bytes };
    references = referencesOf(bytes);
  } catch {
    throw invalidParameter("The member 'imageManifest' is not an image manifest.");
  }
  for (const { digest } of [...references.children, ...references.blobs]) {
    if ((await repository.blobSize(digest)) === undefined) {
      throw new AwsError('LayersNotFoundException', `The layer with digest '${digest}' was not pushed`);
    }
  }
  return manifest;
}

async function demandImages(repository: EcrRepository, ids: readonly ImageId[]): Promise<readonly Digest[]> {
  const digests = new Set<Digest>();
  for (const id of ids) {
    const manifest = await findImage(repository, id);
    if (!manifest) {
      const name = JSON.stringify(id);
      throw new AwsError('ImageNotFoundException', `The image ${name} does not exist in '${repository.name}'`);
    }
    digests.add(manifest.digest);
  }
  return [...digests];
}

async function findImage(repository: EcrRepository, id: ImageId): Promise<Manifest | undefined> {
  const { imageDigest, imageTag } = id;
  if (imageDigest === undefined && imageTag === undefined)
    throw invalidParameter('An imageId names a tag or a digest.');
  if (imageDigest !== undefined && !isDigest(imageDigest)) throw invalidParameter("'imageDigest' is not a digest.");
  const reference = parseManifestReference(imageTag ?? imageDigest ?? '');
  const manifest = reference ? await repository.readManifest(reference) : undefined;
  return imageDigest === undefined || manifest?.digest === imageDigest ? manifest : undefined;
}

async function describeImage(parts: EcrParts, repository: EcrRepository, digest: Digest) {
  const manifest = await repository.layout.readManifest(digest);
  const { blobs } = referencesOf(manifest.bytes);
  const imageTags = repository.tagsOf(digest);
  return {
    registryId: parts.accountId,
    repositoryName: repository.name,
    imageDigest: digest,
    imageTags: imageTags.length > 0 ? imageTags : undefined,
    imageSizeInBytes: blobs.reduce((sum, { size }) => sum + size, 0),
    imagePushedAt: repository.pushedAt(digest),
    imageManifestMediaType: manifest.mediaType,
    artifactMediaType: blobs[0]?.mediaType,
  };
}

function byTagStatus(input: Input): (image: { readonly imageTags?: readonly string[] | undefined }) => boolean {
  const filter = input['filter'] as { readonly tagStatus?: unknown } | undefined;
  return ({ imageTags = [] }) => {
    if (filter?.tagStatus === 'TAGGED') return imageTags.length > 0;
    if (filter?.tagStatus === 'UNTAGGED') return imageTags.length === 0;
    return true;
  };
}

function toImage(
  parts: EcrParts,
  repository: EcrRepository,
  { manifest, tag }: { readonly manifest: Manifest; readonly tag: string | undefined },
): object {
  return {
    registryId: parts.accountId,
    repositoryName: repository.name,
    imageId: { imageDigest: manifest.digest, imageTag: tag },
    imageManifest: manifest.bytes.toString('utf8'),
    imageManifestMediaType: manifest.mediaType,
  };
}
