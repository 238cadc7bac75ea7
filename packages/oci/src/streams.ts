import {
  request as requestByHttp,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { request as requestByHttps } from 'node:https';
import { Readable } from 'node:stream';
import type { Silence } from './silence.js';

/** What a request takes: with whose words, and until when. */
interface Way {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** That of `silence`, or one with others. */
  readonly signal: AbortSignal;
  readonly silence: Silence;
}

/** Reply is an answer as it begins: its body is to be read, or destroyed. */
export interface Reply {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
}

/** What is sent piece by piece. */
export interface Upload extends Way {
  readonly body: AsyncIterable<Uint8Array>;
}

/** A proxy may pass a layer on only when it has all of it: its answer may take so many times as long as a piece. */
const ANSWER_TIMES = 5;

/**
 * sendStream sends a stream of any length, a piece when the one before is on its way, and reads the answer. fetch copies
 * every piece of a body, and lets the copies of a large layer grow to its size before they are collected: node's own
 * client does neither, and a body may use one buffer for all of its pieces.
 */
export async function sendStream(url: URL, upload: Upload): Promise<Reply> {
  const { method, headers, body, signal, silence } = upload;
  const request = clientFor(url)(url, { method, headers, signal });
  let isOver = false;
  let wake = (): void => undefined;
  const end = (): void => {
    isOver = true;
    wake();
  };
  const answer = answerOf(request);
  answer.then(end, end);
  try {
    for await (const piece of body) {
      const isTaken = new Promise<void>((resolve) => {
        wake = resolve;
        // What it fails with comes as the request's error.
        request.write(piece, () => resolve());
      });
      await silence.endsWith(isTaken);
      // A registry may answer before it has everything: that it wants none of it.
      if (isOver) break;
    }
    if (!isOver) request.end();
    const message = await silence.endsWith(answer, ANSWER_TIMES);
    // Read here and now: what was not sent to its end is destroyed, and its answer with it.
    return { ...replyOf(message), body: Readable.from([await silence.endsWith(readAll(message))]) };
  } finally {
    if (!request.writableEnded) request.destroy();
  }
}

/** readAll reads a body to its end. */
export async function readAll(body: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of body as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function answerOf(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
}

function replyOf(message: IncomingMessage): Reply {
  return { status: message.statusCode ?? 0, headers: message.headers, body: message };
}

function clientFor({ protocol }: URL): typeof requestByHttp {
  return protocol === 'https:' ? requestByHttps : requestByHttp;
}

/** What is asked. */
export interface Question extends Way {
  readonly body?: Uint8Array;
  /** Throws of an address that may not be asked. */
  readonly demandSafe: (url: URL) => void;
}

/** As many as fetch follows. */
const MAX_REDIRECTS = 20;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/**
 * ask sends a request whose body, if any, is small, and gives the answer as soon as it begins. Registries send blobs from
 * another host than their own: who reads follows to there, without the credentials. fetch would do so too, and takes 50 ms to
 * be loaded before its first request, which is a good part of a push that has nothing to send.
 */
export async function ask(url: URL, question: Question): Promise<Reply> {
  const { method, body, signal, silence, demandSafe } = question;
  const isReading = method === 'GET' || method === 'HEAD';
  let { headers } = question;
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    demandSafe(at);
    const request = clientFor(at)(at, { method, headers, signal });
    const answer = answerOf(request);
    request.end(body);
    const message = await silence.endsWith(answer);
    const { location } = message.headers;
    const isElsewhere = location !== undefined && REDIRECTS.includes(message.statusCode);
    if (!isReading || !isElsewhere || redirects === MAX_REDIRECTS) return replyOf(message);
    message.resume();
    const next = new URL(location, at);
    if (next.origin !== url.origin) headers = withoutCredentials(headers);
    at = next;
  }
}

/** A registry's credentials are no one else's; nor are they its again once the way has led elsewhere. */
function withoutCredentials(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'authorization'));
}

/**
 * release gives the memory of a piece back, which nobody reads any more. The collector, left alone, lets tens of
 * megabytes of read pieces gather first: it sees how small their objects are, and not what they hold.
 */
export function release({ buffer, byteLength }: Uint8Array): void {
  // One that is a part of something larger is not ours alone. Node 20, which develops and does not ship, has no transfer.
  const { transfer } = buffer as ArrayBufferLike & { transfer?: (this: ArrayBufferLike, bytes: number) => unknown };
  if (byteLength === buffer.byteLength) transfer?.call(buffer, 0);
}
