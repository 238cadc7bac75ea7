import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';

/** An API call that reaches the endpoint without a socket between. */
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

/** inject hands an API call to an endpoint in this process: thousands of them in the time of a hundred over sockets. */
export function inject(endpoint: RequestListener, request: InjectedRequest): Promise<InjectedAnswer> {
  return new Promise((resolve) => {
    const message = new InjectedMessage(request) as unknown as IncomingMessage;
    endpoint(message, new InjectedResponse(resolve) as unknown as ServerResponse & { req: IncomingMessage });
  });
}

/** The part of a request that the endpoint's handlers use. A stream would cost as much as the call that it carries. */
class InjectedMessage {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly errored = null;
  readonly #body: Buffer | string | undefined;

  constructor({ method, url, headers, body }: InjectedRequest) {
    this.method = method;
    this.url = url;
    this.headers = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
    this.#body = body;
  }

  /** `for await` takes what is there already, too. */
  *[Symbol.iterator](): Generator<Buffer> {
    if (this.#body !== undefined && this.#body.length > 0) yield Buffer.from(this.#body);
  }
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
