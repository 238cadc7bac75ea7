import { mkdir } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { createRegistryHandler, LayoutRepository, OciLayout, type RegistryStorage } from '@slipway/oci';

/** What somebody asked of a registry. */
export interface AskedOf {
  readonly method: string;
  /** Without the query: `/v2/shop/web/manifests/1`. */
  readonly path: string;
}

/** WatchedRegistry is a registry that everybody may push to, that remembers what it was asked and can fall ill. */
export interface WatchedRegistry {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly asked: readonly AskedOf[];
  /** Forgets what it was asked so far. */
  forget(): void;
  /** Those of the requests that would change something, as `PUT /v2/…`. */
  writes(): readonly string[];
  /** From now on, takes the requests that this is true of and answers none of them. */
  fallSilent(when: (asked: AskedOf) => boolean): void;
  close(): Promise<void>;
}

/** startWatchedRegistry starts one on the loopback address; each repository is a layout below the folder. */
export async function startWatchedRegistry(folder: string): Promise<WatchedRegistry> {
  const asked: AskedOf[] = [];
  let isSilent: (asked: AskedOf) => boolean = () => false;
  const handler = createRegistryHandler({ storage: repositoriesBelow(folder) });
  const server = createServer((request, response) => {
    const question = questionOf(request);
    asked.push(question);
    if (!isSilent(question)) void handler.handle(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    forget: () => void asked.splice(0),
    writes: () => asked.filter(isWrite).map(({ method, path: where }) => `${method} ${where}`),
    fallSilent: (when) => void (isSilent = when),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await handler.close();
    },
  };
}

function questionOf({ method = '', url = '' }: IncomingMessage): AskedOf {
  return { method, path: url.split('?', 1)[0] ?? '' };
}

/** isWrite tells whether a request would change something, as far as the registry's protocol says. */
function isWrite({ method }: AskedOf): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** A repository is there as soon as anybody asks for it. */
function repositoriesBelow(folder: string): RegistryStorage {
  const repositories = new Map<string, Promise<LayoutRepository>>();
  const open = async (name: string): Promise<LayoutRepository> => {
    const directory = path.join(folder, name.replaceAll('/', '_'));
    await mkdir(directory, { recursive: true });
    return new LayoutRepository(await OciLayout.create(directory));
  };
  return {
    repository: (name) => {
      const repository = repositories.get(name) ?? open(name);
      repositories.set(name, repository);
      return repository;
    },
  };
}
