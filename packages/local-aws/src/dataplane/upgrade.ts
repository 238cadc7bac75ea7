import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { ownAnswerText } from './elb-response.js';
import { targetOutcome, type RequestCount } from './figures.js';
import { endToEndHeaders, requestHeaders } from './forwarded-headers.js';
import { failedToConnect, type TargetConnections } from './target-connections.js';

/** A request that asks for its connection to become a WebSocket. */
export interface UpgradeExchange {
  readonly request: IncomingMessage;
  readonly socket: Duplex;
  /** What the client sent after its request. */
  readonly head: Buffer;
  readonly target: TargetConnections;
  readonly count: RequestCount;
  /** Of the load balancer, beside the target's own. */
  readonly setCookies: readonly string[];
  readonly listenerPort: number;
  readonly idleTimeoutMs: number;
}

/**
 * proxyUpgrade passes a WebSocket handshake to its target and, when that agrees, joins the two connections: they live
 * on whatever the weights become, until either end closes or the target has drained.
 */
export function proxyUpgrade(exchange: UpgradeExchange): void {
  const { request, socket, target, count } = exchange;
  const inbound = {
    port: exchange.listenerPort,
    targetAuthority: target.authority,
  };
  count.forwarded();
  const upstream = target.open({
    method: 'GET',
    path: request.url ?? '/',
    headers: [...requestHeaders(request, inbound), 'Connection', 'Upgrade', 'Upgrade', 'websocket'],
    idleTimeoutMs: exchange.idleTimeoutMs,
  });
  if (!upstream) return fail(exchange, 400);
  upstream.on('upgrade', (answer, targetSocket, targetHead) => {
    count.answered();
    count.end('upgraded');
    target.adopt(targetSocket);
    socket.write(headOf(exchange, answer, ['Connection: Upgrade', 'Upgrade: websocket']));
    join(exchange, targetSocket, targetHead);
  });
  upstream.on('response', (answer) => refuse(exchange, answer));
  upstream.on('timeout', () => {
    if (!count.ended) fail(exchange, 504);
    upstream.destroy();
  });
  upstream.on('error', (error) => {
    if (failedToConnect(error)) count.notConnected();
    fail(exchange, 502);
  });
  socket.on('close', () => {
    count.end('abortedByClient');
    upstream.destroy();
  });
  upstream.end();
}

function join(exchange: UpgradeExchange, targetSocket: Duplex, targetHead: Buffer): void {
  const { socket, head } = exchange;
  socket.write(targetHead);
  targetSocket.write(head);
  socket.pipe(targetSocket).pipe(socket);
  targetSocket.on('error', () => socket.destroy());
  // A close without an end, as when the target is cut, passes through no pipe.
  targetSocket.on('close', () => socket.destroy());
  socket.on('close', () => targetSocket.destroy());
}

/** The target answered with something else than an upgrade: that is the client's answer. */
function refuse(exchange: UpgradeExchange, answer: IncomingMessage): void {
  const { socket, count } = exchange;
  const status = answer.statusCode ?? 0;
  count.answered();
  answer.on('error', () => socket.destroy());
  answer.on('end', () => count.end(targetOutcome(status)));
  socket.write(headOf(exchange, answer, ['Connection: close']));
  answer.pipe(socket);
}

function fail(exchange: UpgradeExchange, statusCode: number): void {
  const { socket, count } = exchange;
  if (count.ended) return;
  count.end(statusCode < 500 ? 'elb4xx' : 'elb5xx');
  socket.end(ownAnswerText(statusCode));
}

function headOf({ setCookies }: UpgradeExchange, answer: IncomingMessage, hop: readonly string[]): string {
  const raw = endToEndHeaders(answer.rawHeaders);
  const fields = raw.flatMap((name, index) => (index % 2 === 0 ? [`${name}: ${raw[index + 1] ?? ''}`] : []));
  const status = `HTTP/1.1 ${answer.statusCode ?? 0} ${answer.statusMessage ?? ''}`;
  const cookies = setCookies.map((cookie) => `Set-Cookie: ${cookie}`);
  return [status, ...fields, ...cookies, ...hop, '', ''].join('\r\n');
}
