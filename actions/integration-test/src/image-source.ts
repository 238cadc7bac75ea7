import { SlipwayError } from '@slipway/core';
import { isDigest, layoutStorage, OciLayout, startRegistry } from '@slipway/oci';
import { digestNotInLayout } from './errors.js';

/** ServedImage is an image that an engine on this machine can pull. */
export interface ServedImage {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  close(): Promise<void>;
}

/** ImageSource makes an image of a layout pullable. */
export type ImageSource = (layout: string, digest: string) => Promise<ServedImage>;

const NO_MANIFEST: ReadonlySet<string> = new Set(['OCI_BLOB_MISSING', 'OCI_MANIFEST_INVALID']);

/**
 * serveLayout serves a layout, unchanged and unchangeable, on a loopback port.
 *
 * @throws SlipwayError TEST_DIGEST_NOT_IN_LAYOUT, OCI_LAYOUT_INVALID, OCI_DIGEST_MISMATCH
 */
export const serveLayout: ImageSource = async (directory, digest) => {
  const layout = await OciLayout.open(directory);
  try {
    if (!isDigest(digest)) throw digestNotInLayout(digest, directory, undefined);
    await layout.readManifest(digest);
  } catch (error) {
    if (error instanceof SlipwayError && NO_MANIFEST.has(error.code)) throw digestNotInLayout(digest, directory, error);
    throw error;
  }
  return startRegistry({ storage: layoutStorage(layout), readOnly: true });
};
