import { isIPv4 } from 'node:net';
import { Redactor, SlipwayError, messageOf, type Clock } from '@slipway/core';
import { registryError, unavailable, type Answer } from './registry-answer.js';

/** Where a registry is, who we are there, and how long we may try. */
export interface RegistryConnectionOptions {
  /** Host and, where there is one, port; no scheme. Loopback hosts are spoken to by http, all others by https. */
  readonly host: string;
  /** Kept in memory; never part of an error. */
  readonly credentials?: { readonly username: string; readonly password: string };
  readonly clock: Clock;
  /** From 0 up to 1. Defaults to Math.random. */
  readonly random?: () => number;
  /** Milliseconds since the epoch after which nothing is tried any more. */
  readonly deadline: number;
  readonly signal?: AbortSignal;
}

/** One request. A body is opened anew for every time that it is sent. */
export interface RegistryRequest {
  readonly method: 'HEAD' | 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** A path on the registry, or where an answer's Location points. */
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: () => AsyncIterable<Uint8Array> | Uint8Array;
  /** Statuses that are answers; any other is an error. */
  readonly expect: readonly number[];
}

/** What AWS's own SDKs grant a call by default in their standard mode is 3; a push is longer, and worth more. */
const MAX_ATTEMPTS = 6;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
/** For requests that carry no layer: far above what a registry that answers at all needs. */
const SMALL_REQUEST_MS = 60_000;

/** RegistryConnection sends requests to one registry, and tries them again where that can help. */
export class RegistryConnection {
  readonly #options: RegistryConnectionOptions;
  readonly #origin: string;
  readonly #redactor = new Redactor();

  /**
   * @throws SlipwayError OCI_REGISTRY_HOST
   */
  constructor(options: RegistryConnectionOptions) {
    this.#options = options;
    this.#origin = originOf(options.host);
    if (options.credentials) {
      this.#redactor.add(options.credentials.password);
      this.#redactor.add(basic(options.credentials));
    }
  }

  /** host is the registry's, as it was given. */
  get host(): string {
    return this.#options.host;
  }

  /** url returns the address of a path on the registry. */
  url(path: string): URL {
    return new URL(path, this.#origin);
  }

  /**
   * retry runs an attempt until it succeeds, fails for good, or the deadline comes. The attempt is told how many were
   * before it, so that a write can look first whether an earlier one took effect.
   */
  async retry<T>(attempt: (earlier: number) => Promise<T>): Promise<T> {
    for (let earlier = 0; ; earlier += 1) {
      try {
        return await attempt(earlier);
      } catch (error) {
        const delayMs = this.#delayMs(earlier);
        const left = this.#options.deadline - this.#options.clock.now();
        const retryable = error instanceof SlipwayError && error.retryable;
        if (!retryable || earlier + 1 >= MAX_ATTEMPTS || delayMs >= left) throw error;
        await this.#sleep(delayMs);
      }
    }
  }

  /**
   * send sends one request once.
   *
   * @throws SlipwayError OCI_REGISTRY_UNAVAILABLE (retryable), OCI_REGISTRY_UNAUTHORIZED, OCI_REGISTRY_ABORTED,
   * OCI_REGISTRY_REFUSED, OCI_REGISTRY_UNEXPECTED
   */
  async send(request: RegistryRequest): Promise<Answer> {
    this.#demandSafe(request.url);
    const timeout = AbortSignal.timeout(this.#timeoutMs(request));
    const { signal } = this.#options;
    const what = `${request.method} ${request.url.pathname} at the registry ${this.host}`;
    let response: Response;
    try {
      response = await fetch(request.url, this.#init(request, signal ? AbortSignal.any([signal, timeout]) : timeout));
      const answer = { status: response.status, headers: response.headers, body: await readBody(response) };
      if (request.expect.includes(answer.status)) return answer;
      throw registryError(what, answer, (text) => this.#redactor.redact(text));
    } catch (error) {
      if (error instanceof SlipwayError) throw error;
      if (signal?.aborted) throw aborted(what, signal.reason);
      throw unavailable(what, this.#redactor.redact(reasonOf(error)), error);
    }
  }

  #init(request: RegistryRequest, signal: AbortSignal): RequestInit {
    const { credentials } = this.#options;
    // An upload's Location may be another host's: our credentials are for the registry alone.
    const own = request.url.origin === this.#origin;
    const body = request.body?.();
    return {
      method: request.method,
      headers: { ...request.headers, ...(credentials && own ? { authorization: basic(credentials) } : {}) },
      redirect: request.method === 'GET' || request.method === 'HEAD' ? 'follow' : 'manual',
      signal,
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    };
  }

  #demandSafe(url: URL): void {
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return;
    throw new SlipwayError({
      code: 'OCI_REGISTRY_UNEXPECTED',
      message: `The registry ${this.host} points at ${url.origin}, which is not reached by https.`,
      hint: 'Image data travels by https only, except on this machine.',
      kind: 'world',
    });
  }

  #timeoutMs(request: RegistryRequest): number {
    const left = Math.max(this.#options.deadline - this.#options.clock.now(), 0);
    return Math.min(left, request.body && request.method === 'PATCH' ? MAX_TIMER_MS : SMALL_REQUEST_MS);
  }

  /** Full jitter: anything up to the exponential delay, so that many runners do not come back all at once. */
  #delayMs(earlier: number): number {
    const random = this.#options.random ?? Math.random;
    return random() * Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** earlier);
  }

  async #sleep(ms: number): Promise<void> {
    const { clock, signal } = this.#options;
    try {
      await clock.sleep(ms, signal);
    } catch (error) {
      throw signal?.aborted ? aborted(`Waiting for the registry ${this.host}`, signal.reason) : error;
    }
  }
}

/** The longest that a timer of Node takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

function originOf(host: string): string {
  const url = URL.canParse(`https://${host}`) ? new URL(`https://${host}`) : undefined;
  if (
    !url ||
    url.pathname !== '/' ||
    url.username !== '' ||
    url.search !== '' ||
    url.hash !== '' ||
    /[/@?#]/.test(host)
  ) {
    throw new SlipwayError({
      code: 'OCI_REGISTRY_HOST',
      message: `'${host}' is not a registry's host and port.`,
      hint: 'Give the first part of the image reference, without a scheme and without a path.',
    });
  }
  return isLoopback(url.hostname) ? new URL(`http://${host}`).origin : url.origin;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (isIPv4(hostname) && hostname.startsWith('127.'));
}

function basic({ username, password }: { readonly username: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

async function readBody(response: Response): Promise<Buffer> {
  return Buffer.from(await response.arrayBuffer());
}

/** fetch says only 'fetch failed'; why is in its cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}

function aborted(what: string, cause: unknown): SlipwayError {
  return new SlipwayError({
    code: 'OCI_REGISTRY_ABORTED',
    message: `${what} was given up because the run was cancelled.`,
    hint: 'Run it again when it should go on.',
    kind: 'world',
    cause,
  });
}
