import { SlipwayError } from '@slipway/core';
import { isDigest, layoutStorage, OciLayout, referencesOf, startRegistry, type References } from '@slipway/oci';
import { digestNotInLayout } from './errors.js';

/** PlatformImage is one platform's manifest inside an index. */
export interface PlatformImage {
  /** `linux/arm64/v8`. */
  readonly platform: string;
  readonly digest: string;
}

/** ServedImage is an image that an engine on this machine can pull. */
export interface ServedImage {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Of an index; none of a manifest. */
  readonly platforms: readonly PlatformImage[];
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
  let platforms: readonly PlatformImage[];
  try {
    if (!isDigest(digest)) throw digestNotInLayout(digest, directory, undefined);
    platforms = platformsOf(referencesOf((await layout.readManifest(digest)).bytes));
  } catch (error) {
    if (error instanceof SlipwayError && NO_MANIFEST.has(error.code)) throw digestNotInLayout(digest, directory, error);
    throw error;
  }
  const registry = await startRegistry({ storage: layoutStorage(layout), readOnly: true });
  return { host: registry.host, platforms, close: () => registry.close() };
};

/** Attestations stand in an index too, as manifests of an unknown platform. */
function platformsOf({ children }: References): readonly PlatformImage[] {
  return children.flatMap(({ digest, platform }) => {
    const { os, architecture, variant } = platform ?? {};
    if (typeof os !== 'string' || typeof architecture !== 'string' || os === 'unknown') return [];
    const parts = [os, architecture, ...(typeof variant === 'string' ? [variant] : [])];
    return [{ platform: parts.join('/'), digest }];
  });
}
