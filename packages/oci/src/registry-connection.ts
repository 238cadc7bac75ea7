import { isIPv4 } from 'node:net';
import { Redactor, SlipwayError, messageOf, type Clock } from '@slipway/core';
import { readAnswer, registryError, unavailable, type Answer } from './registry-answer.js';
import { basic, challengeOf, readToken, tokenRequest, type RegistryLogin } from './registry-login.js';
import { openStream, release, sendStream } from './streams.js';
import { watched, type Body } from './watched-body.js';

/** Where a registry is, who we are there, and how long we may try. */
export interface RegistryConnectionOptions {
  /** Host and, where there is one, port; no scheme. Loopback hosts are spoken to by http, all others by https. */
  readonly host: string;
  /** Kept in memory; never part of an error. */
  readonly credentials?: RegistryLogin;
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
  /** Whether the answer may be large. */
  readonly isLarge?: boolean;
  /** Statuses that are answers; any other is an error. */
  readonly expect: readonly number[];
}

/** What AWS's own SDKs grant a call by default in their standard mode is 3; a push is longer, and worth more. */
const MAX_ATTEMPTS = 8;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
/** For requests that carry no layer: far above what a registry that answers at all needs. */
const SMALL_REQUEST_MS = 60_000;
/** A registry that asks for more patience than this is tried sooner: its own figure may be a day. */
const MAX_RETRY_AFTER_MS = 60_000;

/** RegistryConnection sends requests to one registry, and tries them again where that can help. */
export class RegistryConnection {
  readonly #options: RegistryConnectionOptions;
  readonly #origin: string;
  readonly #redactor = new Redactor();
  #authorization: string | undefined;
  /** Milliseconds since the epoch before which the registry asked not to be asked again. */
  #notBefore = 0;

