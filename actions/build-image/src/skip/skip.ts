import { messageOf, SlipwayError } from '@slipway/core';
import type { RegistryClient } from '@slipway/oci';
import type { ChosenBuilder } from '../ask-builder.js';
import type { Decided } from '../decide.js';
import type { DockerPort } from '@slipway/process';
import { repositoryMissing } from '../errors.js';
import { readImage, type BuiltImage } from '../image.js';
import type { BuildContext } from '../inputs.js';
import { candidateTags, findImage, sourceTagOf, type FoundImage } from './find-image.js';
import { hashSource } from './source-hash.js';
import { takeOver } from './take-over.js';

/** Connect reaches the repository until a deadline, in milliseconds since the epoch. */
export type Connect = (deadline: number) => Pick<RegistryClient, 'resolve' | 'readBlob' | 'openBlob'>;

/** What skipping reaches of the world. */
export interface SkipPorts {
  readonly docker: DockerPort;
  /** Signs in at the repository that the inputs name. */
  readonly openRepository: (context: BuildContext) => Promise<Connect>;
}

/** What is known of the source, and of an image of it. */
export interface Known {
  /** The hash of the source; undefined when it is not asked for or cannot be known. */
  readonly hash: string | undefined;
  readonly found: { readonly image: FoundImage; readonly connect: Connect } | undefined;
}

/** Looking takes a second; a registry that needs longer than this costs more than it saves. */
const LOOK_MS = 20_000;
/** At 100 Mbit/s this carries 6 GB; what takes longer is sooner built. */
const PULL_MS = 10 * 60_000;

const NOTHING: Known = { hash: undefined, found: undefined };

/**
 * lookForImage finds out whether the repository holds an image of what would be built. What keeps it from knowing is
 * said once, and the image is built.
 *
 * @throws SlipwayError INPUT_INVALID, AWS_REGION_MISSING, AWS_ROLE_INVALID, AWS_ACCOUNT_NOT_ALLOWED
 */
export async function lookForImage(
  context: BuildContext,
  ports: SkipPorts,
  { decided, chosen }: { readonly decided: Decided; readonly chosen: ChosenBuilder },
): Promise<Known> {
  const { inputs, log, clock } = context;
  if (!inputs['skip-if-exists']) return NOTHING;
  if (inputs.repository === undefined) throw repositoryMissing();
  const source = await hashSource(context, { file: decided.file, chosen }, ports.docker);
  if (source.kind === 'unknown') {
    log.warning(`'skip-if-exists' has no effect: ${source.why}. The image is built.`);
    return NOTHING;
  }
  const { hash } = source;
  context.setOutput('source-tag', sourceTagOf(hash));
  if (inputs['no-cache']) return { hash, found: undefined };
  try {
    const connect = await ports.openRepository(context);
    const tags = candidateTags(hash, decided.source, decided.event);
    const image = await findImage(connect(clock.now() + LOOK_MS), hash, tags);
    if (!image) log.info(`'${inputs.repository}' has no image of this source under ${tags.join(', ')}.`);
    return { hash, found: image && { image, connect } };
  } catch (error) {
    goOnOrThrow(context, error);
    return { hash, found: undefined };
  }
}

/** takeFound writes the image that was found into the folder; undefined when that failed, and it has to be built. */
export async function takeFound(
  context: BuildContext,
  { image, connect }: NonNullable<Known['found']>,
  directory: string,
): Promise<BuiltImage | undefined> {
  try {
    await takeOver(connect(context.clock.now() + PULL_MS), image.manifest, directory);
    return await readImage(directory, { digest: image.manifest.digest });
  } catch (error) {
    goOnOrThrow(context, error);
    return undefined;
  }
}

/** Mistakes that would make every run build in vain, and credentials of an account that must not be used. */
const USERS_TO_MEND: ReadonlySet<string> = new Set([
  'AWS_REGION_MISSING',
  'AWS_ROLE_INVALID',
  'AWS_ACCOUNT_NOT_ALLOWED',
]);

function goOnOrThrow({ signal, log }: BuildContext, error: unknown): void {
  signal.throwIfAborted();
  if (error instanceof SlipwayError && USERS_TO_MEND.has(error.code)) throw error;
  log.warning(`An image of this source could not be taken from the registry, and is built: ${messageOf(error)}`);
}
