import type { ServerResponse } from 'node:http';
import { Writable } from 'node:stream';

type Headers = Readonly<Record<string, string | number>>;

/** HeldResponse is a response that reaches nobody yet: its call takes effect, and its caller may never hear of it. */
export class HeldResponse extends Writable {
  headersSent = false;
  statusCode = 200;
  headers: Headers = {};
  readonly #pieces: Buffer[] = [];

  /** As those take it who answer: they use no more of a response than there is here. */
  asResponse(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  get body(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  setHeader(name: string, value: string | number): this {
    this.headers = { ...this.headers, [name]: value };
    return this;
  }

  writeHead(status: number, headers: Headers = {}): this {
    this.headersSent = true;
    this.statusCode = status;
    this.headers = { ...this.headers, ...headers };
    return this;
  }

  override _write(piece: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#pieces.push(piece);
    done();
  }
}
