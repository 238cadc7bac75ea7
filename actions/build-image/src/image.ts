import { OciLayout, referencesOf, type Descriptor, type Digest } from '@slipway/oci';
import { resultUnexpected } from './errors.js';

/** An image as its manifest describes it. */
export interface BuiltImage {
  readonly digest: Digest;
  readonly imageId: Digest;
  readonly layers: readonly Descriptor[];
  /** Configuration and layers as a registry stores them. */
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
  const { manifests } = await layout.walk(digest);
  const manifest = manifests.at(-1);
  const [config, ...layers] = manifest ? referencesOf(manifest.bytes).blobs : [];
  if (!config) throw resultUnexpected(`${digest} is an index, not the manifest of one image`);
  if (claim.digest !== undefined && claim.digest !== digest) {
    throw resultUnexpected(`it says ${claim.digest} and wrote ${digest}`);
  }
  if (claim.imageId !== undefined && claim.imageId !== config.digest) {
    throw resultUnexpected(`it built the image ${claim.imageId} and handed over ${config.digest}`);
  }
  const sizeBytes = [config, ...layers].reduce((sum, { size }) => sum + size, 0);
  return { digest, imageId: config.digest, layers, sizeBytes };
}
