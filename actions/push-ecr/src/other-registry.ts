import { SlipwayError } from '@slipway/core';
import { RegistryClient, type PushedBlob, type RegistryLogin } from '@slipway/oci';
import type { Delivered, Delivery } from './deliver.js';
import { notVerified, tagTaken } from './errors.js';
import { ecrRegionOf, parseImageName } from './image-name.js';
import type { PushContext } from './inputs.js';
import { planTag, type TagPlan } from './plan.js';

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
    return { label: `${host}/${repository}:${tag}`, host, repository, tag };
  });
  const twice = all.find((one, at) => all.findIndex(({ label }) => label === one.label) !== at);
  if (twice) throw invalid(twice.label, 'is there twice');
  return all;
}

/**
 * checkRegistry looks at what the tag names, and changes nothing.
 *
 * @throws SlipwayError PUSH_TAG_TAKEN, OCI_*
 */
export async function checkRegistry(
  context: PushContext,
  registry: OtherRegistry,
  wanted: { readonly digest: string; readonly login: RegistryLogin | undefined; readonly deadline: number },
): Promise<CheckedRegistry> {
  const { host, repository, tag } = registry;
  const { clock, signal } = context;
  const { digest, login, deadline } = wanted;
  const client = new RegistryClient({
    ...{ host, repository, clock, signal, deadline },
    ...(login ? { credentials: login } : {}),
  });
  const current = (await client.resolve(tag))?.digest;
  const plan = planTag(current, digest, context.inputs['move-tag']);
  if (plan.kind === 'taken') throw tagTaken({ repository, tag, current: plan.current, wanted: digest });
  return { ...registry, login, client, plan };
}

/**
 * deliverTo brings the image to another registry, and reads every manifest of it back.
 *
 * @throws SlipwayError PUSH_NOT_VERIFIED, OCI_*
 */
export async function deliverTo(
  context: PushContext,
  registry: CheckedRegistry,
  { opened, pushImage, deadline, onBlob }: Omit<Delivery, 'repository' | 'tag'>,
): Promise<Delivered> {
  const { label, host, repository, tag, login, client } = registry;
  const { image, origin } = opened;
  const uri = `${host}/${repository}`;
  const { digest } = image.image;
  if (registry.plan.kind === 'unchanged' && image.referrers.length === 0) {
    context.log.info(`${label} names ${digest} already. Nothing was pushed.`);
    return { label, uri, digest, pushed: false, blobs: [] };
  }
  const { clock, signal } = context;
  const blobs: PushedBlob[] = [];
  const mountFrom = origin?.host === host && origin.repository !== repository ? origin.repository : undefined;
  await pushImage({
    ...{ image, host, repository, tag, clock, signal, deadline },
    ...(login ? { login } : {}),
    ...(mountFrom === undefined ? {} : { mountFrom }),
    onBlob: (blob) => {
      blobs.push(blob);
      onBlob({ ...blob, place: label });
    },
  });
  const parts = [...image.manifests, ...image.referrers.map(({ manifest }) => manifest)];
  for (const reference of [tag, ...parts.map((one) => one.digest)]) {
    const expected = reference === tag ? digest : reference;
    // The client computes the digest of what came back.
    const found = (await client.resolve(reference))?.digest;
    if (found !== expected) throw notVerified(reference, expected, found ?? 'nothing');
  }
  context.log.info(`${label}: pushed ${digest}, and read it back.`);
  return { label, uri, digest, pushed: true, blobs };
}

function invalid(entry: string, why: string): SlipwayError {
  return new SlipwayError({
    code: 'PUSH_REGISTRY_INVALID',
    message: `'also-push-to' has the entry '${entry}', which ${why}.`,
    hint: "Write one per line: 'registry.example.com/org/app', or with a tag of its own 'registry.example.com/org/app:1.4'.",
  });
}
