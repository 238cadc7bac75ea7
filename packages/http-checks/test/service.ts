import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Service is a real HTTP service on loopback for a test. */
export interface Service {
  readonly baseUrl: string;
  close(): Promise<void>;
}

/** startService answers on a free port. */
export async function startService(listener: RequestListener): Promise<Service> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
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
