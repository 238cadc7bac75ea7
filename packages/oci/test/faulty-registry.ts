import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createRegistryHandler, type RegistryHandler, type RegistryOptions } from '../src/index.js';

/** What happens to a request instead of, or after, what should. */
export type Fault =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body?: string;
      readonly headers?: Record<string, string>;
    }
  /** The connection ends before anything is done. */
  | { readonly kind: 'hang-up' }
  /** Of a blob that is asked for, the first bytes come and then nothing; nothing else is read, or answered. */
  | { readonly kind: 'silence' }
  /** The request is carried out; its answer is lost. */
  | { readonly kind: 'lose-answer' };

/** A registry in front of which faults can be put. */
export interface FaultyRegistry {
  readonly host: string;
  /** `METHOD path`, in order. */
  readonly requests: string[];
  readonly authorizations: (string | undefined)[];
  /** The next faults of requests that match, one each. */
  fail(pattern: RegExp, ...faults: readonly Fault[]): void;
  close(): Promise<void>;
}

/** startFaultyRegistry serves a registry on a free loopback port. */
export async function startFaultyRegistry(options: RegistryOptions): Promise<FaultyRegistry> {
  const handler = createRegistryHandler(options);
  const planned: { pattern: RegExp; fault: Fault }[] = [];
  const requests: string[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const name = `${request.method ?? ''} ${request.url ?? ''}`;
    requests.push(name);
    authorizations.push(request.headers.authorization);
    const at = planned.findIndex(({ pattern }) => pattern.test(name));
    const fault = at < 0 ? undefined : planned.splice(at, 1)[0]?.fault;
    void perform(fault, { request, response }, handler);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    authorizations,
    fail: (pattern, ...faults) => planned.push(...faults.map((fault) => ({ pattern, fault }))),
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await handler.close();
    },
  };
}

async function perform(
  fault: Fault | undefined,
  { request, response }: { readonly request: IncomingMessage; readonly response: ServerResponse },
  handler: RegistryHandler,
): Promise<void> {
  switch (fault?.kind) {
    case undefined:
      return handler.handle(request, response);
    case 'hang-up':
      return void request.socket.destroy();
    case 'answer':
      return void response.writeHead(fault.status, fault.headers).end(fault.body);
    case 'silence':
      return request.method === 'GET' ? void response.writeHead(200).write('the first bytes') : undefined;
    case 'lose-answer':
      response.end = () => response.destroy();
      await handler.handle(request, response);
  }
}
