import type { Clock } from '@slipway/core';
import { pushImage, RegistryClient, type PushOptions, type RegistryLogin } from '@slipway/oci';

/** An image to push, and where to. */
export interface PushOrder extends PushOptions {
  /** The registry's host and, where there is one, port. */
  readonly host: string;
  /** Held in memory: no file and no argument of a program ever has it. */
  readonly login?: RegistryLogin;
  /** The repository's name, without the registry. */
  readonly repository: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** PushImage pushes an image's bytes unchanged: blobs first, then the manifests, the tag last. */
export type PushImage = (order: PushOrder) => Promise<void>;

/** pushToRegistry pushes with the registry client of this project. */
export const pushToRegistry: PushImage = async ({ host, login, repository, clock, signal, deadline, ...options }) => {
  const client = new RegistryClient({
    ...{ host, repository, clock, signal, deadline },
    ...(login ? { credentials: login } : {}),
  });
  await pushImage(client, options);
};
