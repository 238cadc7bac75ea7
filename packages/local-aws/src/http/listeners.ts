import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SlipwayError, messageOf } from '@slipway/core';

/** Listeners is one handler on one port of several addresses. */
export interface Listeners {
  /**
   * listen answers on one more address and returns the port, which is chosen when 0.
   *
   * @throws SlipwayError LOCAL_AWS_PORT
   */
  listen(address: string, port: number): Promise<number>;
  /** Ends all of them, and the connections that are still open. Idempotent. */
  close(): Promise<void>;
}

const SERVER_OPTIONS = {
  // A pushed layer may take longer than Node's five minutes for a whole request.
  requestTimeout: 0,
  // Longer than any client's pause between two polls: with Node's 5 s, a call may meet a connection just being closed.
  keepAliveTimeout: 75_000,
};

/** createListeners returns a set of listeners that is still empty. */
export function createListeners(handler: RequestListener): Listeners {
  const servers: Server[] = [];
  return {
    listen: async (address, port) => {
      const server = createServer(SERVER_OPTIONS, handler);
      await listening(server, address, port);
      servers.push(server);
      return (server.address() as AddressInfo).port;
    },
    close: async () => {
      await Promise.all(servers.splice(0).map(closed));
    },
  };
}

function listening(server: Server, address: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new SlipwayError({
          code: 'LOCAL_AWS_PORT',
          message: `local-aws cannot listen on ${address}:${port}: ${messageOf(cause)}.`,
          hint: 'Choose another port, or 0 for any that is free.',
          cause,
        }),
      );
    });
    server.listen(port, address, resolve);
  });
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
