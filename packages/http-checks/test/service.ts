import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** Service is a real HTTP service on loopback for a test. */
export interface Service {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** startService answers on a free port. */
export async function startService(listener: RequestListener): Promise<Service> {
  const server = createServer(listener);
  return { baseUrl: `http://127.0.0.1:${await portOf(server)}`, close: () => closed(server) };
}

/** startTlsService answers on a free port of `localhost`, encrypted. */
export async function startTlsService(listener: RequestListener, options: ServerOptions): Promise<Service> {
  const server = createTlsServer(options, listener);
  return { baseUrl: `https://localhost:${await portOf(server)}`, close: () => closed(server) };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

function closed(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

/** VirtualClock moves on when somebody sleeps. */
export class VirtualClock {
  #now = 0;
  now(): number {
    return this.#now;
  }
  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.#now += ms;
  }
}
