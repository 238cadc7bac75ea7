import http from 'node:http';
import { parseAnswer } from './answer.js';
import type { FailureKind } from './figures.js';

/** How a request ended. */
export type RequestResult =
  | { readonly isGood: true; readonly version: string }
  | { readonly isGood: false; readonly kind: FailureKind; readonly status?: number; readonly message: string };

/** What one request needs. */
export interface RequestOptions {
  readonly agent: http.Agent;
  readonly url: URL;
  /** From sending to the last byte of the answer, in milliseconds. */
  readonly timeoutMs: number;
}

/** An answer of the service has some 100 bytes; what is longer than this is not one. */
const MAX_BODY_BYTES = 64 * 1024;
const BODY_SHOWN = 80;

/** sendRequest sends one GET, once, and tells how it ended. It never rejects and never tries again. */
export function sendRequest({ agent, url, timeoutMs }: RequestOptions): Promise<RequestResult> {
  return new Promise((resolve) => {
    const request = http.get(url, { agent, headers: { accept: 'application/json' } });
    const settle = (result: RequestResult): void => {
      clearTimeout(timer);
      resolve(result);
    };
    const timer = setTimeout(() => {
      // Settled first: what destroying the request brings about must not be taken for a reset by the other side.
      settle({ isGood: false, kind: 'timeout', message: `no complete answer within ${timeoutMs} ms` });
      request.destroy();
    }, timeoutMs);
    request.on('error', (error) => settle(failedBy(error)));
    request.on('response', (response) => {
      void judge(response).then((result) => {
        settle(result);
        if (!response.complete) request.destroy();
      });
    });
  });
}

function judge(response: http.IncomingMessage): Promise<RequestResult> {
  return new Promise((resolve) => {
    const status = response.statusCode ?? 0;
    const chunks: Buffer[] = [];
    let length = 0;
    response.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > MAX_BODY_BYTES) {
        resolve({ isGood: false, kind: 'body', status, message: `more than ${MAX_BODY_BYTES} bytes` });
      } else chunks.push(chunk);
    });
    response.on('error', (error) => resolve({ ...failedBy(error), status }));
    response.on('end', () => resolve(judgeAnswer(status, Buffer.concat(chunks).toString('utf8'))));
  });
}

function judgeAnswer(status: number, text: string): RequestResult {
  const shown = text.slice(0, BODY_SHOWN);
  if (status < 200 || status > 299) return { isGood: false, kind: 'status', status, message: `${status}: ${shown}` };
  const answer = parseAnswer(text);
  if (!answer) return { isGood: false, kind: 'body', status, message: `not the service's answer: ${shown}` };
  return { isGood: true, version: answer.version };
}

/** How Node says that an open connection was closed by the other side. */
const RESET_CODES: readonly unknown[] = ['ECONNRESET', 'EPIPE', 'ECONNABORTED'];

function failedBy(error: NodeJS.ErrnoException): Extract<RequestResult, { isGood: false }> {
  const kind = RESET_CODES.includes(error.code) ? 'reset' : 'connection';
  return { isGood: false, kind, message: error.code ? `${error.code}: ${error.message}` : error.message };
}
