import type { IncomingMessage } from 'node:http';

/** Names and values in turn, as they stand on the wire: node's rawHeaders. */
export type RawHeaders = readonly string[];

/** Fields that belong to one connection and end there. RFC 9110 section 7.6.1. */
const HOP_BY_HOP = [
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/** A sender may declare more fields hop-by-hop, but not these: dropping them would change what the message is. */
const NEVER_DROPPED = ['host', 'content-length'];

/** Methods for which node does not add a chunked body of its own accord. */
const BODILESS_METHODS = ['GET', 'HEAD', 'DELETE', 'OPTIONS', 'TRACE', 'CONNECT'];

/** Where a request came in, which its target is told. */
export interface Inbound {
  /** The listener's port. */
  readonly port: number;
  /** `<address>:<port>` of the target: the Host of a request that has none, as HTTP/1.0 allows. */
  readonly targetAuthority: string;
}

/** endToEndHeaders returns the fields of a message that are meant for its final recipient. */
export function endToEndHeaders(raw: RawHeaders, without: readonly string[] = []): string[] {
  const declared = valuesOf(raw, 'connection')
    .flatMap((value) => value.split(','))
    .map((name) => name.trim().toLowerCase())
    .filter((name) => !NEVER_DROPPED.includes(name));
  const dropped = new Set([...HOP_BY_HOP, ...declared, ...without]);
  return pairs(raw)
    .filter(([name]) => !dropped.has(name.toLowerCase()))
    .flat();
}

/** requestHeaders returns what the target of a request is sent: its own fields, and whom it came from. */
export function requestHeaders(request: IncomingMessage, inbound: Inbound): string[] {
  // Expect is settled: node's server has already answered "100 Continue".
  const replaced = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-port', 'expect'];
  const headers = endToEndHeaders(request.rawHeaders, replaced);
  const client = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const before = valuesOf(request.rawHeaders, 'x-forwarded-for');
  headers.push('X-Forwarded-For', [...before, client].join(', '));
  headers.push('X-Forwarded-Proto', 'http', 'X-Forwarded-Port', String(inbound.port));
  if (request.headers.host === undefined) headers.push('Host', inbound.targetAuthority);
  return [...headers, ...framing(request)];
}

/** framing says explicitly how long the body is, so that node adds nothing that the client did not send. */
function framing(request: IncomingMessage): string[] {
  if (request.headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  if (request.headers['content-length'] !== undefined) return [];
  return BODILESS_METHODS.includes(request.method ?? 'GET') ? [] : ['Content-Length', '0'];
}

function valuesOf(raw: RawHeaders, name: string): string[] {
  return pairs(raw).flatMap(([each, value]) => (each.toLowerCase() === name ? [value] : []));
}

function pairs(raw: RawHeaders): [name: string, value: string][] {
  const all: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) all.push([raw[index] ?? '', raw[index + 1] ?? '']);
  return all;
}
