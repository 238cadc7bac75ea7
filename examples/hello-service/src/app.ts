import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { withFault, type Fault } from './faults.ts';
import { messageOf, type Log } from './log.ts';
import { StoreError, type Store } from './store.ts';

/** Where an instance is in its life. Only `ok` is healthy. */
export type Status = 'starting' | 'ok' | 'draining';

/** What the routes are made of. */
export interface AppOptions {
  readonly version: string;
  readonly host: string;
  readonly store: Store;
  readonly log: Log;
  readonly status: () => Status;
  /** What is wrong with this release on purpose. */
  readonly fault?: Fault;
}

/** What a request is answered with. */
export interface Answer {
  readonly status: number;
  readonly body: object;
  readonly headers?: Readonly<Record<string, string>>;
}
export type Answering = (request: IncomingMessage) => Promise<Answer>;
type Route = (query: URLSearchParams) => Answer | Promise<Answer>;

const SERVICE = 'hello-service';
const DEFAULT_SLOW_MS = '1000';
/** Well below the 25 s that a draining instance has for its last answers. */
const MAX_SLOW_MS = 10_000;
/** Failures less than this apart are one burst, and one log line. */
const BURST_GAP_MS = 10_000;

/** createApp returns the listener that answers every request. */
export function createApp(options: AppOptions): RequestListener {
  const routes = createRoutes(options);
  const answering = withFault(options.fault, (request) => answerTo(request, routes));
  const reportStoreFailure = oncePerBurst((error) => options.log.error('store-failed', { reason: messageOf(error) }));
  const answerToFailure = (error: unknown): Answer => {
    if (error instanceof StoreError) {
      reportStoreFailure(error);
      return failure(503, 'STORE_UNAVAILABLE', 'The state of the service cannot be reached at the moment.');
    }
    options.log.error('bug', { reason: messageOf(error) });
    return failure(500, 'INTERNAL', 'The service has a bug.');
  };
  return (request, response) => {
    void answering(request)
      .catch(answerToFailure)
      .then((answer) => send(response, answer, options.version));
  };
}

function createRoutes({ version, host, store, status }: AppOptions): ReadonlyMap<string, Route> {
  const hello = async (): Promise<Answer> => {
    const calls = await store.countCall();
    return { status: 200, body: { service: SERVICE, version, host, calls } };
  };
  return new Map<string, Route>([
    ['/', hello],
    ['/history', async () => ({ status: 200, body: await store.history() })],
    [
      '/slow',
      async (query) => {
        const ms = query.get('ms') ?? DEFAULT_SLOW_MS;
        if (!/^\d{1,5}$/.test(ms) || Number(ms) > MAX_SLOW_MS) {
          return failure(400, 'BAD_MS', `ms must be a whole number from 0 to ${MAX_SLOW_MS}.`);
        }
        const answer = await hello();
        await delay(Number(ms));
        return answer;
      },
    ],
    ['/health', () => ({ status: status() === 'ok' ? 200 : 503, body: { status: status(), version } })],
  ]);
}

async function answerTo(request: IncomingMessage, routes: ReadonlyMap<string, Route>): Promise<Answer> {
  // Not `new URL`: a request line may hold what is no URL, such as '//', and is then simply not found.
  const [path = '', query] = (request.url ?? '').split('?', 2);
  const route = routes.get(path);
  if (!route) return failure(404, 'NOT_FOUND', `There are: ${[...routes.keys()].join(', ')}.`);
  if (request.method !== 'GET') {
    return { ...failure(405, 'METHOD_NOT_ALLOWED', 'Only GET is understood here.'), headers: { allow: 'GET' } };
  }
  return route(new URLSearchParams(query));
}

function failure(status: number, error: string, message: string): Answer {
  return { status, body: { error, message } };
}

function send(response: ServerResponse, answer: Answer, version: string): void {
  const text = JSON.stringify(answer.body);
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
    'x-version': version,
    ...answer.headers,
  });
  response.end(text);
}

function oncePerBurst(report: (error: unknown) => void): (error: unknown) => void {
  let lastFailureMs = Number.NEGATIVE_INFINITY;
  return (error) => {
    const nowMs = performance.now();
    if (nowMs - lastFailureMs > BURST_GAP_MS) report(error);
    lastFailureMs = nowMs;
  };
}
