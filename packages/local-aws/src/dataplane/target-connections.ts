import { Agent, request, type ClientRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Target } from '../load-balancing.js';

/**
 * How long an idle connection to a target may be used again. Every server that keeps connections at all keeps them
 * longer (node 5 s, Apache 5 s, nginx 75 s), so it does not close one just when we write to it; a server that names a
 * shorter time in `Keep-Alive: timeout` is believed, and one that sends `Connection: close` gets a new connection each
 * time. This window is the whole answer to that race: a request that was sent is never sent again.
 */
const REUSE_WINDOW_MS = 1_000;

/** What is asked of a target. */
export interface UpstreamCall {
  readonly method: string;
  readonly path: string;
  readonly headers: readonly string[];
  /** Without a byte either way for so long, the call has timed out. */
  readonly idleTimeoutMs: number;
}

/** TargetConnections is the pool of connections to one target. */
export class TargetConnections {
  readonly #target: Target;
  readonly #agent: ReusingAgent;
  readonly #upgraded = new Set<Duplex>();

  constructor(target: Target) {
    this.#target = target;
    this.#agent = new ReusingAgent();
  }

  get authority(): string {
    return `${this.#target.id}:${this.#target.port}`;
  }

  /** Whether an exchange or an upgraded connection is going on. */
  get busy(): boolean {
    return this.#upgraded.size > 0 || Object.values(this.#agent.sockets).some((sockets) => sockets?.length);
  }

  /**
   * open begins a request; the caller writes and ends it. Undefined for a path or field that node's lenient parser
   * lets in and its strict client does not let out.
   */
  open(call: UpstreamCall): ClientRequest | undefined {
    try {
      return request({
        host: this.#target.id,
        port: this.#target.port,
        method: call.method,
        path: call.path,
        // Names and values in turn are written as they are; the type knows only the object form.
        headers: call.headers as unknown as Record<string, string>,
        timeout: call.idleTimeoutMs,
        agent: this.#agent,
      });
    } catch {
      return undefined;
    }
  }

  /** adopt takes an upgraded connection, which the agent has let go, into what {@link cut} ends. */
  adopt(socket: Duplex): void {
    this.#upgraded.add(socket);
    socket.once('close', () => this.#upgraded.delete(socket));
  }

  /** retire closes idle connections, now and as exchanges end; what is in flight goes on. */
  retire(): void {
    this.#agent.retired = true;
    for (const sockets of Object.values(this.#agent.freeSockets)) sockets?.forEach((socket) => socket.destroy());
  }

  /** cut ends every connection at once, in the middle of whatever it does. */
  cut(): void {
    this.#agent.retired = true;
    this.#agent.destroy();
    for (const socket of this.#upgraded) socket.destroy();
  }
}

/** failedToConnect tells whether an exchange failed because no connection to its target could be made. */
export function failedToConnect(error: NodeJS.ErrnoException): boolean {
  return error.syscall === 'connect';
}

class ReusingAgent extends Agent {
  retired = false;

  constructor() {
    // An agent's timeout applies to idle connections; those in use have the one of their request.
    super({ keepAlive: true, timeout: REUSE_WINDOW_MS });
  }

  override keepSocketAlive(socket: Duplex): boolean {
    if (this.retired) return false;
    // The base class answers whether the target's own Keep-Alive hint leaves any time; its type does not say so.
    return (super.keepSocketAlive(socket) as unknown) !== false;
  }
}
