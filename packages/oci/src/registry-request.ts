import type { IncomingMessage, ServerResponse } from 'node:http';
import { isRepositoryName } from './repository-name.js';
import { RegistryError } from './registry-error.js';

/** RegistryRoute is what a request's path asks for. */
export type RegistryRoute =
  | { readonly kind: 'ping' }
  | { readonly kind: 'tags'; readonly name: string }
  | { readonly kind: 'manifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'blob'; readonly name: string; readonly digest: string }
  | { readonly kind: 'referrers'; readonly name: string; readonly digest: string }
  | { readonly kind: 'uploads'; readonly name: string }
  | { readonly kind: 'upload'; readonly name: string; readonly id: string };

/** Exchange is a request, taken apart, with its response. */
export interface Exchange {
  readonly method: string;
  readonly query: URLSearchParams;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

const PATTERNS = [
  ['tags', /^\/v2\/(.+)\/tags\/list$/],
  ['uploads', /^\/v2\/(.+)\/blobs\/uploads\/?$/],
  ['upload', /^\/v2\/(.+)\/blobs\/uploads\/([^/]+)$/],
  ['blob', /^\/v2\/(.+)\/blobs\/([^/]+)$/],
  ['referrers', /^\/v2\/(.+)\/referrers\/([^/]+)$/],
  ['manifest', /^\/v2\/(.+)\/manifests\/([^/]+)$/],
] as const;

/**
 * routeOf reads a path, which is taken as it is: whatever a percent sign would hide is no valid name either.
 *
 * @throws RegistryError NAME_INVALID, UNSUPPORTED
 */
export function routeOf(path: string): RegistryRoute {
  if (path === '/v2' || path === '/v2/') return { kind: 'ping' };
  for (const [kind, pattern] of PATTERNS) {
    const [, name, last] = pattern.exec(path) ?? [];
    if (name === undefined) continue;
    if (!isRepositoryName(name)) throw new RegistryError('NAME_INVALID', 'The repository name is not valid.');
    return toRoute(kind, name, last ?? '');
  }
  throw new RegistryError('UNSUPPORTED', 'The registry does not know this path.');
}

function toRoute(kind: (typeof PATTERNS)[number][0], name: string, last: string): RegistryRoute {
  switch (kind) {
    case 'tags':
    case 'uploads':
      return { kind, name };
    case 'upload':
      return { kind, name, id: last };
    case 'blob':
    case 'referrers':
      return { kind, name, digest: decodeColon(last) };
    case 'manifest':
      return { kind, name, reference: decodeColon(last) };
  }
}

/** Some clients escape the colon of a digest in a path; nothing else may be escaped. */
function decodeColon(text: string): string {
  return text.replace(/%3A/i, ':');
}

/** send answers with a JSON body, or with none. */
export function send(
  response: ServerResponse,
  status: number,
  answer: { readonly headers?: Readonly<Record<string, string | number>>; readonly json?: object } = {},
): void {
  const body = answer.json === undefined ? undefined : JSON.stringify(answer.json);
  response.writeHead(status, {
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
    ...(body === undefined && status !== 204 && answer.headers?.['content-length'] === undefined
      ? { 'content-length': 0 }
      : {}),
    ...answer.headers,
  });
  response.end(body);
}
