import type { RegistryCredentials } from '@slipway/aws';
import type { Clock } from '@slipway/core';
import {
  collectImage,
  layoutSource,
  OciLayout,
  RegistryClient,
  registrySource,
  type CollectedImage,
  type RegistryLogin,
} from '@slipway/oci';
import { sourceNotFound } from './errors.js';
import { collectLayout } from './layout.js';
import type { EngineImage } from './engine-image.js';
import type { SourceOrder } from './source-order.js';

/** An image to push, with everything that belongs to it. */
export interface OpenedImage {
  readonly image: CollectedImage;
  /** Where it lies, when that is a registry: its blobs need not travel to another repository of the same one. */
  readonly origin?: { readonly host: string; readonly repository: string };
  /** Removes what was written to read it. */
  readonly close?: () => Promise<void>;
}

/** What reading a source takes. */
export interface SourcePorts {
  /** Who reads the registry; of an ECR registry of one's own, where it is, too. */
  login(host: string | undefined): Promise<{ readonly host: string; readonly login: RegistryLogin | undefined }>;
  /** Has the local engine hand an image over. */
  takeFromEngine(order: Extract<SourceOrder, { kind: 'engine' }>): Promise<EngineImage>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch. */
  readonly deadline: number;
}

/** loginOf makes a login of ECR's credentials. */
export function loginOf({ username, password }: RegistryCredentials): RegistryLogin {
  return { username, password };
}

/**
 * openSource finds the image in its source. A layout is read whole and held against its digests; of a registry the
 * manifests are read, and each blob is proven while it is copied; what the engine hands over is proven as it comes.
 *
 * @throws SlipwayError PUSH_DIGEST_NOT_IN_LAYOUT, PUSH_LAYOUT_DAMAGED, PUSH_SOURCE_NOT_FOUND, OCI_*
 */
export async function openSource(order: SourceOrder, ports: SourcePorts): Promise<OpenedImage> {
  if (order.kind === 'layout') return { image: await collectLayout(order.directory, order.digest, ports.signal) };
  if (order.kind === 'engine') {
    // Every blob was held against its digest when the engine sent it, a moment ago.
    const { directory, digest, remove } = await ports.takeFromEngine(order);
    const image = await collectImage(layoutSource(await OciLayout.open(directory)), digest);
    return { image, close: remove };
  }
  const { repository, digest } = order;
  const { host, login } = await ports.login(order.host);
  const { clock, signal, deadline } = ports;
  const client = new RegistryClient({
    ...{ host, repository, clock, signal, deadline },
    ...(login ? { credentials: login } : {}),
  });
  if (!(await client.resolve(digest))) throw sourceNotFound(`${host}/${repository}`, digest);
  const image = await collectImage(registrySource(client), digest);
  return { image, origin: { host, repository } };
}
