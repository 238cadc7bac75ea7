import type { AwsError, AwsService } from '../service.js';
import { parseJsonInput, writeJsonError, writeJsonOutput } from './json-protocol.js';
import { parseQueryInput } from './query-protocol.js';
import { writeXmlError, writeXmlOutput } from './xml.js';

/** A call, read. */
export interface ParsedCall {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

/** Wire reads calls and writes answers in the form that one service speaks. */
export interface Wire {
  readonly contentType: string;
  /** The error of a call to an operation that the service does not have. */
  readonly unknownOperation: string;
  parse(body: string): ParsedCall;
  output(operation: string, output: object): string;
  error(error: AwsError): string;
}

/** jsonWire returns the JSON form; the operation is known from the X-Amz-Target header. */
export function jsonWire(version: '1.0' | '1.1', operation: string): Wire {
  return {
    contentType: `application/x-amz-json-${version}`,
    unknownOperation: 'UnknownOperationException',
    parse: (body) => ({ operation, input: parseJsonInput(body) }),
    output: (_operation, output) => writeJsonOutput(output),
    error: writeJsonError,
  };
}

/** queryWire returns the Query form of a service: a form in, XML out. */
export function queryWire(service: { readonly id: string; readonly version: string }, requestId: string): Wire {
  const envelope = { namespace: `http://${service.id}.amazonaws.com/doc/${service.version}/`, requestId };
  return {
    contentType: 'text/xml',
    unknownOperation: 'InvalidAction',
    parse: parseQueryInput,
    output: (operation, output) => writeXmlOutput(operation, output, envelope),
    error: (error) => writeXmlError(error, envelope),
  };
}

/** Which service a request is for, and how to talk to its caller; no service when we have none of that name. */
export interface Route {
  readonly service: AwsService | undefined;
  readonly wire: Wire;
}

/** What of a request decides where it goes. */
export interface RouteHints {
  /** X-Amz-Target, `<prefix>.<operation>`. */
  readonly target: string | undefined;
  /** The service in the credential scope. */
  readonly scopeService: string | undefined;
  readonly requestId: string;
}

/** routeCall finds the service: by the target's prefix for JSON, by the signature's credential scope for Query. */
export function routeCall(services: readonly AwsService[], hints: RouteHints): Route {
  if (hints.target !== undefined) {
    const dot = hints.target.lastIndexOf('.');
    const prefix = hints.target.slice(0, Math.max(dot, 0));
    const service = services.find(({ protocol }) => protocol.kind === 'json' && protocol.targetPrefix === prefix);
    const version = service?.protocol.kind === 'json' ? service.protocol.version : '1.1';
    return { service, wire: jsonWire(version, hints.target.slice(dot + 1)) };
  }
  const service = services.find(({ id, protocol }) => protocol.kind === 'query' && id === hints.scopeService);
  const version = service?.protocol.version ?? 'unknown';
  return { service, wire: queryWire({ id: service?.id ?? 'local-aws', version }, hints.requestId) };
}
