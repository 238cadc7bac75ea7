import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

/** serve answers HTTP on a free loopback port until the test ends. */
export async function serve(context: TestContext, listener: RequestListener): Promise<{ url: string; server: Server }> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

interface Attribute {
  S?: string;
  N?: string;
}
type Item = Record<string, Attribute>;
interface Input {
  TableName: string;
  Key?: { id: { S: string } };
  ExpressionAttributeValues: Record<string, Attribute>;
  ExclusiveStartKey?: Item;
}

/** fakeDynamoDb understands the three calls of the store, on one table named `state`, a page of one item at a time. */
export async function fakeDynamoDb(context: TestContext) {
  const table = new Map<string, Item>();
  const requests: { operation: string; authorization: string }[] = [];
  const connections = new Set<unknown>();
  const { url } = await serve(context, (request, response) => {
    connections.add(request.socket);
    void answer(request).then(({ status, body }) => response.writeHead(status).end(JSON.stringify(body)));
  });
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: object }> => {
    const input = JSON.parse(await text(request)) as Input;
    const operation = String(request.headers['x-amz-target']).replace('DynamoDB_20120810.', '');
    requests.push({ operation, authorization: String(request.headers.authorization) });
    if (input.TableName !== 'state') {
      const __type = 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException';
      return { status: 400, body: { __type, message: 'Requested resource not found' } };
    }
    return { status: 200, body: operation === 'Scan' ? scan(table, input) : update(table, input) };
  };
  return { url: new URL(url), table, requests, connections };
}

function update(table: Map<string, Item>, { Key, ExpressionAttributeValues: values }: Input): object {
  const id = Key?.id.S ?? '';
  const old = table.get(id) ?? {};
  const plusOne = (name: string): Attribute => ({ N: String(Number(old[name]?.N ?? 0) + 1) });
  const now = values[':now'] ?? {};
  const item: Item =
    id === 'calls'
      ? { id: { S: id }, total: plusOne('total') }
      : {
          id: { S: id },
          version: values[':version'] ?? {},
          firstSeen: old['firstSeen'] ?? now,
          lastStarted: now,
          starts: plusOne('starts'),
        };
  table.set(id, item);
  return { Attributes: item };
}

function scan(table: Map<string, Item>, input: Input): object {
  const items = [...table.values()];
  const start = input.ExclusiveStartKey?.['id']?.S;
  const index = start === undefined ? 0 : items.findIndex((item) => item['id']?.S === start) + 1;
  const item = items[index];
  const matches = item?.['id']?.S?.startsWith(input.ExpressionAttributeValues[':prefix']?.S ?? '') ?? false;
  return {
    Items: matches ? [item] : [],
    ...(index < items.length - 1 ? { LastEvaluatedKey: { id: item?.['id'] } } : {}),
  };
}
