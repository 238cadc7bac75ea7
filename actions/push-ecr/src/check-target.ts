import { assertAccountAllowed, type StoredManifest } from '@slipway/aws';
import type { OpenedImage } from './source.js';
import { repositoryNotFound, tagTaken } from './errors.js';
import type { EcrTarget } from './places.js';
import { planTag, type TagPlan } from './plan.js';

/** What is to be pushed, and under which name. */
export interface Wanted {
  readonly repository: string;
  readonly tag: string;
  readonly digest: string;
  readonly mayMove: boolean;
  readonly allowedAccounts: readonly string[];
  /** Whether a missing repository is no error. */
  readonly mayCreate: boolean;
}

/** CheckedTarget is a target with what is there now, and what is to be done about it. */
export interface CheckedTarget extends EcrTarget {
  /** `HOST/REPOSITORY`; absent when there is no such repository yet. */
  readonly uri: string | undefined;
  readonly plan: TagPlan;
  /** What the tag names. */
  readonly current: StoredManifest | undefined;
}

/**
 * checkTarget looks at what a target has, and changes nothing.
 *
 * @throws SlipwayError AWS_ACCOUNT_NOT_ALLOWED, PUSH_REPOSITORY_NOT_FOUND, PUSH_TAG_TAKEN
 */
export async function checkTarget(target: EcrTarget, wanted: Wanted): Promise<CheckedTarget> {
  const { repository, tag, digest } = wanted;
  await assertAccountAllowed(target.sts, wanted.allowedAccounts);
  const found = await target.ecr.repository(repository);
  if (!found && wanted.mayCreate) return { ...target, uri: undefined, plan: { kind: 'push' }, current: undefined };
  if (!found) throw repositoryNotFound(repository, target.region);
  const current = await target.ecr.manifest(repository, { tag });
  const plan = planTag(current?.digest, digest, wanted.mayMove);
  if (plan.kind === 'taken') throw tagTaken({ repository, tag, current: plan.current, wanted: digest });
  return { ...target, uri: found.uri, plan, current };
}

/** missingReferrers tells whether something that refers to the image is not at the target yet. */
export async function missingReferrers(
  { ecr }: EcrTarget,
  repository: string,
  { image }: OpenedImage,
): Promise<boolean> {
  const found = await Promise.all(
    image.referrers.map(({ manifest }) => ecr.manifest(repository, { digest: manifest.digest })),
  );
  return found.some((manifest) => manifest === undefined);
}
