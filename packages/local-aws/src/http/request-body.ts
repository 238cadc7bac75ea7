import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { AwsError } from '../service.js';

/** DynamoDB's documented limit for one request (BatchWriteItem); every other API here stays far below it. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * readBody reads a whole request, unpacked: SDKs compress long calls of CloudWatch.
 *
 * @throws AwsError RequestEntityTooLarge, RequestAbortedException, SerializationException
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    // Whoever hangs up half-way gets no answer; the record tells why there was none.
    throw request.errored === error ? new AwsError('RequestAbortedException', 'The request ended half-way.') : error;
  }
  const body = Buffer.concat(chunks);
  return request.headers['content-encoding'] === 'gzip' ? unpack(body) : body;
}

function unpack(body: Buffer): Buffer {
  try {
    return gunzipSync(body, { maxOutputLength: MAX_BODY_BYTES });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new AwsError('SerializationException', 'The request body is not what its Content-Encoding says.');
  }
}

function tooLarge(): AwsError {
  return new AwsError('RequestEntityTooLarge', `The request is larger than ${MAX_BODY_BYTES} bytes.`, { status: 413 });
}
