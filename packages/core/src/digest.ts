import { SlipwayError } from './errors.js';

/** A manifest digest: `sha256:` and 64 hexadecimal digits (OCI image specification, descriptors). */
export const DIGEST_PATTERN = /^sha256:[0-9a-f]{64}$/;

/** isDigest tells whether a text is a sha256 digest. */
export function isDigest(text: string): boolean {
  return DIGEST_PATTERN.test(text);
}

/** An image named by repository and by digest, by tag, by both or by neither. */
export interface ImageReference {
  /** Registry and path, for example `123456789012.dkr.ecr.eu-central-1.amazonaws.com/shop/web`. */
  readonly repository: string;
  readonly tag?: string;
  readonly digest?: string;
}

/** The grammar of the distribution project's reference package, without its 255-character limit on the name. */
const REFERENCE =
  /^((?:[a-zA-Z0-9][a-zA-Z0-9.-]*(?::[0-9]+)?\/)?[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*)(?::([\w][\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$/;

/**
 * parseImageReference splits `repository[:tag][@digest]`.
 *
 * @throws SlipwayError IMAGE_REFERENCE_INVALID
 */
export function parseImageReference(text: string): ImageReference {
  const match = REFERENCE.exec(text);
  if (!match?.[1]) {
    throw new SlipwayError({
      code: 'IMAGE_REFERENCE_INVALID',
      message: `'${text}' is not an image reference.`,
      hint: 'Write repository:tag or repository@sha256:<64 hexadecimal digits>.',
    });
  }
  return {
    repository: match[1],
    ...(match[2] === undefined ? {} : { tag: match[2] }),
    ...(match[3] === undefined ? {} : { digest: match[3] }),
  };
}
