import { request as requestByHttp, type IncomingMessage } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { ReadableStream } from 'node:stream/web';

/** What is sent, and until when. */
export interface Upload {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * sendStream sends a stream of any length, a piece when the one before is on its way, and reads the answer. fetch copies
 * every piece of a body, and lets the copies of a large layer grow to its size before they are collected: node's own
 * client does neither, and a body may use one buffer for all of its pieces.
 */
export async function sendStream(url: URL, { method, headers, body, signal }: Upload): Promise<Response> {
  const request = clientFor(url)(url, { method, headers, signal });
  let isOver = false;
  let wake = (): void => undefined;
  const end = (): void => {
    isOver = true;
    wake();
  };
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
  });
  answer.then(end, end);
  try {
    for await (const piece of body) {
      await new Promise<void>((resolve) => {
        wake = resolve;
        // What it fails with comes as the request's error.
        request.write(piece, () => resolve());
      });
      // A registry may answer before it has everything: that it wants none of it.
      if (isOver) break;
    }
    if (!isOver) request.end();
    return await responseOf(await answer);
  } finally {
    if (!request.writableEnded) request.destroy();
  }
}

async function responseOf(message: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  return responseWith(message, chunks.length === 0 ? null : Buffer.concat(chunks));
}

function responseWith(message: IncomingMessage, body: Buffer | ReadableStream | null): Response {
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '');
  }
  return new Response(body, { status: message.statusCode ?? 0, headers });
}

function clientFor({ protocol }: URL): typeof requestByHttp {
  return protocol === 'https:' ? requestByHttps : requestByHttp;
}

/** What is asked for, by whom, and until when. */
export interface Download {
  /** Sent to the first host alone: a registry's credentials are no one else's. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  /** Throws of an address that may not be asked. */
  readonly demandSafe: (url: URL) => void;
}

/** As many as fetch follows. */
const MAX_REDIRECTS = 20;
const REDIRECTS: readonly (number | undefined)[] = [301, 302, 303, 307, 308];

/**
 * openStream asks for what may be large, and gives the answer as soon as it begins. Registries send blobs from another
 * host than their own: that is followed to. It copies no piece, as fetch would.
 */
export async function openStream(url: URL, { headers, signal, demandSafe }: Download): Promise<Response> {
  let at = url;
  for (let redirects = 0; ; redirects += 1) {
    demandSafe(at);
    const own = at.origin === url.origin;
    const request = clientFor(at)(at, { method: 'GET', headers: own ? headers : {}, signal });
    const message = await new Promise<IncomingMessage>((resolve, reject) => {
      request.once('response', resolve).once('error', reject).end();
    });
    const { location } = message.headers;
    const isRedirect = location !== undefined && REDIRECTS.includes(message.statusCode);
    if (!isRedirect || redirects === MAX_REDIRECTS) return responseWith(message, ReadableStream.from(message));
    message.resume();
    at = new URL(location, at);
  }
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
