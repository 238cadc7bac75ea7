import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { messageOf } from '@slipway/core';
import type { DynamoDb } from '../services/dynamodb.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What answers behind the one endpoint. */
export interface EndpointParts {
  /** Every AWS API but DynamoDB's. */
  readonly api: Handler;
  readonly dynamoDb: DynamoDb;
  /** The registry's data plane, below `/v2/`. */
  readonly registry: Handler;
  /** The body of `/_local/state`. */
  readonly state: () => object;
}

/** createEndpoint returns the handler of the one endpoint: by path first, by X-Amz-Target then. */
export function createEndpoint(parts: EndpointParts): RequestListener {
  return (request, response) => {
    route(parts, request, response).catch((error: unknown) => {
      // The caller may have gone, or may have its headers already; nothing of it may end the whole process.
      if (response.headersSent) response.destroy();
      else writeJson(response, 500, { message: `local-aws failed: ${messageOf(error)}` });
    });
  };
}

async function route(parts: EndpointParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
  const target = request.headers['x-amz-target'];
  if (path === '/v2' || path.startsWith('/v2/')) return parts.registry(request, response);
  if (path === '/_local/state') return writeJson(response, 200, parts.state());
  if (request.method === 'POST' && parts.dynamoDb.owns(String(target))) {
    return parts.dynamoDb.handle(request, response);
  }
  if (request.method === 'POST') return parts.api(request, response);
  writeJson(response, 404, { message: `local-aws has nothing at ${request.method ?? ''} ${path}.` });
}

function writeJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body, undefined, 2)}\n`);
}
