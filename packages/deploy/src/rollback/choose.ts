import { SlipwayError, parseImageReference } from '@slipway/core';
import type { Candidate, Candidates } from './candidates.js';
import type { Images } from './images.js';

/** What a person names to go back to. */
export type Target =
  /** The last revision that was deployed successfully before the one that runs. */
  | { readonly kind: 'last' }
  /** A number is a revision of the family that runs. */
  | { readonly kind: 'revision'; readonly reference: string }
  | { readonly kind: 'digest'; readonly digest: string }
  | { readonly kind: 'tag'; readonly tag: string };

const DIGEST = /^sha256:[0-9a-f]{64}$/;
const REVISION = /^(?:arn:[\w-]+:ecs:.+:task-definition\/)?[\w-]+:\d+$/;

/** targetFrom reads the input `to`; a bare number is a revision of the family that runs, any other word a tag. */
export function targetFrom(to: string | undefined, family: string): Target {
  if (to === undefined) return { kind: 'last' };
  if (DIGEST.test(to)) return { kind: 'digest', digest: to };
  if (/^\d+$/.test(to)) return { kind: 'revision', reference: `${family}:${to}` };
  if (REVISION.test(to)) return { kind: 'revision', reference: to };
  return { kind: 'tag', tag: to };
}

/**
 * choose finds the candidate that is meant; undefined for a revision that the history does not know.
 *
 * @throws SlipwayError DEPLOY_ROLLBACK_NO_CANDIDATE, DEPLOY_ROLLBACK_UNUSABLE
 */
export async function choose(target: Target, candidates: Candidates, images: Images): Promise<Candidate | undefined> {
  const found = await findMeant(target, candidates.all, images);
  if (found === undefined && target.kind === 'revision') return undefined;
  if (found === undefined) throw noCandidate(target, candidates);
  return demandUsable(found, candidates);
}

/** demandUsable refuses what ECS could not start. @throws SlipwayError DEPLOY_ROLLBACK_UNUSABLE */
export function demandUsable(candidate: Candidate, candidates: Candidates): Candidate {
  if (candidate.unusable === undefined) return candidate;
  throw new SlipwayError({
    code: 'DEPLOY_ROLLBACK_UNUSABLE',
    message: `${candidate.name} cannot be deployed: ${candidate.unusable}. Nothing was changed.`,
    hint: `Name another one with 'to'. ${namesOf(candidates)}`,
    kind: 'world',
  });
}

/** findMeant finds the candidate that is meant, whether or not it can be deployed. */
export async function findMeant(
  target: Target,
  all: readonly Candidate[],
  images: Images,
): Promise<Candidate | undefined> {
  switch (target.kind) {
    case 'last':
      return all.find(({ isOlder }) => isOlder);
    case 'revision':
      return all.find(({ arn, name }) => target.reference === arn || target.reference === name);
    case 'digest':
      return withDigest(all, new Set([target.digest]));
    case 'tag':
      return withDigest(all, await digestsBehind(target.tag, all, images));
  }
}

function withDigest(all: readonly Candidate[], digests: ReadonlySet<string>): Candidate | undefined {
  return all.find(({ images }) =>
    images.some(
      ({ image, digest }) => digests.has(digest ?? '') || digests.has(parseImageReference(image).digest ?? ''),
    ),
  );
}

/** What a tag names in the repositories of the candidates' images. */
async function digestsBehind(tag: string, all: readonly Candidate[], images: Images): Promise<ReadonlySet<string>> {
  const repositories = new Set(
    all.flatMap((one) => one.images.map(({ image }) => parseImageReference(image).repository)),
  );
  const found = await Promise.all([...repositories].map((repository) => images.look(`${repository}:${tag}`)));
  return new Set(found.flatMap((image) => (image.kind === 'present' ? [image.digest] : [])));
}

function noCandidate(target: Target, candidates: Candidates): SlipwayError {
  const what = {
    last: 'ECS remembers no successful deployment of a revision older than the one that runs.',
    revision: '',
    digest: target.kind === 'digest' ? `No revision that was deployed here runs ${target.digest}.` : '',
    tag: target.kind === 'tag' ? `No revision that was deployed here runs the image tagged '${target.tag}'.` : '',
  }[target.kind];
  return new SlipwayError({
    code: 'DEPLOY_ROLLBACK_NO_CANDIDATE',
    message: `${what} Nothing was changed.`,
    hint: `Name a revision with 'to': family:revision, its number, an image digest or a tag. ${namesOf(candidates)}`,
    kind: 'world',
  });
}

function namesOf({ all }: Candidates): string {
  const usable = all.filter(({ unusable }) => unusable === undefined).map(({ name }) => name);
  return usable.length === 0 ? 'There is no other one in the history.' : `There are: ${usable.join(', ')}.`;
}
