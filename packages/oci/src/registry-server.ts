import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { messageOf } from '@slipway/core';
import {
  feedUpload,
  finishUpload,
  serveBlob,
  startUpload,
  tellUpload,
  type NamedRepository,
} from './registry-blobs.js';
import { RegistryError } from './registry-error.js';
import { listReferrers, putManifest, serveManifest, type ManifestPut } from './registry-manifests.js';
import { routeOf, send, type Exchange, type RegistryRoute } from './registry-request.js';
import type { RegistryStorage } from './registry-storage.js';
import { Uploads } from './uploads.js';

/** What a registry is made of. */
export interface RegistryOptions {
  readonly storage: RegistryStorage;
  /** Whether who sends this Authorization header may come in. Everybody may when it is absent. */
  readonly authorize?: (authorization: string | undefined) => boolean;
  /** True refuses every change. */
  readonly readOnly?: boolean;
  /** Told of every manifest after it is stored. */
  readonly onManifestPut?: (put: ManifestPut) => void;
}

/** RegistryHandler answers requests below `/v2/`. */
export interface RegistryHandler {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Forgets the uploads that never ended. */
  close(): Promise<void>;
}

/**
 * createRegistryHandler returns a registry as an HTTP handler. It never deletes anything.
 *
 * @see https://github.com/opencontainers/distribution-spec/blob/v1.1.0/spec.md
 */
export function createRegistryHandler(options: RegistryOptions): RegistryHandler {
  const uploads = new Uploads();
  return {
    handle: async (request, response) => {
      try {
        await handle({ options, uploads }, request, response);
      } catch (error) {
        answerError(response, error);
      }
    },
    close: () => uploads.endAll(),
  };
}

/** What every request of one registry shares. */
interface Registry {
  readonly options: RegistryOptions;
  readonly uploads: Uploads;
}

async function handle(registry: Registry, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorize, readOnly } = registry.options;
  response.setHeader('docker-distribution-api-version', 'registry/2.0');
  if (authorize && !authorize(request.headers.authorization)) {
    response.setHeader('www-authenticate', 'Basic realm="registry"');
    throw new RegistryError('UNAUTHORIZED', 'Authentication is required.');
  }
  const method = request.method ?? 'GET';
  const [path = '', search = ''] = (request.url ?? '').split('?', 2);
  if (readOnly && method !== 'GET' && method !== 'HEAD') {
    throw new RegistryError('UNSUPPORTED', 'This registry is read-only.');
  }
  await dispatch(registry, { method, query: new URLSearchParams(search), request, response }, routeOf(path));
}

async function dispatch(registry: Registry, exchange: Exchange, route: RegistryRoute): Promise<void> {
  if (route.kind === 'ping') return send(exchange.response, 200, { json: {} });
  const { storage, onManifestPut } = registry.options;
  const stored = await storage.repository(route.name);
  if (!stored) throw new RegistryError('NAME_UNKNOWN', `The repository '${route.name}' does not exist.`);
  const repository = { name: route.name, stored };
  switch (route.kind) {
    case 'tags':
      demandMethod(exchange, 'GET', 'HEAD');
      return listTags(exchange, repository);
    case 'blob':
      demandMethod(exchange, 'GET', 'HEAD');
      return serveBlob(exchange, repository, route.digest);
    case 'referrers':
      demandMethod(exchange, 'GET', 'HEAD');
      return listReferrers(exchange, repository, route.digest);
    case 'uploads':
      demandMethod(exchange, 'POST');
      return startUpload(exchange, repository, { storage, uploads: registry.uploads });
    case 'upload':
      return continueUpload(exchange, repository, { uploads: registry.uploads, id: route.id });
    case 'manifest':
      demandMethod(exchange, 'GET', 'HEAD', 'PUT');
      if (exchange.method !== 'PUT') return serveManifest(exchange, repository, route.reference);
      await putManifest(exchange, repository, { reference: route.reference, onManifestPut });
  }
}

function demandMethod(exchange: Exchange, ...allowed: readonly string[]): void {
  if (allowed.includes(exchange.method)) return;
  throw new RegistryError('UNSUPPORTED', `The registry does not know ${exchange.method} here.`);
}

async function continueUpload(
  exchange: Exchange,
  repository: NamedRepository,
  { uploads, id }: { readonly uploads: Uploads; readonly id: string },
): Promise<void> {
  demandMethod(exchange, 'GET', 'PATCH', 'PUT', 'DELETE');
  const upload = uploads.find(repository.name, id);
  switch (exchange.method) {
    case 'PATCH':
      return feedUpload(exchange, upload, uploads);
    case 'PUT':
      return finishUpload(exchange, repository, { upload, uploads });
    case 'DELETE':
      await uploads.end(upload);
      return send(exchange.response, 204);
    default:
      return tellUpload(exchange, upload);
  }
}

/** Pages are asked for with `n` and `last`, and told of with a Link. */
async function listTags(exchange: Exchange, repository: NamedRepository): Promise<void> {
  const last = exchange.query.get('last');
  const limit = Number(exchange.query.get('n') ?? Number.NaN);
  const tags = (await repository.stored.tags()).filter((tag) => last === null || tag > last);
  const page = Number.isInteger(limit) && limit >= 0 ? tags.slice(0, limit) : tags;
  const end = page.at(-1);
  const next = `/v2/${repository.name}/tags/list?n=${limit}&last=${end ?? ''}`;
  const headers = end !== undefined && page.length < tags.length ? { link: `<${next}>; rel="next"` } : {};
  send(exchange.response, 200, { headers, json: { name: repository.name, tags: page } });
}

function answerError(response: ServerResponse, error: unknown): void {
  // Half an answer cannot be taken back; cutting it is the one way left to say that it is not whole.
  if (response.headersSent) return void response.destroy();
  const known = error instanceof RegistryError;
  const code = known ? error.code : 'UNKNOWN';
  const message = known ? error.message : `The registry failed: ${messageOf(error)}`;
  send(response, known ? error.status : 500, { json: { errors: [{ code, message, detail: {} }] } });
}

/** RunningRegistry is a registry that listens on the loopback address. */
export interface RunningRegistry {
  /** `127.0.0.1:PORT`, the first part of an image reference. */
  readonly host: string;
  /** Ends it, and the connections that are still open. Idempotent. */
  close(): Promise<void>;
}

const SERVER_OPTIONS = {
  // A large layer may take longer than the five minutes that Node grants a whole request.
  requestTimeout: 0,
  // Longer than a client's pause between two layers: with Node's 5 s, a request may meet a connection being closed.
  keepAliveTimeout: 75_000,
};

/** startRegistry serves a registry on a free loopback port. */
export async function startRegistry(options: RegistryOptions): Promise<RunningRegistry> {
  const handler = createRegistryHandler(options);
  const server = createServer(SERVER_OPTIONS, (request, response) => void handler.handle(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await handler.close();
    },
  };
}
