import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { CallLog } from '../call-record.js';
import { denied, failed, throttled } from '../faults/fault-errors.js';
import type { FaultEffect } from '../faults/fault.js';
import type { FaultSet } from '../faults/faults.js';
import { arnOf } from '../iam/arn.js';
import { authorize } from '../iam/authorize.js';
import type { Caller } from '../iam/caller.js';
import { AwsError } from '../service.js';
import type { RegionalEcr } from '../services/ecr/regions.js';
import { HeldResponse } from './held-response.js';
import { REGISTRY, REGISTRY_ACTIONS, registryCallOf, type RegistryCall } from './registry-call.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** What the registry's requests are recorded and disturbed with. */
export interface RegistryApiParts extends RegionalEcr {
  /** Whose registry it is. */
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
  const { ecr } = parts;
  return async (request, response) => {
    const call = registryCallOf(request.method ?? 'GET', request.url ?? '');
    const { operation, resource } = call;
    const asked = { service: REGISTRY, operation, resource };
    const effect = parts.faults.hit({ ...asked, hasOlderAnswer: () => false });
    const caller = ecr.callerOf(request.headers.authorization);
    const refusal = caller && refusalOf(parts, call, caller);
    const error = effect ? errorOf(effect, call, caller?.arn ?? 'anonymous') : refusal;
    const accessKeyId = request.headers.authorization === undefined ? '' : TOKEN_USER;
    const atMs = Date.now();
    const record = (status: number): void =>
      parts.log.add({
        ...{ atMs, service: REGISTRY, operation, ...(resource === undefined ? {} : { resource }) },
        ...{ accessKeyId, ...(caller ? { callerArn: caller.arn } : {}), status, tookMs: Date.now() - atMs },
        ...(error && status > 0 ? { errorCode: error.code, errorMessage: error.message } : {}),
        ...(effect ? { fault: effect.kind } : {}),
      });
    beforeHead(response, record);
    const registry: Handler = refusal
      ? (_request, refused) => Promise.resolve(refuse(refused, refusal))
      : (asked, answered) => ecr.handler.handle(asked, answered);
    await answer(effect, { ...parts, registry, request, response, ...(error ? { error } : {}) });
    if (!response.headersSent) record(0);
  };
}

/** What a token may be used for is what its caller may do. */
function refusalOf(
  { accountId, ecr, address }: RegistryApiParts,
  { operation, repository }: RegistryCall,
  caller: Caller,
): AwsError | undefined {
  // What is no request of a registry, or asks nothing of a repository, is for the registry itself to answer.
  if (operation === 'unknown' || operation === 'Ping' || repository === undefined) return undefined;
  const region = arnOf(ecr.arnOf(repository) ?? '')?.region ?? address.region;
  const action = REGISTRY_ACTIONS[operation];
  try {
    const input = { repositoryName: repository };
    authorize({ service: REGISTRY, operation: action, input, caller, accountId, region }, () => false);
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error;
    throw error;
  }
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
  /** The registry itself, or who refuses in its place. */
  readonly registry: Handler;
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

function errorOf(effect: FaultEffect, call: RegistryCall, callerArn: string): AwsError | undefined {
  switch (effect.kind) {
    case 'throttle':
      return throttled(REGISTRY, effect.code);
    case 'error-before':
    case 'error-after':
      return failed(REGISTRY, effect);
    case 'access-denied': {
      const operation = call.operation === 'unknown' ? call.operation : REGISTRY_ACTIONS[call.operation];
      const resource = call.repository;
      return denied({ service: REGISTRY, operation, resource, callerArn });
    }
    case 'lost-reply':
    case 'reset':
    case 'delay':
    case 'malformed':
    case 'stale-read':
      return undefined;
  }
}
