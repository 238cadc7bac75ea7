import { SlipwayError } from '@slipway/core';
import { isDigest, type Digest } from './digest.js';

/** Descriptor points at content: what it is, how large, and by which digest it is found. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: Digest;
  /** Bytes. */
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly platform?: Readonly<Record<string, unknown>>;
  readonly artifactType?: string;
  /** Where content lies that registries may not hand on; such a layer is not part of the layout. */
  readonly urls?: readonly string[];
}

/** Manifest is a manifest or an index with its bytes as they are: its digest is over exactly these. */
export interface Manifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

/** What a manifest or an index refers to. */
export interface References {
  /** Manifests that an index lists, in its order. */
  readonly children: readonly Descriptor[];
  /** The config and the layers of a manifest, config first. */
  readonly blobs: readonly Descriptor[];
}

/** The limit that the distribution specification asks registries to grant a manifest. */
export const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';
export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const DOCKER_INDEX = 'application/vnd.docker.distribution.manifest.list.v2+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';

/** Every media type that is read as a manifest or as an index. */
export const MANIFEST_MEDIA_TYPES: readonly string[] = [OCI_INDEX, OCI_MANIFEST, DOCKER_INDEX, DOCKER_MANIFEST];

/**
 * referencesOf reads what a manifest or an index refers to.
 *
 * @throws SlipwayError OCI_MANIFEST_INVALID
 */
export function referencesOf(bytes: Uint8Array): References {
  const { manifests, config, layers } = parseManifest(bytes);
  if (Array.isArray(manifests)) return { children: manifests.map(toDescriptor), blobs: [] };
  if (config === undefined || !Array.isArray(layers)) {
    throw invalid("it has neither 'manifests' nor both of 'config' and 'layers'");
  }
  const blobs = [config, ...(layers as unknown[])].map(toDescriptor);
  return { children: [], blobs: blobs.filter(({ urls }) => urls === undefined || urls.length === 0) };
}

/**
 * mediaTypeOf reads a manifest's media type from itself, or tells it from its shape: OCI allows to leave it out.
 *
 * @throws SlipwayError OCI_MANIFEST_INVALID
 */
export function mediaTypeOf(bytes: Uint8Array): string {
  const { mediaType, manifests, config } = parseManifest(bytes);
  if (typeof mediaType === 'string') return mediaType;
  if (Array.isArray(manifests)) return OCI_INDEX;
  if (config !== undefined) return OCI_MANIFEST;
  throw invalid('it is neither a manifest nor an index');
}

/**
 * subjectOf returns what a manifest or an index says something of: a signature's image, for example.
 *
 * @throws SlipwayError OCI_MANIFEST_INVALID
 */
export function subjectOf(bytes: Uint8Array): Descriptor | undefined {
  const { subject } = parseManifest(bytes);
  return subject === undefined || subject === null ? undefined : toDescriptor(subject);
}

/**
 * referrerOf describes a manifest as lists of referrers do, by its artifact's type and its annotations.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md#listing-referrers
 */
export function referrerOf({ mediaType, digest, bytes }: Manifest): Descriptor {
  const { artifactType, config, annotations } = parseManifest(bytes);
  const type = artifactType ?? (isRecord(config) ? config['mediaType'] : undefined);
  return {
    ...{ mediaType, digest, size: bytes.length },
    ...(typeof type === 'string' ? { artifactType: type } : {}),
    ...(isRecord(annotations) ? { annotations: annotations as Readonly<Record<string, string>> } : {}),
  };
}

/**
 * toDescriptor checks that a value is a descriptor.
 *
 * @throws SlipwayError OCI_MANIFEST_INVALID
 */
export function toDescriptor(value: unknown): Descriptor {
  const { mediaType, digest, size } = isRecord(value) ? value : {};
  if (typeof mediaType !== 'string') throw invalid('a descriptor has no mediaType');
  if (!isDigest(digest)) throw invalid(`a descriptor's digest is ${JSON.stringify(digest)}, which is no sha256 digest`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw invalid('a descriptor has no size');
  return value as Descriptor;
}

interface RawManifest {
  readonly mediaType?: unknown;
  readonly manifests?: unknown;
  readonly config?: unknown;
  readonly layers?: unknown;
  readonly subject?: unknown;
  readonly artifactType?: unknown;
  readonly annotations?: unknown;
}

function parseManifest(bytes: Uint8Array): RawManifest {
  if (bytes.length > MAX_MANIFEST_BYTES) throw invalid(`it is larger than ${MAX_MANIFEST_BYTES} bytes`);
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch (cause) {
    throw invalid('it is not JSON', cause);
  }
  if (!isRecord(parsed)) throw invalid('it is not a JSON object');
  return parsed;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(why: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'OCI_MANIFEST_INVALID',
    message: `An image manifest cannot be used: ${why}.`,
    hint: 'Build the image again with a current builder.',
    kind: 'world',
    cause,
  });
}
