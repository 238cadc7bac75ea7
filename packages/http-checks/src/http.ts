import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { SlipwayError, abortAfter, messageOf } from '@slipway/core';
import { guardedLookup, isRefusedAddress, RefusedAddress } from './addresses.js';
import type { Method } from './suite.js';
import { tlsFactsOf, type TlsFacts } from './tls/facts.js';
import { tlsRefusal } from './tls/refusal.js';
import type { TlsTrust } from './tls/trust.js';

/** HttpRequest is one request to a service. */
export interface HttpRequest {
  /** What {@link assertBaseUrl} returned; a path in it is put before `path`. */
  readonly baseUrl: string;
  readonly path: string;
  readonly method: Method;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Of an https URL. Absent: what Node trusts, and the name in the URL. */
  readonly tls?: TlsTrust;
}

/** HttpAnswer is what a service answered. */
export interface HttpAnswer {
  readonly status: number;
  /** By lower-case name; a header that came several times is joined by `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  /** Whether the body was longer than 1 MiB and only its beginning is here. */
  readonly truncated: boolean;
  /** Of an encrypted connection. */
  readonly tls?: TlsFacts;
}

/** Enough for any page that a check looks at; a service that never ends its answer must not fill our memory. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * sendRequest makes one request on a connection of its own: a kept one may be closed by the other side just as it is
 * used again, and there are no retries to hide that. Redirects are answers like any other.
 *
 * @throws RefusedAddress; Error when no whole answer came: refused, reset, timed out; the signal's reason when it aborts
 */
export async function sendRequest(options: HttpRequest): Promise<HttpAnswer> {
  const url = new URL(options.baseUrl + options.path);
  // Node looks up names alone; the URL has written numbers of any form as four decimal ones by now.
  if (isRefusedAddress(url.hostname)) throw new RefusedAddress(url.hostname);
  const timeout = abortAfter(options.timeoutMs);
  const signal = AbortSignal.any([options.signal, timeout]);
  try {
    return await exchange(url, options, signal);
  } catch (error) {
    options.signal.throwIfAborted();
    if (timeout.aborted)
      throw new Error(`no answer within ${options.timeoutMs} ms`, {
        cause: error,
      });
    throw new Error(connectionProblem(error), { cause: error });
  }
}

/**
 * assertBaseUrl returns a base URL without its last slash.
 *
 * @throws SlipwayError CHECKS_BASE_URL_INVALID
 */
export function assertBaseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url && url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !['http:', 'https:'].includes(url.protocol)) {
    throw new SlipwayError({
      code: 'CHECKS_BASE_URL_INVALID',
      message: 'The base URL of the checks is not an http or https URL without user, query and fragment.',
      hint: 'Write it as http://host:port.',
    });
  }
  return url.href.replace(/\/$/, '');
}

function exchange(url: URL, options: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    const isEncrypted = url.protocol === 'https:';
    const { ca, serverName: servername } = (isEncrypted && options.tls) || {};
    const headers = {
      'user-agent': 'slipway-checks',
      accept: '*/*',
      // As a request without it has: the URL holds a port only where it is not the scheme's own.
      ...(servername === undefined ? {} : { host: [servername, url.port].filter(Boolean).join(':') }),
      ...lowerCased(options.headers),
    };
    const outgoing = (isEncrypted ? httpsRequest : httpRequest)(
      url,
      { method: options.method, headers, agent: false, signal, lookup: guardedLookup, ca, servername },
      (incoming) => {
        // Now, because the connection may be closed at the end of the answer.
        const tls = tlsFactsOf(incoming.socket);
        readAnswer(incoming).then((answer) => resolve({ ...answer, ...(tls ? { tls } : {}) }), reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(options.body ?? '');
  });
}

async function readAnswer(incoming: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let size = 0;
  let truncated = false;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    chunks.push(chunk.subarray(0, MAX_BODY_BYTES - size));
    size += chunk.length;
    truncated = size > MAX_BODY_BYTES;
    if (truncated) break;
  }
  const headers = new Map(
    Object.entries(incoming.headersDistinct).map(([name, values]) => [name, (values ?? []).join(', ')]),
  );
  return {
    status: incoming.statusCode ?? 0,
    headers,
    body: Buffer.concat(chunks).toString('utf8'),
    truncated,
  };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function connectionProblem(error: unknown): string {
  if (error instanceof RefusedAddress) return error.message;
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ECONNREFUSED':
      return 'the connection was refused: nothing listens there';
    case 'ECONNRESET':
      return 'the connection was closed before the answer was complete';
    default:
      return tlsRefusal(error) ?? `the request failed: ${messageOf(error)}`;
  }
}