  /**
   * @throws SlipwayError OCI_REGISTRY_HOST
   */
  constructor(options: RegistryConnectionOptions) {
    this.#options = options;
    this.#origin = originOf(options.host);
    this.#authorization = basic(options.credentials);
    for (const secret of [...Object.values(options.credentials ?? {}), this.#authorization]) {
      // A user's name is none, and may be part of what an error has to say.
      if (secret !== undefined && secret !== (options.credentials as { username?: string }).username) {
        this.#redactor.add(secret);
      }
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
    const { clock, deadline } = this.#options;
    let last: SlipwayError | undefined;
    for (let earlier = 0; ; earlier += 1) {
      try {
        return await attempt(earlier);
      } catch (error) {
        if (!(error instanceof SlipwayError) || !error.retryable) throw error;
        // What the deadline itself cut short says nothing of the registry; what was before does.
        last = clock.now() < deadline ? error : (last ?? error);
        const delayMs = Math.max(this.#delayMs(earlier), this.#notBefore - clock.now());
        if (earlier + 1 >= MAX_ATTEMPTS || delayMs >= deadline - clock.now()) throw givenUp(last, earlier + 1);
        await this.#sleep(delayMs);
      }
    }
  }

  /**
   * send sends one request once, and reads the whole answer.
   *
   * @throws SlipwayError OCI_REGISTRY_UNAVAILABLE (retryable), OCI_REGISTRY_UNAUTHORIZED, OCI_REGISTRY_ABORTED,
   * OCI_REGISTRY_REFUSED, OCI_REGISTRY_UNEXPECTED
   */
  async send(request: RegistryRequest): Promise<Answer> {
    const response = await this.#open(request, this.#timeoutMs(request));
    return this.#guarded(request, () => readAnswer(response));
  }

  /**
   * stream sends one request once, and gives the answer's body piece by piece; each is gone when the next is asked for.
   *
   * @throws as send
   */
  async *stream(request: RegistryRequest): AsyncGenerator<Uint8Array> {
    const response = await this.#open({ ...request, isLarge: true }, this.#leftMs());
    // A web stream's reader, not its iterator: what fails in here is the registry's, what fails outside is not.
    const reader = response.body?.getReader();
    try {
      for (;;) {
        const read = reader && (await this.#guarded(request, () => reader.read()));
        if (!read || read.done) return;
        const piece = read.value as Uint8Array;
        yield piece;
        release(piece);
      }
    } finally {
      await reader?.cancel().catch(() => undefined);
    }
  }

  /** Sends a request, a second time with the token that the registry may ask for; the answer's status is an expected one. */
  async #open(request: RegistryRequest, timeoutMs: number): Promise<Response> {
    this.#demandSafe(request.url);
    const { signal } = this.#options;
    const timeout = AbortSignal.timeout(timeoutMs);
    const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
    return this.#guarded(request, async () => {
      const response = await this.#fetch(request, either);
      if (request.expect.includes(response.status)) return response;
      const answer = await readAnswer(response);
      const retryAfter = Number(answer.headers.get('retry-after'));
      if (retryAfter > 0) this.#notBefore = this.#options.clock.now() + Math.min(retryAfter * 1000, MAX_RETRY_AFTER_MS);
      throw registryError(this.#what(request), answer, (text) => this.#redactor.redact(text));
    });
  }

  async #fetch(request: RegistryRequest, signal: AbortSignal): Promise<Response> {
    const first = await this.#fetchOnce(request, signal);
    if (first.status !== 401 || request.url.origin !== this.#origin) return first;
    const challenge = challengeOf(first.headers.get('www-authenticate'));
    if (!challenge) return first;
    await first.body?.cancel();
    const realm = new URL(challenge.realm);
    this.#demandSafe(realm);
    const what = `Asking ${realm.host} for a token for the registry ${this.host}`;
    const response = await fetch(tokenRequest(challenge, this.#options.credentials), { signal, redirect: 'error' });
    const token = await readToken(what, response, this.#redactor);
    this.#redactor.add(token);
    this.#authorization = `Bearer ${token}`;
    return this.#fetchOnce(request, signal);
  }

  async #fetchOnce(request: RegistryRequest, signal: AbortSignal): Promise<Response> {
    const body = request.body && watched(request.body());
    try {
      const init = this.#init(request, { signal, ...(body ? { body: body.data } : {}) });
      const headers = init.headers as Record<string, string>;
      const demandSafe = (url: URL): void => this.#demandSafe(url);
      if (request.isLarge) return await openStream(request.url, { headers, signal, demandSafe });
      if (request.method !== 'PATCH' || !body || body.data instanceof Uint8Array) return await fetch(request.url, init);
      return await sendStream(request.url, { method: request.method, headers, body: body.data, signal });
    } catch (error) {
      // The registry is not to blame for a body that could not be read.
      throw body?.failure() ?? error;
    }
  }

  async #guarded<T>(request: RegistryRequest, run: () => Promise<T>): Promise<T> {
    try {
      return await run();
    } catch (error) {
      if (error instanceof SlipwayError) throw error;
      const { signal } = this.#options;
      const what = this.#what(request);
      if (signal?.aborted) throw aborted(what, signal.reason);
      throw unavailable(what, this.#redactor.redact(reasonOf(error)), error);
    }
  }

  #what({ method, url }: RegistryRequest): string {
    return `${method} ${url.pathname} at the registry ${this.host}`;
  }

  #init(
    request: RegistryRequest,
    { signal, body }: { readonly signal: AbortSignal; readonly body?: Body },
  ): RequestInit {
    // An upload's Location may be another host's: our credentials are for the registry alone.
    const own = request.url.origin === this.#origin;
    const authorization = own ? this.#authorization : undefined;
    return {
      method: request.method,
      headers: { ...request.headers, ...(authorization === undefined ? {} : { authorization }) },
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
    return Math.min(this.#leftMs(), request.body && request.method === 'PATCH' ? MAX_TIMER_MS : SMALL_REQUEST_MS);
  }

  #leftMs(): number {
    const left = Math.max(this.#options.deadline - this.#options.clock.now(), 0);
    return Math.min(left, MAX_TIMER_MS);
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

/** The last error, with what was done about it. */
function givenUp(error: SlipwayError, attempts: number): SlipwayError {
  if (attempts === 1) return error;
  const { code, message, hint, kind, retryable } = error;
  return new SlipwayError({
    code,
    message: `${message} It was tried ${attempts} times.`,
    hint,
    kind,
    retryable,
    cause: error,
  });
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
