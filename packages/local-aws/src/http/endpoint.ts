import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '@slipway/core';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What answers behind the one endpoint. */
export interface EndpointParts {
  /** Every AWS API. */
  readonly api: Handler;
  /** The registry's data plane, below `/v2/`. */
  readonly registry: Handler;
  /** The task metadata endpoint, below `/v4/`. */
  readonly metadata: Handler;
  /** What local-aws tells of itself, below `/_local/`. */
  readonly local: Handler;
}

/** createEndpoint returns the handler of the one endpoint: it tells by the path who answers. */
export function createEndpoint(parts: EndpointParts): RequestListener {
  return guarded((request, response) => route(parts, request)(request, response));
}

/** createRegistryEndpoint returns the handler of an account's own port, which has its registry and nothing else. */
export function createRegistryEndpoint(registry: Handler): RequestListener {
  return guarded((request, response) => {
    if (isRegistryPath(pathOf(request))) return registry(request, response);
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(`${JSON.stringify({ message: `This is a registry; there is nothing at ${request.url ?? ''}.` })}\n`);
    return Promise.resolve();
  });
}

function guarded(handler: Handler): RequestListener {
  return (request, response) => {
    handler(request, response).catch((error: unknown) => {
      // The caller may have gone, or may have its headers already; nothing of it may end the whole process.
      if (response.headersSent) return void response.destroy();
      response.writeHead(500, { 'content-type': 'application/json' });
      response.end(`${JSON.stringify({ message: `local-aws failed: ${messageOf(error)}` })}\n`);
    });
  };
}

function route(parts: EndpointParts, request: IncomingMessage): Handler {
  const path = pathOf(request);
  if (isRegistryPath(path)) return parts.registry;
  if (path.startsWith('/v4/')) return parts.metadata;
  return path.startsWith('/_local/') ? parts.local : parts.api;
}

function pathOf({ url }: IncomingMessage): string {
  return (url ?? '/').split('?', 1)[0] ?? '/';
}

function isRegistryPath(path: string): boolean {
  return path === '/v2' || path.startsWith('/v2/');
}
