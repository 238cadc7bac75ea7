import { randomUUID } from 'node:crypto';
import { layoutStorage } from './layout-repository.js';
import { OciLayout } from './layout.js';
import { startRegistry } from './registry-server.js';
import type { RegistryStorage } from './registry-storage.js';

/** A registry of our own for one image, which the engine can push to and nobody else knows the name of. */
export interface LoopbackRegistry {
  /** `127.0.0.1:PORT/name`. */
  readonly repository: string;
  /** Whether anybody has asked for the repository yet. */
  wasReached(): boolean;
  close(): Promise<void>;
}

/** An image of a layout as the engine can pull it. */
export interface ServedLayout {
  /** `127.0.0.1:PORT/name`. */
  readonly repository: string;
  close(): Promise<void>;
}

/** ServeLayout makes the images of a layout pullable on the loopback address, and changes nothing of them. */
export type ServeLayout = (directory: string) => Promise<ServedLayout>;

/** serveLayout serves a layout read-only, under a name that no other image has. */
export const serveLayout: ServeLayout = async (directory) => {
  const registry = await startRegistry({ storage: layoutStorage(await OciLayout.open(directory)), readOnly: true });
  return { repository: `${registry.host}/slipway-${randomUUID()}`, close: () => registry.close() };
};

/** openLoopbackRegistry serves a new layout in `directory` under the repository name. */
export async function openLoopbackRegistry(directory: string, name: string): Promise<LoopbackRegistry> {
  const inner = layoutStorage(await OciLayout.create(directory));
  let reached = false;
  const storage: RegistryStorage = {
    repository: (asked) => {
      if (asked !== name) return Promise.resolve(undefined);
      reached = true;
      return inner.repository(asked);
    },
  };
  const registry = await startRegistry({ storage });
  return { repository: `${registry.host}/${name}`, wasReached: () => reached, close: () => registry.close() };
}

/** EngineClient runs an engine's own client, with these arguments. A non-zero exit is a result. */
export type EngineClient = (args: readonly string[]) => Promise<{ readonly exitCode: number; readonly stderr: string }>;

/**
 * unreachedFrom tells whether an engine can push to a loopback registry; undefined when it can, else what its client said.
 * An engine in another network would push to whoever listens on that port over there. So it is asked for an image that
 * no one has, under a name that no one else knows: either we are asked for it.
 */
export async function unreachedFrom(client: EngineClient, registry: LoopbackRegistry): Promise<string | undefined> {
  const { stderr } = await client(['pull', `${registry.repository}:none`]);
  return registry.wasReached() ? undefined : stderr;
}
