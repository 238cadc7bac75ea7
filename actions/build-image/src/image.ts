import { OciLayout, referencesOf, type Descriptor, type Digest } from '@slipway/oci';
import { resultUnexpected } from './errors.js';

/** An image as its manifest, or its index, describes it. */
export interface BuiltImage {
  /** The index's where there is one. */
  readonly digest: Digest;
  /** Absent where there are several platforms: each has its own. */
  readonly imageId?: Digest;
  /** As OCI writes them: `linux/amd64`. */
  readonly platforms: readonly string[];
  /** Of all platforms, each once. */
  readonly layers: readonly Descriptor[];
  /** Configurations and layers as a registry stores them, attestations included. */
  readonly sizeBytes: number;
}

/** What the builder says that it built; each member only if it said so. */
export interface Claim {
  readonly digest?: string;
  readonly imageId?: string;
}

/**
 * readImage reads the one image of a layout, and holds it against what the builder claims.
 *
 * @throws SlipwayError BUILD_RESULT_UNEXPECTED, OCI_LAYOUT_INVALID, OCI_BLOB_MISSING, OCI_DIGEST_MISMATCH
 */
export async function readImage(directory: string, claim: Claim): Promise<BuiltImage> {
  const layout = await OciLayout.open(directory);
  const digests = new Set((await layout.list()).map(({ digest }) => digest));
  const [digest] = digests;
  if (digest === undefined || digests.size > 1) {
    throw resultUnexpected(`its layout lists ${digests.size} images instead of one`);
  }
  const { blobs } = await layout.walk(digest);
  const images = await imagesBehind(layout, digest);
  if (images.length === 0) throw resultUnexpected(`${digest} is an index without an image`);
  if (claim.digest !== undefined && claim.digest !== digest) {
    throw resultUnexpected(`it says ${claim.digest} and wrote ${digest}`);
  }
  const [only] = images;
  const imageId = images.length === 1 ? only?.config.digest : undefined;
  if (imageId !== undefined && claim.imageId !== undefined && claim.imageId !== imageId) {
    throw resultUnexpected(`it built the image ${claim.imageId} and handed over ${imageId}`);
  }
  return {
    digest,
    ...(imageId === undefined ? {} : { imageId }),
    platforms: await Promise.all(images.map(({ config }) => platformOf(layout, config))),
    layers: [...new Map(images.flatMap(({ layers }) => layers).map((layer) => [layer.digest, layer])).values()],
    sizeBytes: blobs.reduce((sum, { size }) => sum + size, 0),
  };
}

interface PlatformImage {
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

/** BuildKit's mark on a manifest that no platform runs. */
const ATTESTATION = 'vnd.docker.reference.type';

/** The image itself, or those of an index without its attestations. */
async function imagesBehind(layout: OciLayout, digest: Digest): Promise<readonly PlatformImage[]> {
  const { children, blobs } = referencesOf((await layout.readManifest(digest)).bytes);
  const [config, ...layers] = blobs;
  if (config) return [{ config, layers }];
  const images = children.filter(({ annotations }) => annotations?.[ATTESTATION] === undefined);
  return (await Promise.all(images.map((image) => imagesBehind(layout, image.digest)))).flat();
}

async function platformOf(layout: OciLayout, { digest }: Descriptor): Promise<string> {
  const bytes = await layout.blobs.read(digest);
  const {
    os = 'linux',
    architecture = '',
    variant,
  } = JSON.parse(bytes?.toString('utf8') ?? '{}') as {
    readonly os?: string;
    readonly architecture?: string;
    readonly variant?: string;
  };
  return [os, architecture, ...(variant ? [variant] : [])].join('/');
}
