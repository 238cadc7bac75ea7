import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '@slipway/core';
import { resourceOf, type CallLog } from '../call-record.js';
import { AwsError, type AwsService } from '../service.js';
import { parseCredentialScope, type CredentialScope } from './credential-scope.js';
import { readBody } from './request-body.js';
import { routeCall, type ParsedCall, type Route } from './wire.js';

/** What the API is made of. */
export interface ApiParts {
  readonly accountId: string;
  readonly services: readonly AwsService[];
  readonly log: CallLog;
}

/** One call on its way, as far as it is known yet. */
interface Call {
  readonly requestId: string;
  readonly atMs: number;
  readonly scope: CredentialScope | undefined;
  readonly route: Route;
  parsed?: ParsedCall;
}

/** createApi returns the handler of every AWS API call: it finds the service, runs the operation, writes the answer. */
export function createApi(parts: ApiParts): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const requestId = randomUUID();
    const scope = parseCredentialScope(request.headers.authorization);
    const target = request.headers['x-amz-target'];
    const hints = { target: typeof target === 'string' ? target : undefined, scopeService: scope?.service, requestId };
    const call: Call = { requestId, atMs: Date.now(), scope, route: routeCall(parts.services, hints) };
    try {
      const output = await perform(parts, call, request);
      const operation = call.parsed?.operation ?? '';
      send(response, call, { status: 200, body: call.route.wire.output(operation, output) });
      record(parts, call, { status: 200 });
    } catch (thrown) {
      const error = asAwsError(thrown);
      response.setHeader('x-amzn-errortype', error.code);
      send(response, call, { status: error.status, body: call.route.wire.error(error) });
      record(parts, call, { status: error.status, errorCode: error.code });
    }
  };
}

async function perform(parts: ApiParts, call: Call, request: IncomingMessage): Promise<object> {
  const { service, wire } = call.route;
  const body = (await readBody(request)).toString('utf8');
  if (!call.scope) {
    throw new AwsError('MissingAuthenticationToken', 'The request is not signed; local-aws answers signed calls.', {
      status: 403,
    });
  }
  if (!service) {
    const name = call.scope.service;
    throw new AwsError(wire.unknownOperation, `local-aws has no service '${name}' that speaks this protocol.`, {
      status: 404,
    });
  }
  call.parsed = wire.parse(body);
  const { operation, input } = call.parsed;
  const answer = Object.hasOwn(service.operations, operation) ? service.operations[operation] : undefined;
  if (!answer) {
    throw new AwsError(wire.unknownOperation, `local-aws does not have the operation ${service.id}:${operation}.`);
  }
  const { accessKeyId, region } = call.scope;
  return answer(input, { accountId: parts.accountId, region, accessKeyId, requestId: call.requestId });
}

function send(response: ServerResponse, call: Call, answer: { readonly status: number; readonly body: string }): void {
  response.writeHead(answer.status, {
    'content-type': call.route.wire.contentType,
    'content-length': Buffer.byteLength(answer.body),
    'x-amzn-requestid': call.requestId,
  });
  response.end(answer.body);
}

function record(parts: ApiParts, call: Call, end: { readonly status: number; readonly errorCode?: string }): void {
  const resource = resourceOf(call.parsed?.input ?? {});
  parts.log.add({
    atMs: call.atMs,
    service: call.route.service?.id ?? call.scope?.service ?? 'unknown',
    operation: call.parsed?.operation ?? 'unknown',
    ...(resource === undefined ? {} : { resource }),
    accessKeyId: call.scope?.accessKeyId ?? '',
    ...end,
  });
}

/** asAwsError keeps what AWS documents; anything else is a mistake of local-aws itself, and says so. */
function asAwsError(thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  return new AwsError('InternalFailure', `local-aws failed: ${messageOf(thrown)}`, { status: 500 });
}
