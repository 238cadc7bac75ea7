import type { PushedBlob } from '@slipway/oci';
import type { CheckedTarget } from './check-target.js';
import { ecrLogin } from './ecr-login.js';
import type { PushContext } from './inputs.js';
import type { PushImage } from './push-image.js';
import type { OpenedImage } from './opened-image.js';
import { provenDigest, readBack, readBackAll } from './read-back.js';
import { acceptRefusal } from './refusal.js';

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
  readonly repository: string;
  /** The one that names the image there. */
  readonly tag: string;
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
  if (target.plan.kind === 'unchanged' && current && target.isWhole) {
    context.log.info(`${label}: '${repository}:${tag}' names ${expected.digest} already. Nothing was pushed.`);
    return { label, ...expected, uri, digest: provenDigest(current, expected), pushed: false, blobs: [] };
  }
  const blobs = await push(context, target, delivery);
  const back = { ecr, repository, time: context };
  const [digest] = await Promise.all([readBack(back, expected), readBackAll(back, opened.image)]);
  context.log.info(`${label}: pushed ${digest} to '${repository}:${tag}'${movedFrom(target)}, and read it back.`);
  return { label, repository, tag, uri, digest, pushed: true, blobs };
}

async function push(context: PushContext, target: CheckedTarget, delivery: Delivery): Promise<readonly PushedBlob[]> {
  const { opened, repository, tag, deadline } = delivery;
  const { log, clock, signal } = context;
  const { host, login } = await (target.login ?? ecrLogin(context, target.ecr));
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
      ...{ image: opened.image, host, login, repository, clock, signal, deadline },
      ...{
        onBlob,
        onTagLeft,
        isWhole: target.isWhole,
        ...(mountFrom === undefined || mountFrom === repository ? {} : { mountFrom }),
      },
      // A tag that names the image is not written again: where tags are immutable that may be refused.
      ...(target.plan.kind === 'unchanged' ? {} : { tag }),
    });
  } catch (error) {
    const { digest: wanted } = opened.image.image;
    const look = async () => (await target.ecr.manifest(repository, { tag }))?.digest;
    await acceptRefusal(error, { repository, tag, wanted, plan: target.plan, look });
    log.info(`${target.label}: another job has pushed the same image as '${tag}' meanwhile.`);
  }
  return blobs;
}

const OUTCOME_IN_WORDS: Readonly<Record<PushedBlob['outcome'], string>> = {
  sent: 'sent',
  skipped: 'there already',
  mounted: 'taken over from another repository',
};

/** movedFrom tells in words which image had the tag before. */
function movedFrom({ plan }: Pick<CheckedTarget, 'plan'>): string {
  return plan.kind === 'move' ? `, which named ${plan.current} before` : '';
}

function megabytes(bytes: number): string {
  return `${(bytes / 1_000_000).toFixed(2)} MB`;
}
