import { SlipwayError } from '@slipway/core';
import type { Digest } from './digest.js';
import type { OciLayout } from './layout.js';
import { subjectOf, type Descriptor, type Manifest } from './manifest.js';
import { REFERRER_TAG_SUFFIXES, referrerTag } from './referrers.js';
import type { RegistryClient } from './registry-client.js';

/** A manifest that says something of another one, a signature for example, and the tag by which it is found, if any. */
export interface FoundReferrer {
  readonly manifest: Manifest;
  readonly tag?: string;
}

/** ImageSource is where an image is read: a layout, or a repository of a registry. */
export interface ImageSource {
  /**
   * The manifest or index of a digest, proven.
   *
   * @throws SlipwayError OCI_BLOB_MISSING, OCI_DIGEST_MISMATCH, OCI_MANIFEST_INVALID, or a registry's
   */
  manifest(digest: Digest): Promise<Manifest>;
  /**
   * A blob piece by piece, each of which is gone when the next is asked for; of a registry's, size and digest are proven
   * at its end.
   */
  openBlob(blob: Descriptor): AsyncIterable<Uint8Array>;
  /** What refers to a manifest as its subject. */
  referrersOf(digest: Digest): Promise<readonly FoundReferrer[]>;
}

/** layoutSource reads an image from a layout. */
export function layoutSource(layout: OciLayout): ImageSource {
  let bySubject: Promise<ReadonlyMap<Digest, readonly FoundReferrer[]>> | undefined;
  return {
    manifest: (digest) => layout.readManifest(digest),
    openBlob: ({ digest }) => layout.blobs.pieces(digest),
    referrersOf: async (digest) => {
      bySubject ??= referrersIn(layout);
      return (await bySubject).get(digest) ?? [];
    },
  };
}

const REFERRER_TAG = /^sha256-([0-9a-f]{64})\.(?:sig|att|sbom)$/;

async function referrersIn(layout: OciLayout): Promise<ReadonlyMap<Digest, readonly FoundReferrer[]>> {
  const tags = new Map([...(await layout.tags())].map(([tag, digest]) => [digest, tag]));
  const found = new Map<Digest, FoundReferrer[]>();
  const listed = new Set((await layout.list()).map(({ digest }) => digest));
  for (const digest of listed) {
    const manifest = await layout.readManifest(digest);
    const hex = REFERRER_TAG.exec(tags.get(digest) ?? '')?.[1];
    const tag = hex === undefined ? undefined : tags.get(digest);
    const subject = hex === undefined ? subjectOf(manifest.bytes)?.digest : (`sha256:${hex}` as const);
    if (subject === undefined) continue;
    found.set(subject, [...(found.get(subject) ?? []), { manifest, ...(tag === undefined ? {} : { tag }) }]);
  }
  return found;
}

/** registrySource reads an image from a repository of a registry. */
export function registrySource(client: RegistryClient): ImageSource {
  const manifest = async (digest: Digest): Promise<Manifest> =>
    (await client.resolve(digest)) ?? Promise.reject(missing(client, digest));
  return {
    manifest,
    openBlob: (blob) => client.openBlob(blob),
    referrersOf: async (digest) => {
      const listed = await client.referrers(digest);
      const bySubject = await Promise.all(listed.map(async (one) => ({ manifest: await manifest(one.digest) })));
      const tags = REFERRER_TAG_SUFFIXES.map((suffix) => referrerTag(digest, suffix));
      const byTag = await Promise.all(
        tags.map(async (tag) => {
          const found = await client.resolve(tag);
          return found ? [{ manifest: found, tag }] : [];
        }),
      );
      return [...bySubject, ...byTag.flat()];
    },
  };
}

function missing(client: RegistryClient, digest: Digest): SlipwayError {
  return new SlipwayError({
    code: 'OCI_MANIFEST_MISSING',
    message: `The repository ${client.name} has no manifest ${digest}.`,
    hint: 'Check the repository and the digest; a lifecycle policy may have removed the image.',
  });
}
