import { connect, type Socket } from 'node:net';

/** How a request ended; status 0 is no answer at all, and the body then says why. */
export interface Outcome {
  readonly status: number;
  readonly body: string;
}

const HEAD_END = '\r\n\r\n';
const NO_ANSWER = 0;

/**
 * KeptConnection asks for one URL again and again over one connection, and makes a new one only when the other side has
 * closed it. It knows as much of HTTP as it takes to read an answer with a length, so that a load costs next to nothing
 * of the machine that it shares with what it measures.
 */
export class KeptConnection {
  readonly #url: URL;
  readonly #head: string;
  #socket: Socket | undefined;
  #received = '';
  #done: ((outcome: Outcome) => void) | undefined;

  constructor(url: string) {
    this.#url = new URL(url);
    this.#head = `GET ${this.#url.pathname} HTTP/1.1\r\nHost: ${this.#url.host}${HEAD_END}`;
  }

  /** get sends one request; it is never sent again. `done` is called once. */
  get(done: (outcome: Outcome) => void): void {
    this.#done = done;
    this.#received = '';
    this.#socket ??= this.#open();
    this.#socket.write(this.#head);
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect(Number(this.#url.port), this.#url.hostname).setNoDelay(true).setEncoding('latin1');
    const lost = (why: string): void => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      this.#end({ status: NO_ANSWER, body: why });
    };
    socket.on('data', (chunk) => this.#read(String(chunk)));
    socket.on('error', (error) => lost(error.message));
    socket.on('close', () => lost('closed without an answer'));
    return socket;
  }

  #read(chunk: string): void {
    this.#received += chunk;
    const headEnd = this.#received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.#received.slice(0, headEnd);
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1]);
    const body = this.#received.slice(headEnd + HEAD_END.length);
    if (body.length < length) return;
    if (/connection: *close/i.test(head)) this.#socket = undefined;
    const status = Number(head.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length));
    this.#end({ status, body: status === 200 ? body : `status ${status}` });
  }

  #end(outcome: Outcome): void {
    const done = this.#done;
    this.#done = undefined;
    done?.(outcome);
  }
}
