import { SlipwayError, ecrRegionOf } from '@slipway/core';
import { RegistryClient, type CollectedImage, type PushedBlob, type RegistryLogin } from '@slipway/oci';
import type { Wanted } from './check-target.js';
import type { Delivered, Delivery } from './deliver.js';
import { notVerified } from './errors.js';
import { parseImageName } from './image-name.js';
import type { PushContext } from './inputs.js';
import { planTag, type TagPlan } from './plan.js';
import { seen } from './read-back.js';
import { acceptRefusal } from './refusal.js';

/** OtherRegistry is a place to push to that is no ECR. */
export interface OtherRegistry {
  /** `registry.example.com/org/app:1.4.2`. */
  readonly label: string;
  readonly host: string;
  readonly repository: string;
  readonly tag: string;
}

/** CheckedRegistry is one with who we are there, and what its tag names. */
export interface CheckedRegistry extends OtherRegistry {
  readonly login: RegistryLogin | undefined;
  readonly client: RegistryClient;
  readonly plan: TagPlan;
}

/**
 * otherRegistriesOf reads `also-push-to`.
 *
 * @throws SlipwayError PUSH_REGISTRY_INVALID
 */
export function otherRegistriesOf(entries: readonly string[], ownTag: string): readonly OtherRegistry[] {
  const all = entries.map((entry): OtherRegistry => {
    const { host, repository = '', tag = ownTag, digest } = parseImageName(entry) ?? {};
    if (host === undefined) throw invalid(entry, 'is not a registry and a repository');
    if (digest !== undefined) throw invalid(entry, 'names a digest: that is the same everywhere');
    if (ecrRegionOf(host) !== undefined) throw invalid(entry, "is in ECR, which 'also-push-to-ecr' is for");
    return { label: labelOf(host, repository, tag), host, repository, tag };
  });
  const twice = all.find((one, at) => all.findIndex(({ label }) => label === one.label) !== at);
  if (twice) throw invalid(twice.label, 'is there twice');
  return all;
}

/** What of it counts in another registry. */
type WantedThere = Pick<Wanted, 'image' | 'mayMove'>;

/**
 * checkRegistry looks at what the tag names, and changes nothing.
 *
 * @throws SlipwayError OCI_*
 */
export async function checkRegistry(
  context: PushContext,
  registry: OtherRegistry,
  wanted: WantedThere & { readonly login: RegistryLogin | undefined; readonly deadline: number },
): Promise<CheckedRegistry> {
  const { host, repository } = registry;
  const { clock, signal } = context;
  const { login, deadline } = wanted;
  const client = new RegistryClient({
    ...{ host, repository, clock, signal, deadline },
    ...(login ? { credentials: login } : {}),
  });
  return { ...registry, login, client, plan: await planAt(client, registry.tag, wanted) };
}

/** checkRegistryTag looks again at a registry, at what another tag names there. @throws SlipwayError OCI_* */
export async function checkRegistryTag(registry: CheckedRegistry, wanted: Wanted): Promise<CheckedRegistry> {
  const { tag } = wanted;
  const named = { ...registry, tag, label: labelOf(registry.host, registry.repository, tag) };
  return { ...named, plan: await planAt(registry.client, tag, wanted) };
}

async function planAt(client: RegistryClient, tag: string, { image, mayMove }: WantedThere): Promise<TagPlan> {
  return planTag((await client.resolve(tag))?.digest, image.image.digest, mayMove);
}

function labelOf(host: string, repository: string, tag: string): string {
  return `${host}/${repository}:${tag}`;
}

/**
 * deliverTo brings the image to another registry, and reads every manifest of it back.
 *
 * @throws SlipwayError PUSH_TAG_TAKEN, PUSH_TAG_IMMUTABLE, PUSH_NOT_VERIFIED, OCI_*
 */
export async function deliverTo(
  context: PushContext,
  registry: CheckedRegistry,
  delivery: Omit<Delivery, 'repository' | 'tag'>,
): Promise<Delivered> {
  const { label, host, repository, tag } = registry;
  const { image } = delivery.opened;
  const { digest } = image.image;
  const delivered = { label, repository, tag, uri: `${host}/${repository}`, digest };
  if (registry.plan.kind === 'unchanged' && image.referrers.length === 0) {
    context.log.info(`${label} names ${digest} already. Nothing was pushed.`);
    return { ...delivered, pushed: false, blobs: [] };
  }
  const blobs = await push(context, registry, delivery);
  await readBackFrom(registry, image, context);
  context.log.info(`${label}: pushed ${digest}, and read it back.`);
  return { ...delivered, pushed: true, blobs };
}

async function push(
  { clock, signal, log }: PushContext,
  { label, host, repository, tag, login, client, plan }: CheckedRegistry,
  { opened, pushImage, deadline, onBlob }: Omit<Delivery, 'repository' | 'tag'>,
): Promise<readonly PushedBlob[]> {
  const { image, origin } = opened;
  const blobs: PushedBlob[] = [];
  const mountFrom = origin?.host === host && origin.repository !== repository ? origin.repository : undefined;
  try {
    await pushImage({
      ...{ image, host, repository, clock, signal, deadline },
      ...(login ? { login } : {}),
      ...(mountFrom === undefined ? {} : { mountFrom }),
      // A tag that names the image is not written again: where tags are immutable that may be refused.
      ...(plan.kind === 'unchanged' ? {} : { tag }),
      onBlob: (blob) => {
        blobs.push(blob);
        onBlob({ ...blob, place: label });
      },
    });
  } catch (error) {
    const look = async () => (await client.resolve(tag))?.digest;
    await acceptRefusal(error, { repository, tag, wanted: image.image.digest, plan, look });
    log.info(`${label}: another job has pushed the same image meanwhile.`);
  }
  return blobs;
}

async function readBackFrom({ tag, client }: CheckedRegistry, image: CollectedImage, time: PushContext): Promise<void> {
  const parts = [...image.manifests, ...image.referrers.map(({ manifest }) => manifest)].map(({ digest }) => digest);
  await Promise.all(
    [tag, ...parts].map(async (reference) => {
      const expected = reference === tag ? image.image.digest : reference;
      // The client computes the digest of what came back.
      const found = (await seen(() => client.resolve(reference), expected, time))?.digest;
      if (found !== expected) throw notVerified(reference, expected, found ?? 'nothing');
    }),
  );
}

function invalid(entry: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_REGISTRY_INVALID',
    message: `'also-push-to' has the entry '${entry}', which ${why}.`,
    hint: "Write one per line: 'registry.example.com/org/app', or with a tag of its own 'registry.example.com/org/app:1.4'.",
  });
}
