import type { IncomingMessage } from 'node:http';

/** Names and values in turn, as they stand on the wire: node's rawHeaders. */
export type RawHeaders = readonly string[];

/** Fields that belong to one connection and end there. RFC 9110 section 7.6.1. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** What a request says of where it came from is said anew; Expect is settled: node has answered "100 Continue". */
const NOT_FORWARDED: ReadonlySet<string> = new Set([
  ...HOP_BY_HOP,
  'x-forwarded-for',
  'x-forwarded-proto',
  'x-forwarded-port',
  'expect',
]);

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
export function endToEndHeaders(raw: RawHeaders): string[] {
  return without(raw, HOP_BY_HOP);
}

/** requestHeaders returns what the target of a request is sent: its own fields, and whom it came from. */
export function requestHeaders(request: IncomingMessage, inbound: Inbound): string[] {
  const headers = without(request.rawHeaders, NOT_FORWARDED);
  const client = (request.socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const before = request.headers['x-forwarded-for'];
  headers.push('X-Forwarded-For', before === undefined ? client : `${String(before)}, ${client}`);
  headers.push('X-Forwarded-Proto', 'http', 'X-Forwarded-Port', String(inbound.port));
  if (request.headers.host === undefined) headers.push('Host', inbound.targetAuthority);
  headers.push(...framing(request));
  return headers;
}

/** Runs for every message of every request: one pass, and no field is copied more than once. */
function without(raw: RawHeaders, dropped: ReadonlySet<string>): string[] {
  const kept: string[] = [];
  let declared: string[] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = '', value = ''] = [raw[index], raw[index + 1]];
    const known = name.toLowerCase();
    if (known === 'connection') declared = [...declared, ...declaredBy(value)];
    else if (!dropped.has(known)) kept.push(name, value);
  }
  return declared.length === 0 ? kept : without(kept, new Set(declared));
}

/** What Connection says of itself, as in `close`, is no field and drops none. */
function declaredBy(connection: string): string[] {
  const names = connection.split(',').map((name) => name.trim().toLowerCase());
  return names.filter((name) => !HOP_BY_HOP.has(name) && !NEVER_DROPPED.includes(name) && name !== 'close');
}

/** framing says explicitly how long the body is, so that node adds nothing that the client did not send. */
function framing(request: IncomingMessage): string[] {
  if (request.headers['transfer-encoding'] !== undefined) return ['Transfer-Encoding', 'chunked'];
  if (request.headers['content-length'] !== undefined) return [];
  return BODILESS_METHODS.includes(request.method ?? 'GET') ? [] : ['Content-Length', '0'];
}
