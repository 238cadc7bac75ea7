import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import dynalite from 'dynalite';
import { resourceOf, type CallLog } from '../call-record.js';
import { parseCredentialScope } from '../http/credential-scope.js';
import { readBody } from '../http/request-body.js';

/** DynamoDb is the embedded DynamoDB, in memory: it answers whole requests, in its own protocol. */
export interface DynamoDb {
  /** Whether a request of that X-Amz-Target is DynamoDB's. */
  owns(target: string | undefined): boolean;
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
}

/** Long enough for a client to see CREATING, short enough not to be waited for. */
const TABLE_CHANGE_MS = 20;

/** createDynamoDb starts an empty DynamoDB. It holds no socket and no file, so there is nothing to close. */
export function createDynamoDb(log: CallLog): DynamoDb {
  const server = dynalite({
    createTableMs: TABLE_CHANGE_MS,
    updateTableMs: TABLE_CHANGE_MS,
    deleteTableMs: TABLE_CHANGE_MS,
  });
  return {
    owns: (target) => target?.startsWith('DynamoDB_') ?? false,
    handle: async (request, response) => {
      const atMs = Date.now();
      const body = await readBody(request);
      response.once('finish', () => log.add({ ...describe(request, body), atMs, status: response.statusCode }));
      // dynalite throws, out of reach, when a client hangs up while it reads; so it reads from memory.
      const { method, url, headers } = request;
      server.emit('request', Object.assign(Readable.from([body]), { method, url, headers }), response);
    },
  };
}

function describe(request: IncomingMessage, body: Buffer) {
  const resource = resourceOf(parseOrNothing(body));
  return {
    service: 'dynamodb',
    operation: String(request.headers['x-amz-target']).replace(/^.*\./, ''),
    accessKeyId: parseCredentialScope(request.headers.authorization)?.accessKeyId ?? '',
    ...(resource === undefined ? {} : { resource }),
  };
}

function parseOrNothing(body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
