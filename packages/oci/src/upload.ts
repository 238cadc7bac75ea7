import { request as requestByHttp, type IncomingMessage } from 'node:http';
import { request as requestByHttps } from 'node:https';
import { Readable } from 'node:stream';

/** What is sent, and until when. */
export interface Upload {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array>;
  readonly signal: AbortSignal;
}

/**
 * sendStream sends a stream of any length and reads the answer. fetch copies every piece of a body, and lets the copies
 * of a large layer grow to its size before they are collected: node's own client does neither.
 */
export async function sendStream(url: URL, { method, headers, body, signal }: Upload): Promise<Response> {
  const send = url.protocol === 'https:' ? requestByHttps : requestByHttp;
  const request = send(url, { method, headers, signal });
  const source = Readable.from(body, { objectMode: false, highWaterMark: 1 });
  const answer = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve);
    request.once('error', reject);
    source.once('error', (error) => {
      request.destroy(error);
      reject(error);
    });
  });
  source.pipe(request);
  try {
    return await responseOf(await answer);
  } finally {
    source.destroy();
  }
}

async function responseOf(message: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const headers = new Headers();
  for (let at = 0; at < message.rawHeaders.length; at += 2) {
    headers.append(message.rawHeaders[at] ?? '', message.rawHeaders[at + 1] ?? '');
  }
  const status = message.statusCode ?? 0;
  return new Response(chunks.length === 0 ? null : Buffer.concat(chunks), { status, headers });
}
