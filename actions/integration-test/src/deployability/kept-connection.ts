import { Agent, request, type ClientRequest } from 'node:http';
import type { Socket } from 'node:net';
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
 * hears of it some milliseconds later: a request that waited for less may have crossed the end.
 */
const RESET_WITHIN_MS = 40;
/** Behind a proxy, a request that has waited for so long was taken, and did not just cross the end of its connection. */
const TAKEN_AFTER_MS = 100;

/** KeptConnection sends requests, one after the other, and opens anew when the other side has closed. */
export class KeptConnection {
  readonly #target: Place;
  readonly #now: () => number;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #closing = new AbortController();
  #isBusy = false;

  /** @param now milliseconds, ever growing */
  constructor(target: Place, now: () => number = () => performance.now()) {
    this.#target = target;
    this.#now = now;
  }

  /** send sends a request once. */
  async send({ path, headers }: GetRequest): Promise<End> {
    let writtenMs = Infinity;
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
      outgoing.once('socket', (socket) => this.#halfOpen(socket));
      outgoing.once('finish', () => (writtenMs = this.#now()));
      outgoing.once('close', () => clearTimeout(timer));
      outgoing.on('error', (error) => {
        if (hasBegun) resolve('broken-off');
        else this.#judge(outgoing, { error, waitedMs: this.#now() - writtenMs }, resolve);
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

  /**
   * Says whether the service had taken a request of which no answer came. A kernel tells it: it resets a connection that
   * is closed with bytes unread, or to which bytes come later, and ends one in good order of which all was read.
   */
  #judge(
    outgoing: ClientRequest,
    { error, waitedMs }: { readonly error: Error; readonly waitedMs: number },
    told: (end: End) => void,
  ): void {
    // Node's own error of a connection that was ended in good order is of no system call.
    const hasEnded = 'code' in error && error.code === 'ECONNRESET' && !('syscall' in error);
    const { socket } = outgoing;
    if (!hasEnded || !socket) return told('not-taken');
    if (!this.#target.isDirect) return told(waitedMs >= TAKEN_AFTER_MS ? 'unanswered' : 'not-taken');
    if (waitedMs < RESET_WITHIN_MS) return told('not-taken');
    // What has been reset since takes nothing any more.
    socket.write('\r\n', (reset) => told(reset ? 'not-taken' : 'unanswered'));
  }

  /** Our half stays open when the service ends its own, for as long as we want to know why. */
  #halfOpen(socket: Socket): void {
    if (socket.allowHalfOpen) return;
    socket.allowHalfOpen = true;
    socket.on('end', () => {
      if (!this.#isBusy) socket.destroy();
    });
  }
}
