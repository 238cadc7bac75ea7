import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../faults/play.js';
import type { ResponseCheck } from '../schemas/response-check.js';
import { AwsError, EventStream, type AwsService, type CallContext } from '../service.js';
import { asAwsError, errorAnswer, outputAnswer, streamAnswer } from './answer.js';
import type { CredentialScope } from './credential-scope.js';
import { EVENT_STREAM, encodeEvents } from './event-stream.js';
import { parseJsonInput } from './json-protocol.js';
import { jsonWire, type Route } from './wire.js';

/** A service that reads its requests and writes its answers by itself. */
export interface ForeignService {
  /** The name in the signature's credential scope. */
  readonly id: string;
  readonly operations: readonly string[];
  /** Whether a request of that X-Amz-Target is its own. */
  owns(target: string | undefined): boolean;
  answer(headers: IncomingHttpHeaders, body: Buffer): Promise<Answer>;
}

/** PreparedCall is a call that was understood and not yet done. */
export interface PreparedCall {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Does it. Never rejects: an error is an answer too. */
  run(): Promise<Answer>;
}

/** What a call is prepared with. */
export interface Preparing {
  readonly route: Route;
  readonly scope: CredentialScope | undefined;
  readonly accountId: string;
  readonly requestId: string;
  readonly check: ResponseCheck | undefined;
}

/**
 * prepareCall reads a call of one of our services.
 *
 * @throws AwsError
 */
export function prepareCall({ route, scope, ...parts }: Preparing, body: string): PreparedCall {
  const { service, wire } = route;
  if (!scope) {
    const message = 'The request is not signed; local-aws answers signed calls.';
    throw new AwsError('MissingAuthenticationToken', message, { status: 403 });
  }
  if (!service) {
    const message = `local-aws has no service '${scope.service}' that speaks this protocol.`;
    throw new AwsError(wire.unknownOperation, message, { status: 404 });
  }
  const { operation, input } = wire.parse(body);
  const context: CallContext = { ...scope, accountId: parts.accountId, requestId: parts.requestId };
  const run = async (): Promise<Answer> => {
    try {
      const output = await perform(service, { operation, input }, context);
      if (output instanceof EventStream) {
        return streamAnswer(EVENT_STREAM, encodeEvents(output, { service, operation, check: parts.check }));
      }
      await parts.check?.output(service, operation, output);
      return outputAnswer(wire, operation, output);
    } catch (thrown) {
      const error = asAwsError(thrown);
      const problem = await parts.check?.error(service, operation, error).catch(asAwsError);
      return errorAnswer(wire, problem ?? error);
    }
  };
  return { service: service.id, operation, input, run };
}

/** prepareForeignCall reads as much of another's call as is recorded. */
export function prepareForeignCall(
  service: ForeignService,
  request: { readonly headers: IncomingHttpHeaders; readonly body: Buffer; readonly target: string },
): PreparedCall {
  const operation = request.target.replace(/^.*\./, '');
  const run = async (): Promise<Answer> => {
    try {
      if (!service.operations.includes(operation))
        throw unknownOperation('UnknownOperationException', service, operation);
      return await service.answer(request.headers, request.body);
    } catch (thrown) {
      return errorAnswer(jsonWire('1.0', operation), thrown);
    }
  };
  return { service: service.id, operation, input: parseJsonInput(request.body.toString('utf8')), run };
}

async function perform(
  service: AwsService,
  call: { readonly operation: string; readonly input: Record<string, unknown> },
  context: CallContext,
): Promise<object> {
  const known = Object.hasOwn(service.operations, call.operation);
  const operation = known ? service.operations[call.operation] : undefined;
  if (operation) return operation(call.input, context);
  const code = service.protocol.kind === 'json' ? 'UnknownOperationException' : 'InvalidAction';
  throw unknownOperation(code, service, call.operation);
}

function unknownOperation(code: string, { id }: { readonly id: string }, operation: string): AwsError {
  return new AwsError(code, `local-aws does not have the operation ${id}:${operation}.`);
}
