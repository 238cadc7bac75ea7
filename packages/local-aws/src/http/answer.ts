import { messageOf } from '@slipway/core';
import type { Answer } from '../faults/play.js';
import { AwsError } from '../service.js';
import type { Wire } from './wire.js';

/** outputAnswer writes what an operation returned. */
export function outputAnswer(wire: Wire, operation: string, output: object): Answer {
  return { status: 200, headers: { 'content-type': wire.contentType }, body: wire.output(operation, output) };
}

/** streamAnswer writes the head of an answer whose body comes piece by piece. */
export function streamAnswer(contentType: string, stream: AsyncIterable<Uint8Array>): Answer {
  return { status: 200, headers: { 'content-type': contentType }, body: '', stream };
}

/** errorAnswer writes an error. Whatever is no AwsError is a mistake of local-aws itself, and is answered as such. */
export function errorAnswer(wire: Wire, thrown: unknown): Answer {
  const error = asAwsError(thrown);
  const side = error.status < 500 ? 'Sender' : 'Receiver';
  const headers = {
    'content-type': wire.contentType,
    'x-amzn-errortype': error.code,
    ...(error.queryCode === undefined ? {} : { 'x-amzn-query-error': `${error.queryCode};${side}` }),
  };
  const { status, code: errorCode, message: errorMessage } = error;
  return { status, errorCode, errorMessage, headers, body: wire.error(error) };
}

/** asAwsError keeps what AWS documents, and turns anything else into an InternalFailure. */
export function asAwsError(thrown: unknown): AwsError {
  if (thrown instanceof AwsError) return thrown;
  return new AwsError('InternalFailure', `local-aws failed: ${messageOf(thrown)}`, { status: 500 });
}
