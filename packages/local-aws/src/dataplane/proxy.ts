import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendOwnAnswer } from './elb-response.js';
import { targetOutcome, type RequestCount } from './figures.js';
import { endToEndHeaders, requestHeaders } from './forwarded-headers.js';
import { failedToConnect, type TargetConnections } from './target-connections.js';

/** One request on its way through the load balancer to a target. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: TargetConnections;
  readonly count: RequestCount;
  /** Of the load balancer, beside the target's own. */
  readonly setCookies: readonly string[];
  readonly listenerPort: number;
  readonly idleTimeoutMs: number;
}

/**
 * proxyRequest sends a request to its target and the target's answer to the client, both as they come. It is sent
 * once: when the target fails, the client is told (502 for a broken connection or answer, 504 for silence), and when
 * the client leaves, the target's connection is closed.
 */
export function proxyRequest(exchange: Exchange): void {
  const { request, response, count, target, listenerPort } = exchange;
  count.forwarded();
  const upstream = target.open({
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: requestHeaders(request, {
      port: listenerPort,
      targetAuthority: target.authority,
    }),
    idleTimeoutMs: exchange.idleTimeoutMs,
  });
  if (!upstream) return fail(exchange, 400);
  upstream.on('response', (answer) => relay(exchange, answer));
  upstream.on('timeout', () => {
    fail(exchange, 504);
    upstream.destroy();
  });
  upstream.on('error', (error) => {
    if (failedToConnect(error)) count.notConnected();
    fail(exchange, 502);
  });
  upstream.on('close', () => {
    // Without an answer, an error or an end of our own making: the target closed without a word.
    if (!response.headersSent) fail(exchange, 502);
    // What the client still sends has nowhere to go; its connection is good for the next request.
    request.unpipe(upstream);
    request.resume();
  });
  response.on('close', () => {
    if (response.writableFinished) return;
    count.end('abortedByClient');
    upstream.destroy();
  });
  // Most requests have no body, and nothing has to be kept going for it.
  if (hasBody(request)) request.pipe(upstream);
  else upstream.end();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

function relay(exchange: Exchange, answer: IncomingMessage): void {
  const { response, count } = exchange;
  const status = answer.statusCode ?? 0;
  count.answered();
  answer.on('error', () => breakOff(exchange));
  if (response.destroyed || response.headersSent) return void answer.resume();
  try {
    response.writeHead(status, answer.statusMessage, [
      ...endToEndHeaders(answer.rawHeaders),
      ...exchange.setCookies.flatMap((cookie) => ['Set-Cookie', cookie]),
    ]);
  } catch {
    // A status or field that may not be sent on is a malformed answer.
    fail(exchange, 502);
    return void answer.destroy();
  }
  sendHeadAlone(answer, response);
  // Counted before the pipe passes the end on: who has a whole answer finds it counted.
  answer.on('end', () => count.end(targetOutcome(status)));
  answer.pipe(response);
}

/** Streams may send their head long before their body; what comes together is sent on together, in one write. */
function sendHeadAlone(answer: IncomingMessage, response: ServerResponse): void {
  let begun = false;
  answer.once('data', () => (begun = true));
  setImmediate(() => {
    if (!begun && !response.writableEnded && !response.destroyed) response.flushHeaders();
  });
}

function fail(exchange: Exchange, statusCode: number): void {
  const { response, count, request } = exchange;
  if (response.headersSent) return breakOff(exchange);
  if (count.ended) return;
  count.end(statusCode < 500 ? 'elb4xx' : 'elb5xx');
  // With half a request unread, the connection is of no use for another one.
  if (!request.complete) response.setHeader('Connection', 'close');
  sendOwnAnswer(response, { statusCode });
}

/** An answer that has begun cannot become an error; the client sees that it is incomplete. */
function breakOff(exchange: Exchange): void {
  const { response, count } = exchange;
  if (count.ended) return;
  count.end('brokenByTarget');
  response.destroy();
}
