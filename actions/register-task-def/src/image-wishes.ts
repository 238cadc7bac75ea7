import type { EcrPort, EcsPort } from '@slipway/aws';
import { SlipwayError, ecrHostOf, parseImageReference } from '@slipway/core';
import { imageSource, registryImage, runningImage, type ImageSource, type PinnedImage } from './image.js';
import type { Inputs } from './plan.js';

/** An image as an input names it, before AWS was asked. */
export type ImageWish =
  ImageSource | { readonly kind: 'elsewhere'; readonly repositoryUri: string; readonly digest: string };

/** Which images the inputs ask for. */
export interface ImageWishes {
  /** By container: the input `images`. */
  readonly named: ReadonlyMap<string, ImageWish>;
  /** For the input `container`, or for `${IMAGE}`. */
  readonly one: ImageWish | undefined;
}

/** The account before it is known: a definition is linted before any call. */
const ANY_ACCOUNT = '000000000000';
const ANY_DIGEST = `sha256:${'0'.repeat(64)}`;

/**
 * imageWishes reads which images the inputs ask for.
 *
 * @throws SlipwayError REGISTER_IMAGE_SOURCE, REGISTER_IMAGE_MUTABLE, IMAGE_REFERENCE_INVALID
 */
export function imageWishes(inputs: Inputs): ImageWishes {
  const named = new Map(Object.entries(inputs.images).map(([name, text]) => [name, wishFrom(name, text.trim())]));
  const one = imageSource(inputs);
  const twice = one ? inputs.container.filter((name) => named.has(name)) : [];
  if (twice.length > 0) {
    throw new SlipwayError({
      code: 'REGISTER_IMAGE_SOURCE',
      message: `The image of ${twice.join(', ')} is named twice: by 'images' and by 'container'.`,
      hint: 'Name it once.',
    });
  }
  return { named, one };
}

function wishFrom(container: string, text: string): ImageWish {
  if (text.includes('***')) {
    throw new SlipwayError({
      code: 'INPUT_INVALID',
      message: `'images' gives the container '${container}' an image with '***' in it: the runner masked a part of it on its way here.`,
      hint: 'Between jobs pass the repository and the digest, and write repository@sha256:… without an account.',
    });
  }
  const { repository, digest } = parseImageReference(text);
  if (digest === undefined) {
    throw new SlipwayError({
      code: 'REGISTER_IMAGE_MUTABLE',
      message: `'images' gives the container '${container}' an image by a tag, '${text}', which can move.`,
      hint: "Give its digest, repository@sha256:…, as push-ecr's output 'digest' has it.",
    });
  }
  // The grammar of references: a first part with a dot or a port is a registry's host.
  const hasHost = /^(?:[^/]*[.:][^/]*|localhost)\//.test(repository);
  return hasHost ? { kind: 'elsewhere', repositoryUri: repository, digest } : { kind: 'registry', repository, digest };
}

/** provisionalImage is what stands for an image until AWS was asked. */
export function provisionalImage(wish: ImageWish, region: string): string {
  if (wish.kind === 'elsewhere') return `${wish.repositoryUri}@${wish.digest}`;
  return wish.kind === 'registry'
    ? `${ecrHostOf(ANY_ACCOUNT, region)}/${wish.repository}@${wish.digest}`
    : `registry.invalid/image@${ANY_DIGEST}`;
}

/** pinImage asks AWS for what a wish means for a container. */
export async function pinImage(
  { ecr, source }: { readonly ecr: EcrPort; readonly source: EcsPort },
  wish: ImageWish,
  container: string | undefined,
): Promise<PinnedImage> {
  switch (wish.kind) {
    case 'elsewhere':
      return { repositoryUri: wish.repositoryUri, digest: wish.digest };
    case 'registry':
      return registryImage(ecr, wish.repository, wish.digest);
    case 'service':
      return promoted(ecr, wish, await runningImage(source, { ...wish, container: demandContainer(wish, container) }));
  }
}

function demandContainer(wish: Extract<ImageSource, { kind: 'service' }>, container: string | undefined): string {
  const named = wish.container ?? container;
  if (named !== undefined) return named;
  throw new SlipwayError({
    code: 'REGISTER_CONTAINER_UNCLEAR',
    message: "'container' does not say which container's image is taken from the source service.",
    hint: "Set 'container', and 'source-container' where it is called otherwise there.",
  });
}

/** What the source runs, where the target's own registry has it. */
async function promoted(
  ecr: EcrPort,
  { repository }: Extract<ImageSource, { kind: 'service' }>,
  running: PinnedImage,
): Promise<PinnedImage> {
  if (repository === undefined) return running;
  return { ...(await registryImage(ecr, repository, running.digest)), copiedFrom: running.repositoryUri };
}

/** imageText writes a pinned image as a task definition has it. */
export function imageText({ repositoryUri, digest }: PinnedImage): string {
  return `${repositoryUri}@${digest}`;
}
