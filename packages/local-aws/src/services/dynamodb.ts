import { EventEmitter } from 'node:events';
import dynalite from 'dynalite';
import type { Answer } from '../faults/play.js';
import type { ForeignService } from '../http/prepare.js';

/** Long enough for a client to see CREATING, short enough not to be waited for. */
const TABLE_CHANGE_MS = 20;

/** What dynalite answers; all else it refuses by name. */
const OPERATIONS = [
  ...['BatchGetItem', 'BatchWriteItem', 'CreateTable', 'DeleteItem', 'DeleteTable', 'DescribeTable'],
  ...['DescribeTimeToLive', 'GetItem', 'ListTables', 'ListTagsOfResource', 'PutItem', 'Query', 'Scan'],
  ...['TagResource', 'UntagResource', 'UpdateItem', 'UpdateTable'],
];

/**
 * createDynamoDb starts an empty DynamoDB in memory, which reads and writes its own protocol. It holds no socket and no
 * file, so there is nothing to close.
 */
export function createDynamoDb(): ForeignService {
  const server = dynalite({
    createTableMs: TABLE_CHANGE_MS,
    updateTableMs: TABLE_CHANGE_MS,
    deleteTableMs: TABLE_CHANGE_MS,
  });
  return {
    id: 'dynamodb',
    operations: OPERATIONS,
    owns: (target) => target?.startsWith('DynamoDB_') ?? false,
    answer: (headers, body) =>
      new Promise((resolve) => {
        const request = Object.assign(new EventEmitter(), { method: 'POST', url: '/', headers });
        server.emit('request', request, new CapturedResponse(resolve));
        // dynalite throws, out of reach, when a client hangs up while it reads; so it is told the whole at once, and
        // what it throws meanwhile rejects this promise.
        request.emit('data', body);
        request.emit('end');
      }),
  };
}

/** As much of a response as dynalite writes to. */
class CapturedResponse {
  statusCode = 200;
  contentType = 'application/x-amz-json-1.0';
  readonly #headers: Record<string, string> = {};
  readonly #done: (answer: Answer) => void;

  constructor(done: (answer: Answer) => void) {
    this.#done = done;
  }

  setHeader(name: string, value: string | number): void {
    this.#headers[name.toLowerCase()] = String(value);
  }

  end(body = ''): void {
    const code = this.statusCode < 400 ? undefined : (/"__type":"(?:[^"]*#)?(\w+)"/.exec(body)?.[1] ?? 'Unknown');
    this.#done({
      status: this.statusCode,
      ...(code === undefined ? {} : { errorCode: code }),
      headers: this.#headers,
      body,
    });
  }
}
