import type { RegistryLogin } from '@slipway/oci';
import { checkTag, checkTarget, type CheckedTarget, type Wanted } from './check-target.js';
import { tagTaken } from './errors.js';
import type { PushContext } from './inputs.js';
import { checkRegistry, checkRegistryTag, type CheckedRegistry, type OtherRegistry } from './other-registry.js';
import { inEach, type EcrTarget } from './places.js';

/** What is to be brought where. */
export interface PlacesToCheck {
  /** The job's own place first. */
  readonly targets: readonly EcrTarget[];
  readonly registries: readonly OtherRegistry[];
  readonly wanted: Omit<Wanted, 'tag'>;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  readonly loginTo: (host: string) => Promise<RegistryLogin | undefined>;
}

/** CheckedPlaces are all places with what is there now, and the tag that the image gets in each of them. */
export interface CheckedPlaces {
  readonly tag: string;
  readonly checked: readonly CheckedTarget[];
  readonly others: readonly CheckedRegistry[];
}

/**
 * checkPlaces looks at every place before anything is changed in any. With `tag-taken: add-digest` a tag that names another
 * image somewhere is left there, and the image gets `TAG-DIGEST` everywhere.
 *
 * @throws SlipwayError PUSH_TAG_TAKEN, and what checkTarget and checkRegistry throw
 */
export async function checkPlaces(context: PushContext, places: PlacesToCheck): Promise<CheckedPlaces> {
  const { tag, 'tag-taken': whenTaken } = context.inputs;
  const { targets, registries, deadline, loginTo } = places;
  const wanted = { ...places.wanted, tag };
  const { digest } = wanted.image.image;
  const checked = await inEach(targets, (target) => checkTarget(context, target, wanted));
  const others = await inEach(registries, async (registry) =>
    checkRegistry(context, registry, { ...wanted, deadline, login: await loginTo(registry.host) }),
  );
  const taken = [...checked, ...others].find(({ plan }) => plan.kind === 'taken');
  if (!taken || whenTaken === 'fail') return allFree({ tag, checked, others }, digest, wanted.repository);
  const own = { ...wanted, tag: withDigest(tag, digest) };
  context.log.info(`${taken.label}: '${tag}' names another image, and is left there. This one is '${own.tag}'.`);
  const renamed = {
    tag: own.tag,
    checked: await inEach(checked, (target) => checkTag(target, own)),
    others: await inEach(others, async (other) => (other.tag === tag ? checkRegistryTag(other, own) : other)),
  };
  return allFree(renamed, digest, own.repository);
}

/** A tag has 128 characters at most. */
const LONGEST_TAG = 128;

/** withDigest returns the tag with the first 8 digits of the digest: the same for the same image, however often it is pushed. */
export function withDigest(tag: string, digest: string): string {
  const suffix = `-${digest.slice('sha256:'.length).slice(0, 8)}`;
  return `${tag.slice(0, LONGEST_TAG - suffix.length)}${suffix}`;
}

async function allFree(places: CheckedPlaces, wanted: string, repository: string): Promise<CheckedPlaces> {
  const { checked, others, tag } = places;
  const named = [...checked.map((target) => ({ repository, tag, ...target })), ...others];
  await inEach(named, ({ plan, repository: of, tag: as }) =>
    plan.kind === 'taken'
      ? Promise.reject(tagTaken({ repository: of, tag: as, current: plan.current, wanted }))
      : Promise.resolve(),
  );
  return places;
}
