import { Redactor, SlipwayError, abortAfter, messageOf, type Clock } from '@slipway/core';
import { aborted, headerOf, readAnswer, registryError, unavailable, type Answer } from './registry-answer.js';
import { isLoopback, originOf } from './registry-host.js';
import { basic, challengeOf, readToken, tokenRequest, type Challenge, type RegistryLogin } from './registry-login.js';
import { Silence } from './silence.js';
import { ask, release, sendStream, type Reply } from './streams.js';
import { watched } from './watched-body.js';

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
  /** For how many milliseconds a layer may stand still on its way. Defaults to a minute. */
  readonly silenceMs?: number;
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
const MAX_ATTEMPTS = 8;
const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 20_000;
/** For requests that carry no layer: far above what a registry that answers at all needs. */
const SMALL_REQUEST_MS = 60_000;
/** A registry that asks for more patience than this is tried sooner: its own figure may be a day. */
const MAX_RETRY_AFTER_MS = 60_000;

/** Proxies and address translation forget a connection after minutes of nothing, and tell neither side. */
const MAX_SILENCE_MS = 60_000;

/** What may end a request before its answer does. */
interface Way {
  readonly signal: AbortSignal;
  /** Its signal is a part of the other. */
  readonly silence: Silence;
}

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
    const silence = this.#silence();
    const reply = await this.#open(request, this.#timeoutMs(request), silence);
    return this.#guarded(request, () => silence.endsWith(readAnswer(reply)));
  }

  /**
   * stream sends one request once, and gives the answer's body piece by piece; each is gone when the next is asked for.
   *
   * @throws as send
   */
  async *stream(request: RegistryRequest): AsyncGenerator<Uint8Array> {
    const silence = this.#silence();
    const { body } = await this.#open(request, this.#leftMs(), silence);
    // Not by for await: what fails in here is the registry's, what fails outside is not.
    const pieces = (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
    try {
      for (;;) {
        const read = await this.#guarded(request, () => silence.endsWith(pieces.next()));
        if (read.done) return;
        yield read.value;
        release(read.value);
      }
    } finally {
      body.destroy();
    }
  }

  /** Sends a request, a second time with the token that the registry may ask for; the answer's status is an expected one. */
  async #open(request: RegistryRequest, timeoutMs: number, silence: Silence): Promise<Reply> {
    this.#demandSafe(request.url);
    const { signal } = this.#options;
    const ends = [abortAfter(timeoutMs), silence.signal, ...(signal ? [signal] : [])];
    const way = { signal: AbortSignal.any(ends), silence };
    return this.#guarded(request, async () => {
      const reply = await this.#ask(request, way);
      if (request.expect.includes(reply.status)) return reply;
      this.#heed(reply);
      const answer = await silence.endsWith(readAnswer(reply));
      throw registryError(this.#what(request), answer, (text) => this.#redactor.redact(text));
    });
  }

  /** A registry, or the issuer of its tokens, may say when it wants to be asked again. */
  #heed(reply: Pick<Reply, 'headers'>): void {
    const retryAfter = Number(headerOf(reply, 'retry-after'));
    if (retryAfter > 0) this.#notBefore = this.#options.clock.now() + Math.min(retryAfter * 1000, MAX_RETRY_AFTER_MS);
  }

  async #ask(request: RegistryRequest, way: Way): Promise<Reply> {
    const first = await this.#askOnce(request, way);
    if (first.status !== 401 || request.url.origin !== this.#origin) return first;
    const challenge = challengeOf(headerOf(first, 'www-authenticate'));
    if (!challenge) return first;
    first.body.resume();
    this.#authorization = `Bearer ${await this.#token(challenge, way)}`;
    return this.#askOnce(request, way);
  }

  async #token(challenge: Challenge, way: Way): Promise<string> {
    const { url, ...asked } = tokenRequest(challenge, this.#options.credentials);
    const what = `Asking ${url.host} for a token for the registry ${this.host}`;
    const reply = await ask(url, { ...way, ...asked, demandSafe: this.#demandSafe });
    this.#heed(reply);
    const token = readToken(what, await way.silence.endsWith(readAnswer(reply)), this.#redactor);
    this.#redactor.add(token);
    return token;
  }

  async #askOnce(request: RegistryRequest, way: Way): Promise<Reply> {
    const { method, url } = request;
    const body = request.body && watched(request.body());
    const whole = { ...way, method, headers: this.#headers(request), demandSafe: this.#demandSafe };
    try {
      if (!body) return await ask(url, whole);
      const { data } = body;
      return await (data instanceof Uint8Array
        ? ask(url, { ...whole, body: data })
        : sendStream(url, { ...whole, body: data }));
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

  #headers({ url, headers }: RegistryRequest): Readonly<Record<string, string>> {
    // An upload's Location may be another host's: our credentials are for the registry alone.
    const authorization = url.origin === this.#origin ? this.#authorization : undefined;
    return { 'user-agent': 'slipway', ...headers, ...(authorization === undefined ? {} : { authorization }) };
  }

  readonly #demandSafe = (url: URL): void => {
    if (url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname))) return;
    throw new SlipwayError({
      code: 'OCI_REGISTRY_UNEXPECTED',
      message: `The registry ${this.host} points at ${url.origin}, which is not reached by https.`,
      hint: 'Image data travels by https only, except on this machine.',
      kind: 'world',
    });
  };

  #silence(): Silence {
    return new Silence(this.#options.silenceMs ?? MAX_SILENCE_MS);
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

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  return messageOf(cause ?? error);
}
