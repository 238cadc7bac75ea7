import { SlipwayError } from '@slipway/core';
import type { Digest } from '@slipway/oci';
import { parseImageName } from './image-name.js';

/** Where the image is taken from, as the inputs say. */
export type SourceOrder =
  | { readonly kind: 'layout'; readonly directory: string; readonly digest: string }
  | {
      readonly kind: 'engine';
      /** A name or an id in the local engine. */
      readonly image: string;
      /** Of the manifest that the engine is to hand over, or of its configuration: the image's id. */
      readonly digest: string;
    }
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
  readonly image: string | undefined;
  readonly source: string | undefined;
  readonly digest: string | undefined;
}

/**
 * chooseSource decides where the image is taken from.
 *
 * @throws SlipwayError PUSH_SOURCE, PUSH_SOURCE_NOT_PINNED, PUSH_DIGEST_MISSING, PUSH_DIGEST_NOT_TESTED
 */
export function chooseSource(inputs: SourceInputs): SourceOrder {
  const { 'oci-layout': directory, image, source, digest } = inputs;
  const given = (['oci-layout', 'image', 'source'] as const).filter((name) => inputs[name] !== undefined);
  if (given.length !== 1) throw notOneSource(given);
  if (source !== undefined) return registryOrder(source, digest);
  if (image !== undefined) return engineOrder(image, digest);
  if (digest === undefined) throw digestMissing('oci-layout');
  return { kind: 'layout', directory: directory ?? '', digest };
}

/** A whole id, or a name with a digest behind it, says itself which image it is; a name alone may move. */
const PINNED = /^(?:[^@]+@)?(sha256:[0-9a-f]{64})$/;

function engineOrder(image: string, tested: string | undefined): SourceOrder {
  const pinned = PINNED.exec(image)?.[1];
  const digest = tested ?? pinned;
  if (digest === undefined) throw digestMissing('image');
  return { kind: 'engine', image, digest };
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

function notOneSource(given: readonly string[]): SlipwayError {
  const names = given.map((name) => `'${name}'`).join(' and ');
  const ways =
    "'oci-layout' to the folder of build-image, 'image' to an image of the local engine, or 'source' to repository@sha256:… of a registry";
  return new SlipwayError({
    code: 'PUSH_SOURCE',
    message:
      given.length > 0
        ? `${names} are set: the image can be taken from one of them only.`
        : "None of 'oci-layout', 'image' and 'source' is set, or what was passed arrived empty.",
    hint: given.length > 0 ? `Set one alone: ${ways}.` : `Set ${ways}. ${MASKED}`,
  });
}

function digestMissing(source: 'oci-layout' | 'image'): SlipwayError {
  const what =
    source === 'image'
      ? "Pass the image's id ('docker image inspect --format {{.Id}} NAME') as it was when it was tested, or write it as 'image'."
      : "Pass the digest that was tested: integration-test's output tested-digest.";
  return new SlipwayError({
    code: 'PUSH_DIGEST_MISSING',
    message: `'digest' is not set, or what was passed arrived empty; with '${source}' it is required.`,
    hint: `${what} ${MASKED}`,
  });
}

function notPinned(source: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_SOURCE_NOT_PINNED',
    message: `'source' is '${source}', which ${why}.`,
    hint: 'Write repository@sha256:… or registry/repository@sha256:…: what is promoted is named by its digest alone. Nothing was pushed.',
  });
}
