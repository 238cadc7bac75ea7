import { IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { Socket } from 'node:net';

/** A request that reaches the endpoint without a socket between. */
export interface InjectedRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Buffer | string;
}

/** What came of it: an answer, or how the connection ended. */
export type InjectedAnswer =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: Buffer;
    }
  | { readonly kind: 'closed' }
  | { readonly kind: 'reset' };

/** inject hands a request to an endpoint in this process: thousands of them in the time of a hundred over sockets. */
export function inject(endpoint: RequestListener, request: InjectedRequest): Promise<InjectedAnswer> {
  return new Promise((resolve) => {
    const message = new IncomingMessage(new Socket());
    message.method = request.method;
    message.url = request.url;
    for (const [name, value] of Object.entries(request.headers)) message.headers[name.toLowerCase()] = value;
    message.push(request.body ?? null);
    if (request.body !== undefined) message.push(null);
    endpoint(message, new InjectedResponse(resolve) as unknown as ServerResponse & { req: IncomingMessage });
  });
}

/** The part of a response that the endpoint's handlers use. */
class InjectedResponse {
  headersSent = false;
  readonly socket = {
    destroy: () => this.#resolve({ kind: 'closed' }),
    resetAndDestroy: () => this.#resolve({ kind: 'reset' }),
  };
  readonly #resolve: (answer: InjectedAnswer) => void;
  #status = 200;
  #headers: Readonly<Record<string, string>> = {};

  constructor(resolve: (answer: InjectedAnswer) => void) {
    this.#resolve = resolve;
  }

  writeHead(status: number, headers: Readonly<Record<string, string | number>> = {}): this {
    this.headersSent = true;
    this.#status = status;
    this.#headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
    return this;
  }

  end(body: Buffer | string = ''): this {
    this.#resolve({ kind: 'answer', status: this.#status, headers: this.#headers, body: Buffer.from(body) });
    return this;
  }

  destroy(): this {
    this.#resolve({ kind: 'closed' });
    return this;
  }
}
