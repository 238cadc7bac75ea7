import type { IncomingMessage } from 'node:http';
import { AwsError } from '../service.js';

/** DynamoDB's documented limit for one request (BatchWriteItem); every other API here stays far below it. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * readBody reads a whole request.
 *
 * @throws AwsError RequestEntityTooLarge
 */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) {
      throw new AwsError('RequestEntityTooLarge', `The request is larger than ${MAX_BODY_BYTES} bytes.`, {
        status: 413,
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
