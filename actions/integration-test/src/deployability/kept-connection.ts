import { Agent, request, type ClientRequest } from 'node:http';
import { Socket, type TcpNetConnectOpts } from 'node:net';
import type { Clock } from '@slipway/core';
import type { Place } from '../container.js';

/** GetRequest is what a connection is asked to send. */
export interface GetRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * End is what a request came to: a whole answer; one that broke off; none, though the service had taken the request;
 * none, because it never took it; or our patience was over.
 */
export type End = 'answered' | 'broken-off' | 'unanswered' | 'not-taken' | 'given-up';

/** Nobody waits for longer; whether the service would have answered then stays open. */
const REQUEST_TIMEOUT_MS = 30_000;
/**
 * A connection may have ended just before our request came. It is reset by that, and the kernel of a machine without rest
 * hears of it some milliseconds later.
 */
const RESET_WITHIN_MS = 250;
/** Behind a proxy, a request that has waited for so long was taken, and did not just cross the end of its connection. */
const TAKEN_AFTER_MS = 100;

/** OpenSocket is one of which our half stays open when the service ends its own, for as long as we want to know why. */
class OpenSocket extends Socket {
  #isHeld = false;

  constructor() {
    super({ allowHalfOpen: true });
  }

  hold(): void {
    this.#isHeld = true;
  }

  release(): void {
    this.#isHeld = false;
    this.destroy();
  }

  /** Node's client destroys what has ended, and cannot be told otherwise. */
  override destroy(error?: Error): this {
    return this.#isHeld ? this : super.destroy(error);
  }
}

class OpenAgent extends Agent {
  override createConnection(options: object): Socket {
    return new OpenSocket().connect(options as TcpNetConnectOpts);
  }
}

/** KeptConnection sends requests, one after the other, and opens anew when the other side has closed. */
export class KeptConnection {
  readonly #target: Place;
  readonly #clock: Pick<Clock, 'now' | 'sleep'>;
  readonly #agent = new OpenAgent({ keepAlive: true, maxSockets: 1 });
  readonly #closing = new AbortController();
  readonly #known = new WeakSet<Socket>();
  #isBusy = false;

  constructor(target: Place, clock: Pick<Clock, 'now' | 'sleep'>) {
    this.#target = target;
    this.#clock = clock;
  }

  /** send sends a request once. */
  async send({ path, headers }: GetRequest): Promise<End> {
    let written: Written | undefined;
    this.#isBusy = true;
    let hasBegun = false;
    const options = { agent: this.#agent, headers, signal: this.#closing.signal };
    const end = await new Promise<End>((resolve) => {
      const outgoing = request(`${this.#target.baseUrl}${path}`, options, (incoming) => {
        hasBegun = true;
        incoming.on('error', () => resolve('broken-off')).on('end', () => resolve('answered'));
        incoming.resume();
      });
      const timer = setTimeout(() => {
        resolve('given-up');
        outgoing.destroy();
      }, REQUEST_TIMEOUT_MS);
      outgoing.once('socket', (socket) => this.#destroyIdle(socket));
      outgoing.once('finish', () => (written = this.#write()));
      outgoing.once('close', () => clearTimeout(timer));
      outgoing.on('error', (error) => {
        if (hasBegun) resolve('broken-off');
        else resolve(this.#judge(outgoing, error, written));
      });
      outgoing.end();
    });
    this.#isBusy = false;
    return end;
  }

  /** close ends it at once, with what is on its way. */
  close(): void {
    this.#closing.abort();
    this.#agent.destroy();
  }

  #write(): Written {
    const written = { atMs: this.#clock.now(), hasTurned: false };
    // The second comes after a look at what has arrived.
    setImmediate(() => setImmediate(() => (written.hasTurned = true)));
    return written;
  }

  /**
   * Says whether the service had taken a request of which no answer came. A kernel tells it: it resets a connection that
   * is closed with bytes unread, or to which bytes come later, and ends one in good order of which all was read.
   */
  async #judge({ socket }: ClientRequest, error: Error, written: Written | undefined): Promise<End> {
    // Node's own error of a connection that was ended in good order is of no system call.
    const hasEnded = 'code' in error && error.code === 'ECONNRESET' && !('syscall' in error);
    if (!hasEnded || !(socket instanceof OpenSocket) || !written) return 'not-taken';
    if (!this.#target.isDirect) {
      return this.#clock.now() - written.atMs >= TAKEN_AFTER_MS ? 'unanswered' : 'not-taken';
    }
    // Its end may have been here when the request went.
    if (!written.hasTurned) return 'not-taken';
    socket.hold();
    await this.#clock.sleep(RESET_WITHIN_MS);
    const end = await new Promise<End>((told) => {
      // What has been reset since takes nothing any more.
      socket.write('\r\n', (reset) => told(reset ? 'not-taken' : 'unanswered'));
    });
    socket.release();
    return end;
  }

  /** A service that ends a connection on which nothing is on its way has done with it. */
  #destroyIdle(socket: Socket): void {
    if (this.#known.has(socket)) return;
    this.#known.add(socket);
    socket.on('end', () => {
      if (!this.#isBusy) socket.destroy();
    });
  }
}

/** Written is when a request was written, and whether all that had arrived by then has been read since. */
interface Written {
  readonly atMs: number;
  readonly hasTurned: boolean;
}
