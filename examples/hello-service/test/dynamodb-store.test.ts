import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dynamoDbStore, type DynamoDbOptions } from '../src/dynamodb-store.ts';
import { fakeDynamoDb, serve } from './fakes.ts';

const options = (endpoint: URL): DynamoDbOptions => ({
  table: 'state',
  endpoint,
  region: 'eu-west-1',
  credentials: () => Promise.resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 's' }),
});

describe('dynamoDbStore', () => {
  it('counts calls of all instances together, each once, over connections that it keeps', async (t) => {
    const fake = await fakeDynamoDb(t);
    const stores = [dynamoDbStore(options(fake.url)), dynamoDbStore(options(fake.url))] as const;
    for (let call = 1; call <= 20; call++) assert.equal(await stores[call % 2 === 0 ? 0 : 1].countCall(), call);
    assert.equal(fake.requests.length, 20);
    assert.equal(fake.connections.size, 2);
  });

  it('remembers every version, oldest first, and when it was first seen', async (t) => {
    const fake = await fakeDynamoDb(t);
    const store = dynamoDbStore(options(fake.url));
    await store.countCall();
    for (const version of ['2', '1', '2']) await store.recordStart(version);
    const history = await store.history();
    assert.deepEqual(
      history.map(({ version, starts }) => ({ version, starts })).sort((a, b) => b.starts - a.starts),
      [
        { version: '2', starts: 2 },
        { version: '1', starts: 1 },
      ],
    );
    for (const { firstSeen, lastStarted } of history) assert.ok(Date.parse(firstSeen) <= Date.parse(lastStarted));
    const times = history.map(({ firstSeen }) => firstSeen);
    assert.deepEqual(times, [...times].sort());
  });

  it('signs each call for DynamoDB in its region', async (t) => {
    const fake = await fakeDynamoDb(t);
    await dynamoDbStore(options(fake.url)).countCall();
    assert.match(
      fake.requests[0]?.authorization ?? '',
      /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/eu-west-1\/dynamodb\/aws4_request, SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=[0-9a-f]{64}$/,
    );
  });

  it('names the table that is not there', async (t) => {
    const fake = await fakeDynamoDb(t);
    const store = dynamoDbStore({ ...options(fake.url), table: 'other' });
    await assert.rejects(store.countCall(), {
      name: 'StoreError',
      message: "UpdateItem on table 'other' failed: ResourceNotFoundException (Requested resource not found).",
    });
    assert.equal(fake.requests.length, 1);
  });

  it('does not take what is not DynamoDB for DynamoDB', async (t) => {
    const { url } = await serve(t, (_request, response) => response.end('<html>welcome</html>'));
    await assert.rejects(dynamoDbStore(options(new URL(url))).countCall(), {
      name: 'StoreError',
      message: /the endpoint answered 200 with no error of DynamoDB's/,
    });
  });

  it('refuses an answer without the count', async (t) => {
    const { url } = await serve(t, (_request, response) => response.end('{}'));
    await assert.rejects(dynamoDbStore(options(new URL(url))).countCall(), {
      name: 'StoreError',
      message: /no number/,
    });
  });

  it('never counts a call again whose answer was lost', async (t) => {
    let requests = 0;
    const { url } = await serve(t, (request) => {
      requests++;
      request.socket.destroy();
    });
    await assert.rejects(dynamoDbStore(options(new URL(url))).countCall(), {
      name: 'StoreError',
      message: /UpdateItem got no answer from http/,
    });
    assert.equal(requests, 1);
  });

  it('gives up on an endpoint that does not answer in time', async (t) => {
    const { url } = await serve(t, () => undefined);
    const store = dynamoDbStore({ ...options(new URL(url)), timeoutMs: 50 });
    await assert.rejects(store.countCall(), { name: 'StoreError', message: /timeout after 50 ms/ });
  });
});
