import { assertAccountAllowed, type EcrPort, type StoredManifest } from '@slipway/aws';
import type { CollectedImage } from '@slipway/oci';
import { ecrLogin, type EcrLogin } from './ecr-login.js';
import { repositoryNotFound } from './errors.js';
import type { PushContext } from './inputs.js';
import type { EcrTarget } from './places.js';
import { planTag, type TagPlan } from './plan.js';

/** What is to be pushed, and under which name. */
export interface Wanted {
  readonly repository: string;
  readonly tag: string;
  readonly image: CollectedImage;
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
  /** Whether every manifest of the image, and all that refers to it, is there, under whatever tag. */
  readonly isWhole: boolean;
  /** Asked for already; not on a dry run, which needs none. */
  readonly login: Promise<EcrLogin> | undefined;
}

/**
 * checkTarget looks at what a target has, and changes nothing. Once the account is known to be the right one, all that it
 * asks is asked at the same time.
 *
 * @throws SlipwayError AWS_ACCOUNT_NOT_ALLOWED, PUSH_REPOSITORY_NOT_FOUND
 */
export async function checkTarget(context: PushContext, target: EcrTarget, wanted: Wanted): Promise<CheckedTarget> {
  const { repository, tag, image } = wanted;
  const { ecr, region } = target;
  await assertAccountAllowed(target.sts, wanted.allowedAccounts);
  const login = context.inputs['dry-run'] ? undefined : ahead(ecrLogin(context, ecr));
  const [named, whole] = [ahead(ecr.manifest(repository, { tag })), ahead(isWholeIn(ecr, repository, image))];
  // What is asked of a repository that is not there fails in its own words: that it is missing is the one to tell.
  const found = await ecr.repository(repository);
  const base = { ...target, login, uri: found?.uri };
  if (!found && wanted.mayCreate) return { ...base, plan: { kind: 'push' }, current: undefined, isWhole: false };
  if (!found) throw repositoryNotFound(repository, region);
  const current = await named;
  const plan = planTag(current?.digest, image.image.digest, wanted.mayMove);
  return { ...base, plan, current, isWhole: await whole };
}

/** checkTag looks again at a target, at what another tag names there. */
export async function checkTag(target: CheckedTarget, wanted: Wanted): Promise<CheckedTarget> {
  if (target.uri === undefined) return target;
  const current = await target.ecr.manifest(wanted.repository, { tag: wanted.tag });
  return { ...target, current, plan: planTag(current?.digest, wanted.image.image.digest, wanted.mayMove) };
}

/** ahead lets go on what is waited for later, or never: then nobody has to know that it failed. */
function ahead<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

/** ECR takes no manifest before what it lists, and removes nothing that one lists: with them, the blobs are there. */
async function isWholeIn(
  ecr: Pick<EcrPort, 'manifest'>,
  repository: string,
  { manifests, referrers }: CollectedImage,
): Promise<boolean> {
  const names = [
    ...[...manifests, ...referrers.map(({ manifest }) => manifest)].map(({ digest }) => ({ digest })),
    ...referrers.flatMap(({ tag }) => (tag === undefined ? [] : [{ tag }])),
  ];
  const found = await Promise.all(names.map((name) => ecr.manifest(repository, name)));
  return !found.includes(undefined);
}
