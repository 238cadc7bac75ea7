import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { resourceOf, type CallLog } from '../call-record.js';
import type { FaultKind } from '../faults/fault.js';
import type { FaultSet } from '../faults/faults.js';
import { createOlderAnswers, type OlderAnswers } from '../faults/older-answers.js';
import { isRead } from '../faults/operations.js';
import { play, type Answer, type Reply } from '../faults/play.js';
import type { ResponseCheck } from '../schemas/response-check.js';
import type { Caller } from '../iam/caller.js';
import type { Identities } from '../iam/identities.js';
import { AwsError } from '../service.js';
import { errorAnswer } from './answer.js';
import type { Gate } from './gate.js';
import { parseCredentialScope, type CredentialScope } from './credential-scope.js';
import { dispatch, identify, type ApiAccount } from './dispatch.js';
import type { PreparedCall } from './prepare.js';
import { readBody } from './request-body.js';
import { isUnsignedCall, UNSIGNED_CALL } from './unsigned.js';
import { routeCall, type Route, type RouteHints } from './wire.js';

/** What the API is made of. */
export interface ApiParts {
  readonly identities: Identities;
  /** The account of a number, which is one that callers of `identities` may be of. */
  readonly account: (accountId: string) => ApiAccount;
  readonly log: CallLog;
  readonly faults?: FaultSet;
  /** Without it, answers go out as they are. */
  readonly check?: ResponseCheck | undefined;
  /** Without it, calls come in for as long as the listeners are open. */
  readonly gate?: Gate;
  /** Ends the delays of faults. */
  readonly closing?: AbortSignal;
}

/** One call on its way, as far as it is known yet. */
interface Call {
  readonly requestId: string;
  readonly atMs: number;
  readonly target: string | undefined;
  readonly scope: CredentialScope | undefined;
  route: Route;
  caller?: Caller;
  prepared?: PreparedCall;
  fault?: FaultKind;
}

const NEVER = new AbortController().signal;

/** createApi returns the handler of every AWS API call: it finds the service, runs the operation, writes the answer. */
export function createApi(parts: ApiParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const older = createOlderAnswers(Date.now);
  return async (request, response) => {
    const call = openCall(parts, request);
    const reply = await throughGate(parts, call, () => replyTo({ ...parts, older }, call, request)).catch(
      (thrown: unknown): Reply => ({ kind: 'answer', answer: errorAnswer(call.route.wire, thrown) }),
    );
    deliver(response, reply, call.requestId);
    record(parts, call, reply);
  };
}

async function throughGate<T>({ gate }: ApiParts, call: Call, run: () => Promise<T>): Promise<T> {
  const leave = gate?.enter(call.scope?.service);
  try {
    return await run();
  } finally {
    leave?.();
  }
}

function openCall(parts: ApiParts, { headers }: IncomingMessage): Call {
  const requestId = randomUUID();
  const scope = parseCredentialScope(headers.authorization);
  const target = typeof headers['x-amz-target'] === 'string' ? headers['x-amz-target'] : undefined;
  const route = routeOf(parts, { target, scopeService: scope?.service, requestId });
  return { requestId, atMs: Date.now(), target, scope, route };
}

/** Every account has the same services: any of them tells how one is spoken to. */
function routeOf({ account, identities }: ApiParts, hints: RouteHints): Route {
  return routeCall(account(identities.defaultAccountId).services, hints);
}

async function replyTo(
  parts: ApiParts & { readonly older: OlderAnswers },
  call: Call,
  request: IncomingMessage,
): Promise<Reply> {
  requireRoot(call, request);
  const body = await readBody(request);
  const { requestId, scope, target } = call;
  const isForAnybody = !scope && target === undefined && isUnsignedCall(body.toString('utf8'));
  if (isForAnybody) call.route = routeOf(parts, { target, scopeService: UNSIGNED_CALL.service, requestId });
  const caller = identify(parts.identities, call, request.headers);
  if (caller) call.caller = caller;
  const prepared = dispatch(parts, { ...call, caller, isForAnybody }, { headers: request.headers, body });
  call.prepared = prepared;
  const { service, operation } = prepared;
  const name = `${service}:${operation}`;
  const asked = { service, operation, resource: resourceOf(prepared.input) };
  const key = `${name} ${readerOf(caller)} ${call.scope?.region ?? ''} ${body.toString('utf8')}`;
  const { older } = parts;
  const effect = parts.faults?.hit({ ...asked, hasOlderAnswer: (agoMs) => older.find(key, agoMs) !== undefined });
  if (effect) call.fault = effect.kind;
  return play(effect, {
    ...asked,
    callerArn: caller?.arn ?? 'anonymous',
    answer: () => answer(prepared, { older, key, requestId: call.requestId }),
    error: (error) => errorAnswer(call.route.wire, error),
    olderAnswer: (agoMs) => older.find(key, agoMs)?.(call.requestId),
    closing: parts.closing ?? NEVER,
  });
}

/** An older answer is for those only who would be given the new one: their account's users, or the same session. */
function readerOf(caller: Caller | undefined): string {
  return (caller?.policies === undefined ? caller?.accountId : caller.arn) ?? '';
}

async function answer(
  prepared: PreparedCall,
  { older, key, requestId }: { readonly older: OlderAnswers; readonly key: string; readonly requestId: string },
): Promise<Answer> {
  if (!isRead(`${prepared.service}:${prepared.operation}`)) {
    // Who assumes a role changes nothing that is read: there is no older answer because of it.
    if (prepared.service !== 'sts') older.noteWrite();
    return prepared.run();
  }
  const given = await prepared.run();
  older.remember(key, given, requestId);
  return given;
}

/** The protocols spoken here know one path and one method. */
function requireRoot(call: Call, { method, url }: IncomingMessage): void {
  if (method === 'POST' && (url ?? '').split('?', 1)[0] === '/') return;
  const message = `local-aws has nothing at ${method ?? ''} ${url ?? ''}; API calls are POST /.`;
  throw new AwsError(call.route.wire.unknownOperation, message, { status: 404 });
}

function deliver(response: ServerResponse, reply: Reply, requestId: string): void {
  switch (reply.kind) {
    case 'closed':
      response.socket?.destroy();
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'answer': {
      const { status, headers, body, stream } = reply.answer;
      if (stream) {
        response.writeHead(status, { 'x-amzn-requestid': requestId, ...headers });
        // The caller ends a stream by hanging up: that is no failure.
        void pipeline(stream, response).catch(() => undefined);
        return;
      }
      const length = Buffer.byteLength(body);
      response.writeHead(status, { 'x-amzn-requestid': requestId, ...headers, 'content-length': length });
      response.end(body);
    }
  }
}

function record(parts: ApiParts, call: Call, reply: Reply): void {
  const { prepared, route, scope, fault } = call;
  const resource = resourceOf(prepared?.input ?? {});
  const { status, errorCode, errorMessage } = reply.kind === 'answer' ? reply.answer : { status: 0 };
  parts.log.add({
    atMs: call.atMs,
    service: prepared?.service ?? route.service?.id ?? scope?.service ?? 'unknown',
    operation: prepared?.operation ?? 'unknown',
    ...(resource === undefined ? {} : { resource }),
    accessKeyId: scope?.accessKeyId ?? '',
    ...(call.caller === undefined ? {} : { callerArn: call.caller.arn }),
    ...(scope === undefined ? {} : { region: scope.region }),
    status,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    ...(fault === undefined ? {} : { fault }),
    tookMs: Date.now() - call.atMs,
  });
}
