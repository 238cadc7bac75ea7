import { request } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import type { LocalAws } from '../src/index.js';
import { localAwsPerTest, signedAs } from './running.js';

const start = localAwsPerTest();

async function call({ endpoint }: LocalAws, operation: string, input: object): Promise<Record<string, unknown>> {
  const headers = {
    ...signedAs('dynamodb'),
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `DynamoDB_20120810.${operation}`,
  };
  const response = await fetch(endpoint, { method: 'POST', headers, body: JSON.stringify(input) });
  return (await response.json()) as Record<string, unknown>;
}

const TABLE = {
  TableName: 'state',
  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
  BillingMode: 'PAY_PER_REQUEST',
};

async function untilActive(localAws: LocalAws): Promise<void> {
  const { Table } = await call(localAws, 'DescribeTable', { TableName: 'state' });
  if ((Table as { TableStatus: string }).TableStatus !== 'ACTIVE') await untilActive(localAws);
}

describe('DynamoDB', () => {
  it('keeps what is written, and records the calls', async () => {
    const localAws = await start();
    await call(localAws, 'CreateTable', TABLE);
    await untilActive(localAws);
    const update = {
      TableName: 'state',
      Key: { id: { S: 'calls' } },
      UpdateExpression: 'ADD hits :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    };
    await call(localAws, 'UpdateItem', update);
    await call(localAws, 'UpdateItem', update);
    const { Item } = await call(localAws, 'GetItem', { TableName: 'state', Key: update.Key });
    expect(Item).toEqual({ id: { S: 'calls' }, hits: { N: '2' } });
    expect(localAws.calls().at(-1)).toMatchObject({ service: 'dynamodb', operation: 'GetItem', resource: 'state' });
  });

  it('answers on when a caller hangs up in the middle of a call', async () => {
    const localAws = await start();
    const headers = { ...signedAs('dynamodb'), 'x-amz-target': 'DynamoDB_20120810.ListTables', 'content-length': 100 };
    const half = request(localAws.endpoint, { method: 'POST', headers });
    const ended = new Promise((resolve) => half.once('close', resolve));
    half.on('error', () => undefined);
    half.write('{', () => half.destroy());
    await ended;
    expect(await call(localAws, 'ListTables', {})).toEqual({ TableNames: [] });
  });
});
