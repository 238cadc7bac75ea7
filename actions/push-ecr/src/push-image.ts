import type { RegistryCredentials } from '@slipway/aws';
import type { Clock } from '@slipway/core';
import { pushImage, RegistryClient, type Digest, type OciLayout, type PushedBlob } from '@slipway/oci';

/** An image to push, and where to. */
export interface PushOrder {
  readonly layout: OciLayout;
  readonly digest: Digest;
  /** Held in memory: no file and no argument of a program ever has them. */
  readonly credentials: RegistryCredentials;
  /** The repository's name, without the registry. */
  readonly repository: string;
  readonly tag: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onBlob: (blob: PushedBlob) => void;
}

/** PushImage pushes an image's bytes unchanged: blobs first, then the manifest under the tag. */
export type PushImage = (order: PushOrder) => Promise<void>;

/** At 100 Mbit/s an hour carries 45 GB, several times the largest images. */
const DEADLINE_MS = 60 * 60_000;

/** pushToRegistry pushes with the registry client of this project. */
export const pushToRegistry: PushImage = async ({ credentials, repository, clock, signal, ...image }) => {
  const deadline = clock.now() + DEADLINE_MS;
  const client = new RegistryClient({ host: credentials.host, credentials, repository, clock, signal, deadline });
  await pushImage(client, image);
};
