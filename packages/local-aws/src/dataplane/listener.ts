import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { ownAnswerText, sendOwnAnswer, type OwnAnswer } from './elb-response.js';
import type { RequestFigures } from './figures.js';
import { listenAt } from './loopback.js';
import { proxyRequest } from './proxy.js';
import type { TargetConnections } from './target-connections.js';
import { proxyUpgrade } from './upgrade.js';

/** Destination is where a request goes. `noTarget` is a target group without a target that could take it. */
export type Destination =
  | {
      readonly kind: 'target';
      readonly targetGroupArn: string;
      readonly connections: TargetConnections;
      /** Values of `Set-Cookie` that the client's answer gets. */
      readonly setCookies: readonly string[];
    }
  | { readonly kind: 'noTarget'; readonly targetGroupArn: string | undefined }
  | { readonly kind: 'fixedResponse'; readonly answer: OwnAnswer };

/** What a listener asks the load balancer that it belongs to. */
export interface ListenerParts {
  readonly address: string;
  /** The wanted port; see {@link ProxyListener.port} for the one it got. */
  readonly port: number;
  readonly figures: RequestFigures;
  /** Asked for every request, so that changed rules and weights count at once, also on open connections. */
  destination(request: IncomingMessage): Destination;
  /** Real milliseconds: clients and targets answer in real time, however fast the world's runs. */
  idleTimeoutMs(): number;
}

/** An ALB closes a client's connection after its idle timeout, 60 s by default. */
const CLIENT_KEEP_ALIVE_MS = 60_000;

/** ProxyListener is a listener's real port: it takes requests and passes each to where it belongs. */
export class ProxyListener {
  readonly port: number;
  readonly #server: Server;
  readonly #upgraded: ReadonlySet<Duplex>;

  private constructor(server: Server, port: number, upgraded: ReadonlySet<Duplex>) {
    this.#server = server;
    this.port = port;
    this.#upgraded = upgraded;
  }

  /** open starts to listen: on the wanted port or, when that cannot be had, on another. */
  static async open(parts: ListenerParts): Promise<ProxyListener> {
    const upgraded = new Set<Duplex>();
    // No limit on the whole of a request: uploads may last as long as bytes keep coming.
    const server = createServer({
      keepAliveTimeout: CLIENT_KEEP_ALIVE_MS,
      requestTimeout: 0,
    });
    const port = await listenAt(server, parts.address, parts.port);
    server.on('request', (request: IncomingMessage, response: ServerResponse) =>
      serve({ parts, port, request, response }),
    );
    server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
      upgraded.add(socket);
      socket.on('close', () => upgraded.delete(socket)).on('error', () => socket.destroy());
      serveUpgrade({ parts, port, request, socket, head });
    });
    return new ProxyListener(server, port, upgraded);
  }

  /** close stops to listen and ends every client's connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#upgraded) socket.destroy();
    await once(this.#server, 'close');
  }
}

interface Arrival {
  readonly parts: ListenerParts;
  readonly port: number;
  readonly request: IncomingMessage;
}

function serve({ parts, port, request, response }: Arrival & { readonly response: ServerResponse }): void {
  const count = parts.figures.begin();
  const destination = parts.destination(request);
  if (destination.kind === 'fixedResponse') {
    count.end('fixedResponse');
    return sendOwnAnswer(response, destination.answer);
  }
  if (destination.targetGroupArn !== undefined) count.sentTo(destination.targetGroupArn);
  if (destination.kind === 'noTarget') {
    count.end('elb5xx');
    return sendOwnAnswer(response, { statusCode: 503 });
  }
  const target = destination.connections;
  proxyRequest({
    request,
    response,
    target,
    count,
    setCookies: destination.setCookies,
    listenerPort: port,
    idleTimeoutMs: parts.idleTimeoutMs(),
  });
}

type Upgrade = Arrival & { readonly socket: Duplex; readonly head: Buffer };

function serveUpgrade({ parts, port, request, socket, head }: Upgrade): void {
  const count = parts.figures.begin();
  if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
    count.end('elb5xx');
    return void socket.end(ownAnswerText(501));
  }
  const destination = parts.destination(request);
  if (destination.kind !== 'target') {
    count.end('elb5xx');
    return void socket.end(ownAnswerText(503));
  }
  count.sentTo(destination.targetGroupArn);
  const target = destination.connections;
  proxyUpgrade({
    request,
    socket,
    head,
    target,
    count,
    setCookies: destination.setCookies,
    listenerPort: port,
    idleTimeoutMs: parts.idleTimeoutMs(),
  });
}
