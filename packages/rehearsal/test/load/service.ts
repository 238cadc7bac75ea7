import http from 'node:http';
import type { AddressInfo } from 'node:net';

/** A small server that counts what reaches it, for tests of the client's own counts. */
export interface CountingService {
  readonly baseUrl: string;
  /** The path of every request that arrived, in order. */
  readonly paths: readonly string[];
  /** Connections that were ever opened, and those that are open. */
  readonly connections: { opened: number; open: number };
  /** Resolves once so many requests have arrived. */
  received(count: number): Promise<void>;
  /** Resolves once no connection is open. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

/** What a service does with its n-th request (from 0). */
export type Answerer = (request: http.IncomingMessage, response: http.ServerResponse, n: number) => void;

/** answerWell gives the service's own answer. */
export function answerWell(response: http.ServerResponse, version = '1'): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ service: 'hello-service', version, host: 'h1', calls: 1 }));
}

/** startService serves on a free loopback port. */
export async function startService(answer: Answerer): Promise<CountingService> {
  const paths: string[] = [];
  const connections = { opened: 0, open: 0 };
  const waiting: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  const check = (): void => waiting.filter(({ isMet }) => isMet()).forEach(({ resolve }) => resolve());
  const until = (isMet: () => boolean): Promise<void> =>
    isMet() ? Promise.resolve() : new Promise((resolve) => waiting.push({ isMet, resolve }));
  const server = http.createServer((request, response) => {
    paths.push(request.url ?? '');
    answer(request, response, paths.length - 1);
    check();
  });
  server.on('connection', (socket) => {
    connections.opened += 1;
    connections.open += 1;
    socket.on('close', () => {
      connections.open -= 1;
      check();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    paths,
    connections,
    received: (count) => until(() => paths.length >= count),
    idle: () => until(() => connections.open === 0),
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
