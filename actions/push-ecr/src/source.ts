import type { Clock } from '@slipway/core';
import {
  collectImage,
  layoutSource,
  OciLayout,
  RegistryClient,
  registrySource,
  type RegistryLogin,
} from '@slipway/oci';
import { sourceNotFound } from './errors.js';
import { collectLayout } from './layout.js';
import type { EngineImage } from './engine-image.js';
import type { OpenedImage } from './opened-image.js';
import type { SourceOrder } from './source-order.js';

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

/**
 * openSource finds the image in its source, and reads its manifests. A layout's blobs are proven when that is asked for,
 * a registry's each while it is copied, and what the engine hands over as it comes.
 *
 * @throws SlipwayError PUSH_DIGEST_NOT_IN_LAYOUT, PUSH_LAYOUT_DAMAGED, PUSH_SOURCE_NOT_FOUND, OCI_*
 */
export async function openSource(order: SourceOrder, ports: SourcePorts): Promise<OpenedImage> {
  if (order.kind === 'layout') return collectLayout(order.directory, order.digest, ports.signal);
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
