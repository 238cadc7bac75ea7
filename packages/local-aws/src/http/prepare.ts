import type { IncomingHttpHeaders } from 'node:http';
import type { Answer } from '../faults/play.js';
import type { ResponseCheck } from '../schemas/response-check.js';
import { AwsError, EventStream, type AwsService, type CallContext } from '../service.js';
import { asAwsError, errorAnswer, outputAnswer, streamAnswer } from './answer.js';
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
  readonly context: CallContext;
  readonly check: ResponseCheck | undefined;
  /** @throws AwsError when the caller may not make the call */
  readonly authorize: (call: NamedOperation) => void;
}

/** NamedOperation is what a call asks for. */
export interface NamedOperation {
  readonly service: string;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/**
 * prepareCall reads a call of one of our services.
 *
 * @throws AwsError
 */
export function prepareCall({ route, context, check, authorize }: Preparing, body: string): PreparedCall {
  const { service, wire } = route;
  if (!service) {
    const message = 'local-aws has no service that speaks this protocol and is called so in the signature.';
    throw new AwsError(wire.unknownOperation, message, { status: 404 });
  }
  const { operation, input } = wire.parse(body);
  const run = async (): Promise<Answer> => {
    try {
      const asked = { service: service.id, operation, input };
      const output = await perform(service, { operation, input, authorize: () => authorize(asked) }, context);
      if (output instanceof EventStream) {
        return streamAnswer(EVENT_STREAM, encodeEvents(output, { service, operation, check }));
      }
      await check?.output(service, operation, output);
      return outputAnswer(wire, operation, output);
    } catch (thrown) {
      const error = asAwsError(thrown);
      const problem = await check?.error(service, operation, error).catch(asAwsError);
      return errorAnswer(wire, problem ?? error);
    }
  };
  return { service: service.id, operation, input, run };
}

/** What a call of another's service is prepared with. */
export interface ForeignRequest {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly target: string;
  /** @throws AwsError when the caller may not make the call */
  readonly authorize: (call: NamedOperation) => void;
}

/** prepareForeignCall reads as much of another's call as is recorded. */
export function prepareForeignCall(service: ForeignService, request: ForeignRequest): PreparedCall {
  const operation = request.target.replace(/^.*\./, '');
  const input = parseJsonInput(request.body.toString('utf8'));
  const run = async (): Promise<Answer> => {
    try {
      if (!service.operations.includes(operation))
        throw unknownOperation('UnknownOperationException', service, operation);
      request.authorize({ service: service.id, operation, input });
      return await service.answer(request.headers, request.body);
    } catch (thrown) {
      return errorAnswer(jsonWire('1.0', operation), thrown);
    }
  };
  return { service: service.id, operation, input, run };
}

interface PerformedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly authorize: () => void;
}

async function perform(service: AwsService, call: PerformedCall, context: CallContext): Promise<object> {
  const known = Object.hasOwn(service.operations, call.operation);
  const operation = known ? service.operations[call.operation] : undefined;
  if (operation) {
    call.authorize();
    return operation(call.input, context);
  }
  const code = service.protocol.kind === 'json' ? 'UnknownOperationException' : 'InvalidAction';
  throw unknownOperation(code, service, call.operation);
}

function unknownOperation(code: string, { id }: { readonly id: string }, operation: string): AwsError {
  return new AwsError(code, `local-aws does not have the operation ${id}:${operation}.`);
}
