import type { IncomingMessage, ServerResponse } from 'node:http';
import { SlipwayError, messageOf } from '@slipway/core';
import type { CallRecord } from '../call-record.js';
import type { FaultRule } from '../faults/fault.js';
import type { AddedFault, Faults } from '../faults/faults.js';
import { AwsError } from '../service.js';
import { parseJsonInput } from './json-protocol.js';
import { OIDC_PATH } from './oidc-api.js';
import { readBody } from './request-body.js';

/** What `/_local/` shows and changes. */
export interface LocalApiParts {
  readonly state: () => object;
  readonly calls: () => readonly CallRecord[];
  readonly faults: Faults;
  /** Below `/_local/oidc/`. */
  readonly oidc: (request: IncomingMessage) => Promise<LocalAnswer | undefined>;
}

/** A status and what is said with it. */
interface LocalAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * createLocalApi returns the handler of what local-aws tells of itself, in JSON:
 *
 * - `GET /_local/state`: all that exists; `GET /_local/calls`: the latest API calls, oldest first
 * - `GET /_local/faults`: `{"faults": [{"id", "rule", "calls", "hits"}]}`
 * - `POST /_local/faults` with a rule, as in `{"operation": "ecs:UpdateService", "nth": 1, "kind": "throttle"}`:
 *   201 with the fault, or 400 with `{"code": "LOCAL_AWS_FAULT", "message"}`
 * - `DELETE /_local/faults/ID`: 204; 404 when there is none. `DELETE /_local/faults`: takes all of them away
 *
 * - `/_local/oidc/`: the issuer of ID tokens, by `oidc`
 *
 * Faults and tokens are for this machine's own processes: a container, or a web page in a browser, gets 403.
 */
export function createLocalApi(
  parts: LocalApiParts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const { status, body } = await answer(parts, request).catch(errorAnswer);
    response.writeHead(status, status === 204 ? {} : { 'content-type': 'application/json' });
    response.end(status === 204 ? undefined : `${JSON.stringify(body, undefined, 2)}\n`);
  };
}

async function answer(parts: LocalApiParts, request: IncomingMessage): Promise<LocalAnswer> {
  const path = (request.url ?? '').split('?', 1)[0] ?? '';
  if (request.method === 'GET' && path === '/_local/state') return { status: 200, body: parts.state() };
  if (request.method === 'GET' && path === '/_local/calls') return { status: 200, body: parts.calls() };
  const [, id] = /^\/_local\/faults(?:\/([^/]+))?$/.exec(path) ?? [];
  if (path === '/_local/faults' || id !== undefined) {
    return isFromHere(request) ? faultsAnswer(parts.faults, request, id) : refused();
  }
  if (path.startsWith(OIDC_PATH))
    return isFromHere(request) ? ((await parts.oidc(request)) ?? nothing(request)) : refused();
  return nothing(request);
}

async function faultsAnswer(faults: Faults, request: IncomingMessage, id: string | undefined): Promise<LocalAnswer> {
  const { method } = request;
  if (method === 'GET' && id === undefined) return { status: 200, body: { faults: faults.list().map(shown) } };
  if (method === 'POST' && id === undefined) {
    // Its form is checked when it is added.
    const rule = parseJsonInput((await readBody(request)).toString('utf8')) as unknown as FaultRule;
    return { status: 201, body: shown(faults.add(rule)) };
  }
  if (method !== 'DELETE') return nothing(request);
  if (id === undefined) {
    faults.clear();
    return { status: 204, body: {} };
  }
  const fault = faults.list().find((one) => one.id === id);
  fault?.remove();
  return fault ? { status: 204, body: {} } : nothing(request);
}

function shown({ id, rule, calls, hits }: AddedFault): object {
  return { id, rule, calls, hits };
}

/**
 * A container's calls come from its own address. A web page's calls come from this machine too, but name another host,
 * or have an origin.
 */
function isFromHere({ socket, headers }: IncomingMessage): boolean {
  const address = socket.remoteAddress ?? '';
  const isLoopback = /^(::ffff:)?127\./.test(address) || address === '::1';
  return isLoopback && /^(127\.0\.0\.1|localhost)(:\d+)?$/.test(headers.host ?? '') && headers.origin === undefined;
}

function refused(): LocalAnswer {
  return { status: 403, body: { message: 'Faults are set, and tokens given, on this machine only.' } };
}

function nothing({ method, url }: IncomingMessage): LocalAnswer {
  return { status: 404, body: { message: `local-aws has nothing at ${method ?? ''} ${url ?? ''}.` } };
}

function errorAnswer(error: unknown): LocalAnswer {
  if (error instanceof SlipwayError) return { status: 400, body: { code: error.code, message: error.message } };
  if (error instanceof AwsError) return { status: error.status, body: { code: error.code, message: error.message } };
  return { status: 500, body: { message: `local-aws failed: ${messageOf(error)}` } };
}
