import type { CredentialSource } from './credentials.ts';
import { messageOf } from './log.ts';
import { poster } from './post.ts';
import { signedHeaders } from './sigv4.ts';
import { byFirstSeen, StoreError, type Deployment, type Store } from './store.ts';

/** Which table, and how to reach it. */
export interface DynamoDbOptions {
  /** Its partition key is a string named `id`; it has no sort key. The table is infrastructure: never created here. */
  readonly table: string;
  readonly endpoint: URL;
  readonly region: string;
  readonly credentials: CredentialSource;
  /** How long one call may take. Defaults to 2 s. */
  readonly timeoutMs?: number;
}

/** What DynamoDB answers in single-digit milliseconds; beyond this the caller is better off with a 503. */
const DEFAULT_TIMEOUT_MS = 2_000;
const CALLS_KEY = { id: { S: 'calls' } };
const DEPLOYMENT_PREFIX = 'deployment#';

/** A value as DynamoDB's JSON writes it. Only strings and numbers are kept here. */
interface AttributeValue {
  readonly S?: string;
  readonly N?: string;
}
type Item = Readonly<Record<string, AttributeValue>>;
interface Answer {
  readonly Attributes?: Item;
  readonly Items?: readonly Item[];
  readonly LastEvaluatedKey?: Item;
}

interface Call {
  readonly operation: 'UpdateItem' | 'Scan';
  readonly input: object;
}
type CallTable = (operation: Call['operation'], input: Call['input']) => Promise<Answer>;

/** dynamoDbStore keeps the state in one DynamoDB table: an item `calls` and an item `deployment#<version>` each. */
export function dynamoDbStore(options: DynamoDbOptions): Store {
  const post = poster(options.endpoint);
  const call: CallTable = (operation, input) => callDynamoDb(options, post, { operation, input });
  return {
    // Never tried twice: when an answer is lost nobody knows whether the call was counted, and once is the promise.
    countCall: async () => {
      const answer = await call('UpdateItem', {
        Key: CALLS_KEY,
        UpdateExpression: 'ADD #total :one',
        ExpressionAttributeNames: { '#total': 'total' },
        ExpressionAttributeValues: { ':one': { N: '1' } },
        ReturnValues: 'UPDATED_NEW',
      });
      return numberIn(answer.Attributes, 'total');
    },
    recordStart: async (version) => {
      await call('UpdateItem', {
        Key: { id: { S: `${DEPLOYMENT_PREFIX}${version}` } },
        UpdateExpression:
          'SET #version = :version, #firstSeen = if_not_exists(#firstSeen, :now), #lastStarted = :now ADD #starts :one',
        ExpressionAttributeNames: {
          '#version': 'version',
          '#firstSeen': 'firstSeen',
          '#lastStarted': 'lastStarted',
          '#starts': 'starts',
        },
        ExpressionAttributeValues: {
          ':version': { S: version },
          ':now': { S: new Date().toISOString() },
          ':one': { N: '1' },
        },
      });
    },
    history: async () => (await scanDeployments(call)).map(deploymentIn).sort(byFirstSeen),
  };
}

/** The table holds one item per version that ever ran, and one more: a scan reads hardly anything else. */
async function scanDeployments(call: CallTable): Promise<Item[]> {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page: Answer = await call('Scan', {
      ConsistentRead: true,
      FilterExpression: 'begins_with(#id, :prefix)',
      ExpressionAttributeNames: { '#id': 'id' },
      ExpressionAttributeValues: { ':prefix': { S: DEPLOYMENT_PREFIX } },
      ...(startKey === undefined ? {} : { ExclusiveStartKey: startKey }),
    });
    items.push(...(page.Items ?? []));
    startKey = page.LastEvaluatedKey;
  } while (startKey !== undefined);
  return items;
}

type Post = ReturnType<typeof poster>;

async function callDynamoDb(options: DynamoDbOptions, post: Post, call: Call): Promise<Answer> {
  const { endpoint, region, table } = options;
  const { operation } = call;
  const body = JSON.stringify({ TableName: table, ...call.input });
  const unsigned = { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `DynamoDB_20120810.${operation}` };
  const credentials = await options.credentials();
  const headers = signedHeaders(
    { method: 'POST', url: endpoint, headers: unsigned, body },
    { credentials, region, service: 'dynamodb', date: new Date() },
  );
  const response = await post({ headers, body, timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS }).catch(
    (error: unknown): never => {
      const reason = `${operation} got no answer from ${endpoint.origin}: ${messageOf(error)}.`;
      throw new StoreError(reason, { cause: error });
    },
  );
  const answer = parseObject(response.text);
  if (response.status === 200 && answer !== undefined) return answer;
  throw new StoreError(`${operation} on table '${table}' failed: ${reasonIn(answer, response.status)}.`);
}

function parseObject(text: string): (Answer & Readonly<Record<string, unknown>>) | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}

/** `__type` is like `com.amazonaws.dynamodb.v20120810#ResourceNotFoundException`; validation writes `Message`. */
function reasonIn(answer: Readonly<Record<string, unknown>> | undefined, status: number): string {
  if (typeof answer?.['__type'] !== 'string') return `the endpoint answered ${status} with no error of DynamoDB's`;
  const message = answer['message'] ?? answer['Message'];
  return `${answer['__type'].replace(/^.*#/, '')}${typeof message === 'string' ? ` (${message})` : ''}`;
}

function deploymentIn(item: Item): Deployment {
  return {
    version: textIn(item, 'version'),
    firstSeen: textIn(item, 'firstSeen'),
    lastStarted: textIn(item, 'lastStarted'),
    starts: numberIn(item, 'starts'),
  };
}

function textIn(item: Item | undefined, name: string): string {
  const text = item?.[name]?.S;
  if (text === undefined) throw new StoreError(`An item in the table has no text in its attribute '${name}'.`);
  return text;
}

function numberIn(item: Item | undefined, name: string): number {
  const number = Number(item?.[name]?.N);
  if (!Number.isSafeInteger(number)) throw new StoreError(`An item in the table has no number in '${name}'.`);
  return number;
}
