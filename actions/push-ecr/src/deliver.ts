import { SlipwayError } from '@slipway/core';
import type { PushedBlob } from '@slipway/oci';
import { missingReferrers, type CheckedTarget } from './check-target.js';
import { tagImmutable, tagTaken } from './errors.js';
import type { PushContext } from './inputs.js';
import type { PushImage } from './push-image.js';
import { provenDigest, readBack, readBackAll } from './read-back.js';
import { loginOf, type OpenedImage } from './source.js';

/** What to deliver, and how. */
export interface Delivery {
  readonly opened: OpenedImage;
  readonly repository: string;
  readonly tag: string;
  readonly pushImage: PushImage;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Told of every blob as soon as it is there, of a push that fails later too. */
  readonly onBlob: (blob: PlacedBlob) => void;
}

/** PlacedBlob is a blob that a place now has. */
export interface PlacedBlob extends PushedBlob {
  /** The place's label. */
  readonly place: string;
}

/** What a delivery came to, at one target. */
export interface Delivered {
  readonly label: string;
  /** `HOST/REPOSITORY`. */
  readonly uri: string;
  /** As computed from what the registry gave back. */
  readonly digest: string;
  readonly pushed: boolean;
  readonly blobs: readonly PushedBlob[];
}

/**
 * deliver brings the image to one target, unless it is there, and reads every manifest of it back.
 *
 * @throws SlipwayError PUSH_TAG_TAKEN, PUSH_TAG_IMMUTABLE, PUSH_NOT_VERIFIED, OCI_*, AWS_*
 */
export async function deliver(context: PushContext, target: CheckedTarget, delivery: Delivery): Promise<Delivered> {
  const { opened, repository, tag } = delivery;
  const { label, ecr, current, uri = repository } = target;
  const expected = { repository, tag, digest: opened.image.image.digest };
  if (target.plan.kind === 'unchanged' && current && !(await missingReferrers(target, repository, opened))) {
    context.log.info(`${label}: '${repository}:${tag}' names ${expected.digest} already. Nothing was pushed.`);
    return { label, uri, digest: provenDigest(current, expected), pushed: false, blobs: [] };
  }
  const blobs = await push(context, target, delivery);
  const digest = await readBack(ecr, expected, context);
  await readBackAll(ecr, repository, opened.image);
  context.log.info(`${label}: pushed ${digest} to '${repository}:${tag}'${movedFrom(target)}, and read it back.`);
  return { label, uri, digest, pushed: true, blobs };
}

async function push(context: PushContext, target: CheckedTarget, delivery: Delivery): Promise<readonly PushedBlob[]> {
  const { opened, repository, tag, deadline } = delivery;
  const { log, clock, signal } = context;
  const credentials = await target.ecr.credentials();
  // Before anything else can print it. The token is what AWS calls the pair: it holds the password too.
  context.mask(credentials.password);
  context.mask(Buffer.from(`${credentials.username}:${credentials.password}`).toString('base64'));
  const { host } = credentials;
  const blobs: PushedBlob[] = [];
  const onBlob = (blob: PushedBlob): void => {
    blobs.push(blob);
    delivery.onBlob({ ...blob, place: target.label });
    log.info(`${target.label}: ${blob.digest}  ${megabytes(blob.size)}  ${OUTCOME_IN_WORDS[blob.outcome]}`);
  };
  const onTagLeft = (left: string): void =>
    log.warning(`${target.label}: the tag '${left}' names other statements than the source's, and was left as it is.`);
  const mountFrom = opened.origin?.host === host ? opened.origin.repository : undefined;
  try {
    await delivery.pushImage({
      ...{ image: opened.image, host, login: loginOf(credentials), repository, clock, signal, deadline },
      ...{ onBlob, onTagLeft, ...(mountFrom === undefined || mountFrom === repository ? {} : { mountFrom }) },
      // A tag that names the image is not written again: where tags are immutable that may be refused.
      ...(target.plan.kind === 'unchanged' ? {} : { tag }),
    });
    return blobs;
  } catch (error) {
    throw await explain(target, delivery, error);
  }
}

const OUTCOME_IN_WORDS: Readonly<Record<PushedBlob['outcome'], string>> = {
  sent: 'sent',
  skipped: 'there already',
  mounted: 'taken over from another repository',
};

/** A registry that refuses may have given the tag to another job meanwhile, or may not move it: the tag itself tells. */
async function explain({ ecr, plan }: CheckedTarget, delivery: Delivery, error: unknown): Promise<unknown> {
  if (!(error instanceof SlipwayError) || error.code !== 'OCI_REGISTRY_REFUSED') return error;
  const { repository, tag } = delivery;
  const { digest } = delivery.opened.image.image;
  const current = (await ecr.manifest(repository, { tag }).catch(() => undefined))?.digest;
  if (current === undefined || current === digest) return error;
  const conflict = { repository, tag, current, wanted: digest };
  return plan.kind === 'push' ? tagTaken(conflict) : tagImmutable(conflict, error);
}

/** movedFrom tells in words which image had the tag before. */
function movedFrom({ plan }: Pick<CheckedTarget, 'plan'>): string {
  return plan.kind === 'move' ? `, which named ${plan.current} before` : '';
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
