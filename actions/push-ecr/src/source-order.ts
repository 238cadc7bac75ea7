import { SlipwayError } from '@slipway/core';
import type { Digest } from '@slipway/oci';
import { parseImageName } from './image-name.js';

/** Where the image is taken from, as the inputs say. */
export type SourceOrder =
  | { readonly kind: 'layout'; readonly directory: string; readonly digest: string }
  | {
      readonly kind: 'registry';
      /** Absent: the ECR registry of the identity that reads. */
      readonly host?: string;
      readonly repository: string;
      readonly digest: Digest;
    };

/** The inputs that say it. */
export interface SourceInputs {
  readonly 'oci-layout': string | undefined;
  readonly source: string | undefined;
  readonly digest: string | undefined;
}

/**
 * chooseSource decides where the image is taken from.
 *
 * @throws SlipwayError PUSH_SOURCE, PUSH_SOURCE_NOT_PINNED, PUSH_DIGEST_MISSING, PUSH_DIGEST_NOT_TESTED
 */
export function chooseSource(inputs: SourceInputs): SourceOrder {
  const { 'oci-layout': directory, source, digest } = inputs;
  if ((directory === undefined) === (source === undefined)) throw notOneSource(directory !== undefined);
  if (source !== undefined) return registryOrder(source, digest);
  if (digest === undefined) throw digestMissing();
  return { kind: 'layout', directory: directory ?? '', digest };
}

function registryOrder(source: string, tested: string | undefined): SourceOrder {
  const name = parseImageName(source);
  if (!name) throw notPinned(source, 'is not the name of an image');
  const { host, repository, digest, tag } = name;
  // A tag beside the digest would be a second opinion, which nobody asks for.
  if (digest === undefined || tag !== undefined) throw notPinned(source, 'names a tag, which may move');
  if (tested !== undefined && tested !== digest) {
    throw new SlipwayError({
      code: 'PUSH_DIGEST_NOT_TESTED',
      message: `'source' names ${digest}, and 'digest' ${tested}.`,
      hint: "Pass the digest that was tested in both, or leave 'digest' out. Nothing was pushed.",
    });
  }
  return { kind: 'registry', ...(host === undefined ? {} : { host }), repository, digest };
}

/** What GitHub does with the output of another job that holds a masked text; its log has one line of it. */
const MASKED =
  "An output of another job arrives empty when it held a secret ('Skip output … since it may contain secret' in that job's log): pass digest, tag and repository, which hold no account id.";

function notOneSource(both: boolean): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SOURCE',
    message: both
      ? "Both 'oci-layout' and 'source' are set: the image can be taken from one of them only."
      : "Neither 'oci-layout' nor 'source' is set, or what was passed arrived empty.",
    hint: both
      ? "Set 'oci-layout' to push what was just built, or 'source' to promote what a registry holds."
      : `Set 'oci-layout' to the folder of build-image, or 'source' to repository@sha256:… of a registry. ${MASKED}`,
  });
}

function digestMissing(): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_DIGEST_MISSING',
    message: "'digest' is not set, or what was passed arrived empty; with 'oci-layout' it is required.",
    hint: `Pass the digest that was tested: integration-test's output tested-digest. ${MASKED}`,
  });
}

function notPinned(source: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SOURCE_NOT_PINNED',
    message: `'source' is '${source}', which ${why}.`,
    hint: 'Write repository@sha256:… or registry/repository@sha256:…: what is promoted is named by its digest alone. Nothing was pushed.',
  });
}
