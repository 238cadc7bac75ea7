import { layoutStorage, OciLayout, startRegistry, type RegistryStorage } from '@slipway/oci';

/** A registry of our own for one image, which the engine can push to and nobody else knows the name of. */
export interface LoopbackRegistry {
  /** `127.0.0.1:PORT/name`. */
  readonly repository: string;
  /** Whether anybody has asked for the repository yet. */
  wasReached(): boolean;
  close(): Promise<void>;
}

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
