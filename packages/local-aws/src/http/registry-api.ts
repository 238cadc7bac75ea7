import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallLog } from '../call-record.js';
import { denied, failed, throttled } from '../faults/fault-errors.js';
import type { FaultEffect } from '../faults/fault.js';
import type { FaultSet } from '../faults/faults.js';
import type { AwsError } from '../service.js';
import { HeldResponse } from './held-response.js';
import { REGISTRY, REGISTRY_ACTIONS, registryCallOf, type RegistryCall } from './registry-call.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the registry's requests are recorded and disturbed with. */
export interface RegistryApiParts {
  /** The registry itself. */
  readonly registry: Handler;
  readonly accountId: string;
  readonly log: CallLog;
  readonly faults: FaultSet;
  /** Ends the delays of faults. */
  readonly closing: AbortSignal;
}

/** The user of every token that ECR gives. */
const TOKEN_USER = 'AWS';

/** createRegistryApi returns the handler of everything below `/v2/`: with faults, and each request in the record. */
export function createRegistryApi(parts: RegistryApiParts): Handler {
  return async (request, response) => {
    const call = registryCallOf(request.method ?? 'GET', request.url ?? '');
    const { operation, resource } = call;
    const asked = { service: REGISTRY, operation, resource };
    const effect = parts.faults.hit({ ...asked, hasOlderAnswer: () => false });
    const error = effect && errorOf(effect, call, parts.accountId);
    const accessKeyId = request.headers.authorization === undefined ? '' : TOKEN_USER;
    const atMs = Date.now();
    const record = (status: number): void =>
      parts.log.add({
        ...{ atMs, service: REGISTRY, operation, ...(resource === undefined ? {} : { resource }) },
        ...{ accessKeyId, status, tookMs: Date.now() - atMs },
        ...(error && status > 0 ? { errorCode: error.code, errorMessage: error.message } : {}),
        ...(effect ? { fault: effect.kind } : {}),
      });
    beforeHead(response, record);
    await answer(effect, { ...parts, request, response, ...(error ? { error } : {}) });
    if (!response.headersSent) record(0);
  };
}

/** Whoever has an answer finds it in the record: so it is there before the first byte of it is sent. */
function beforeHead(response: ServerResponse, tell: (status: number) => void): void {
  const writeHead = response.writeHead.bind(response) as (...given: unknown[]) => ServerResponse;
  response.writeHead = (status: number, ...rest: unknown[]) => {
    tell(status);
    return writeHead(status, ...rest);
  };
}

interface Asked extends RegistryApiParts {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the fault tells the caller. */
  readonly error?: AwsError;
}

async function answer(effect: FaultEffect | undefined, asked: Asked): Promise<void> {
  const { registry, request, response, error, closing } = asked;
  switch (effect?.kind) {
    case undefined:
      return registry(request, response);
    case 'throttle':
    case 'error-before':
    case 'access-denied':
      return refuse(response, error);
    case 'error-after':
      await held(asked);
      return refuse(response, error);
    case 'lost-reply':
      await held(asked);
      return void response.socket?.destroy();
    case 'reset':
      return void response.socket?.resetAndDestroy();
    case 'delay': {
      const isOver = await delay(effect.delayMs, true, { signal: closing }).catch(() => false);
      return isOver ? registry(request, response) : void response.socket?.destroy();
    }
    case 'malformed':
      return cutInTheMiddle(response, await held(asked));
    case 'stale-read':
      // It hits nothing here: of a registry no answer is remembered.
      return registry(request, response);
  }
}

/** What was asked for happens; the answer is kept back. */
async function held({ registry, request }: Asked): Promise<HeldResponse> {
  const response = new HeldResponse();
  await registry(request, response.asResponse());
  return response;
}

function cutInTheMiddle(response: ServerResponse, { statusCode, headers, body }: HeldResponse): void {
  const half = body.subarray(0, Math.floor(body.length / 2));
  // An answer without a body, to a HEAD, has nothing that could be cut.
  response.writeHead(statusCode, body.length === 0 ? headers : { ...headers, 'content-length': half.length });
  response.end(half);
}

function refuse(response: ServerResponse, error: AwsError | undefined): void {
  const { code, message, status } = error ?? failed(REGISTRY, {});
  const body = JSON.stringify({ errors: [{ code, message, detail: {} }] });
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

function errorOf(effect: FaultEffect, call: RegistryCall, accountId: string): AwsError | undefined {
  switch (effect.kind) {
    case 'throttle':
      return throttled(REGISTRY, effect.code);
    case 'error-before':
    case 'error-after':
      return failed(REGISTRY, effect);
    case 'access-denied': {
      const operation = call.operation === 'unknown' ? call.operation : REGISTRY_ACTIONS[call.operation];
      const resource = call.repository;
      return denied({ service: REGISTRY, operation, resource, accountId, accessKeyId: TOKEN_USER });
    }
    case 'lost-reply':
    case 'reset':
    case 'delay':
    case 'malformed':
    case 'stale-read':
      return undefined;
  }
}
