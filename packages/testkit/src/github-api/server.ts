import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { refusal, type Answer } from './answer.js';
import { DEPLOYMENT_ROUTES } from './deployments.js';
import { Faults, type Fault, type FaultKind } from './faults.js';
import { REPOSITORY_ROUTES } from './repository.js';
import { mayUse, partsOf, type Route } from './route.js';
import { COMMIT_ROUTES } from './statuses.js';
import { World, type Permissions } from './world.js';

/** A request that came in, as it came in. */
export interface RecordedCall {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly token: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: Readonly<Record<string, unknown>>;
  /** What was answered; undefined when nothing was. */
  status: number | undefined;
}

/** GitHubApiStandIn answers as api.github.com does, for one repository. */
export interface GitHubApiStandIn {
  /** For GITHUB_API_URL. */
  readonly url: string;
  readonly world: World;
  readonly calls: readonly RecordedCall[];
  readonly faults: Faults;
  close(): Promise<void>;
}

/** What the stand-in holds. */
export interface StandInOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** Tokens and what they may do. */
  readonly tokens: Readonly<Record<string, Permissions>>;
  /** Requests before the primary rate limit; a job's token has 1,000 an hour. */
  readonly rateLimit?: number;
  /** Milliseconds since the epoch. */
  readonly now?: () => number;
  readonly faults?: readonly Fault[];
}

const ROUTES: readonly Route[] = [...DEPLOYMENT_ROUTES, ...COMMIT_ROUTES, ...REPOSITORY_ROUTES];

/** startGitHubApi starts a stand-in for GitHub's REST API on this machine. */
export async function startGitHubApi(options: StandInOptions): Promise<GitHubApiStandIn> {
  const world = new World(options.repository, options.now ?? Date.now);
  const calls: RecordedCall[] = [];
  const faults = new Faults();
  options.faults?.forEach((fault) => faults.add(fault));
  const scene: Scene = { options, world, calls, faults };
  const server = createServer((request, response) => {
    serve(scene, request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...{ world, calls, faults },
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Scene {
  readonly options: StandInOptions;
  readonly world: World;
  readonly calls: RecordedCall[];
  readonly faults: Faults;
}

async function serve(scene: Scene, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', `http://${request.headers.host ?? 'localhost'}`);
  const body = await read(request);
  const call: RecordedCall = {
    method: request.method ?? 'GET',
    path: `${url.pathname}${url.search}`,
    token: /^(?:token|bearer) (.+)$/i.exec(request.headers.authorization ?? '')?.[1],
    headers: request.headers,
    body,
    status: undefined,
  };
  scene.calls.push(call);
  const fault = scene.faults.take(call.method, below(scene.world, url));
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset' && fault.when === 'before') return void response.destroy();
  if (fault?.kind === 'slow') await new Promise((resolve) => setTimeout(resolve, fault.ms));
  const answer = (fault && faultAnswer(fault)) ?? answerTo(scene, call, url);
  if (fault?.kind === 'reset') return void response.destroy();
  call.status = answer.status;
  send(response, answer, { limit: scene.options.rateLimit ?? 1000, used: scene.calls.length });
}

async function read(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>);
}

/** The path below the repository; of another repository the whole of it. */
function below(world: World, { pathname }: URL): string {
  const prefix = `/repos/${world.repository}/`;
  return pathname.startsWith(prefix) ? pathname.slice(prefix.length) : pathname;
}

function faultAnswer(fault: FaultKind): Answer | undefined {
  if (fault.kind === 'status') return refusal(fault.status, fault.message ?? 'Server Error');
  if (fault.kind !== 'rate-limit') return undefined;
  const { retryAfterSeconds, status } = fault;
  const headers: Record<string, string> =
    retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) };
  return refusal(
    status,
    'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
    headers,
  );
}

function answerTo({ options, world, calls }: Scene, call: RecordedCall, url: URL): Answer {
  const permissions = call.token === undefined ? {} : options.tokens[call.token];
  if (!permissions) return refusal(401, 'Bad credentials');
  if (calls.length > (options.rateLimit ?? 1000)) return refusal(403, 'API rate limit exceeded for installation.');
  const path = below(world, url);
  const matching = ROUTES.map((route) => ({ route, parts: partsOf(route, path) })).filter(({ parts }) => parts);
  const found = matching.find(({ route }) => route.method === call.method);
  if (!found?.parts) return refusal(404, 'Not Found');
  const { needs } = found.route;
  // GitHub tells it in every answer, refused or not.
  const headers = { 'x-accepted-github-permissions': `${needs[0].replaceAll('-', '_')}=${needs[1]}` };
  if (!mayUse(permissions, needs)) return refusal(403, 'Resource not accessible by integration', headers);
  const answer = found.route.answer(world, { parts: found.parts, query: url.searchParams, body: call.body, url });
  return { ...answer, headers: { ...headers, ...answer.headers } };
}

function send(response: ServerResponse, answer: Answer, { limit, used }: { limit: number; used: number }): void {
  response.writeHead(answer.status, {
    'content-type': 'application/json; charset=utf-8',
    'x-ratelimit-limit': String(limit),
    'x-ratelimit-remaining': String(Math.max(0, limit - used)),
    'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + 3600),
    ...answer.headers,
  });
  response.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
}
