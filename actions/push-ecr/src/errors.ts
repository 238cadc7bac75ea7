import { SlipwayError } from '@slipway/core';

/** digestNotInLayout is the error of a layout that is not of the image that was tested. */
export function digestNotInLayout(digest: string, held: readonly string[]): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_DIGEST_NOT_IN_LAYOUT',
    message: `The layout does not hold exactly the image ${digest}; it holds ${held.length === 0 ? 'none' : held.join(', ')}.`,
    hint: "Pass 'oci-layout' and 'digest' of one and the same build. Nothing was pushed.",
  });
}

/** layoutDamaged is the error of a layout whose content is not what its digests say. */
export function layoutDamaged(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_LAYOUT_DAMAGED',
    message: `The image layout is not whole: ${why}. Nothing was pushed.`,
    hint: 'Build and test the image again; the layout was changed after the build, or was lost in part on its way here.',
    kind: 'world',
    cause,
  });
}

/** imageNotFound is the error of an image that the local engine does not have. */
export function imageNotFound(image: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_IMAGE_NOT_FOUND',
    message: `The local Docker engine has no image '${image}'.`,
    hint: "'docker image ls' lists those there are; it has to be on the engine of this very job. Nothing was pushed.",
  });
}

/** engineFailed is the error of an engine that does not hand an image over. */
export function engineFailed(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_ENGINE_FAILED',
    message: `The local Docker engine did not hand the image over: ${why}.`,
    hint: "Pass build-image's 'oci-layout' in place of 'image': it needs no engine. Nothing was pushed.",
    kind: 'world',
    cause,
  });
}

/** digestNotTested is the error of an engine's image that is not the one that was tested. */
export function digestNotTested(
  asked: { readonly image: string; readonly digest: string },
  found: { readonly digest: string; readonly imageId: string | undefined },
): SlipwayError {
  const { digest, imageId } = found;
  return new SlipwayError({
    code: 'PUSH_DIGEST_NOT_TESTED',
    message: `The engine's image '${asked.image}' has the manifest ${digest}${imageId === undefined ? '' : ` and the id ${imageId}`}; what was tested is ${asked.digest}.`,
    hint: "An engine with the older image store makes the manifest anew: pass the image's id as 'digest', or in place of 'image' the 'oci-layout' of build-image. Nothing was pushed.",
  });
}

/** sourceNotFound is the error of a source that does not hold the digest. */
export function sourceNotFound(repository: string, digest: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SOURCE_NOT_FOUND',
    message: `${repository} does not hold ${digest}.`,
    hint: "Check 'source', 'source-region' and 'source-role'; a lifecycle policy may have removed the image. Nothing was pushed.",
  });
}

/** repositoryNotFound is the error of a repository that is not there, with the command that makes it. */
export function repositoryNotFound(name: string, region: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_REPOSITORY_NOT_FOUND',
    message: `There is no ECR repository '${name}' in ${region}, in the account of these credentials.`,
    hint: `Set 'create-repository: true', or create it: aws ecr create-repository --repository-name ${name} --region ${region} --image-tag-mutability IMMUTABLE --image-scanning-configuration scanOnPush=true`,
  });
}

/** A tag, and which image it names or should name. */
export interface TagConflict {
  readonly repository: string;
  readonly tag: string;
  readonly current: string;
  readonly wanted: string;
}

/** tagTaken is the error of a tag that names another image. */
export function tagTaken({ repository, tag, current, wanted }: TagConflict): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_TAG_TAKEN',
    message: `The tag '${tag}' of '${repository}' names ${current}, not ${wanted}. It was left as it is.`,
    hint: "Use a tag of its own for each image (a version, a commit), set 'tag-taken: add-digest' to push it as TAG-DIGEST, or 'move-tag: true' to move this one.",
  });
}

/** tagImmutable is the error of a tag that the registry did not let move. */
export function tagImmutable(conflict: TagConflict, cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_TAG_IMMUTABLE',
    message: `The registry did not move the tag '${conflict.tag}' of '${conflict.repository}', which still names ${conflict.current}.`,
    hint: 'The tags of the repository are probably immutable: use another tag.',
    cause,
  });
}

/** notVerified is the error of a registry that does not give back, by a tag or by its digest, what was pushed. */
export function notVerified(name: string, expected: string, found: string): SlipwayError {
  const isTag = name !== expected;
  return new SlipwayError({
    code: 'PUSH_NOT_VERIFIED',
    message: isTag
      ? `${expected} was pushed as '${name}', and reading the tag back gives ${found}.`
      : `${expected} was pushed, and reading it back gives ${found}.`,
    hint: isTag
      ? 'Another job has probably moved the tag at the same moment. Look at who pushes it, and run the job again.'
      : 'The registry took it and does not show it. Run the job again; if it stays, the registry is at fault.',
    kind: 'world',
  });
}
