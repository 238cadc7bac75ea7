import type { CollectedImage } from '@slipway/oci';

/** OpenedImage is an image to push, with everything that belongs to it. */
export interface OpenedImage {
  readonly image: CollectedImage;
  /** Where it lies, when that is a registry: its blobs need not travel to another repository of the same one. */
  readonly origin?: { readonly host: string; readonly repository: string };
  /**
   * Holds every byte of it against its digest, before anything of it is sent. Absent where that happens on the way.
   *
   * @throws SlipwayError PUSH_LAYOUT_DAMAGED
   */
  readonly prove?: () => Promise<void>;
  /** Removes what was written to read it. */
  readonly close?: () => Promise<void>;
}
