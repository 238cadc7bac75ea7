import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { describe, it } from 'node:test';
import { memoryStore, StoreError, type Store } from '../src/store.ts';
import { recordedLog, run } from './harness.ts';

const brokenStore = (error: Error): Store => ({
  ...memoryStore(),
  countCall: () => Promise.reject(error),
  history: () => Promise.reject(error),
});

describe('GET /', () => {
  it('tells service, version, host and how often it was called', async (t) => {
    const { url } = await run(t);
    await fetch(url);
    const response = await fetch(url);
    assert.equal(response.status, 200);
    assert.equal(response.headers.get('content-type'), 'application/json; charset=utf-8');
    const expected = { service: 'hello-service', version: '1.2.3', host: hostname(), calls: 2 };
    assert.deepEqual(await response.json(), expected);
  });

  it('counts each of many concurrent calls exactly once', async (t) => {
    const { url } = await run(t);
    const paths = Array.from({ length: 100 }, (_, index) => (index % 2 === 0 ? '/' : '/slow?ms=1'));
    const answers = await Promise.all(paths.map(async (path) => (await fetch(url + path)).json()));
    const counts = answers.map((answer) => (answer as { calls: number }).calls).sort((one, other) => one - other);
    assert.deepEqual(
      counts,
      Array.from({ length: 100 }, (_, index) => index + 1),
    );
  });

  it('does not count health checks, history, and requests that it refuses', async (t) => {
    const { url } = await run(t);
    for (const path of ['/health', '/history', '/slow?ms=no', '/nowhere']) await fetch(url + path);
    await fetch(url, { method: 'DELETE' });
    assert.equal(((await (await fetch(url)).json()) as { calls: number }).calls, 1);
  });
});

describe('GET /history', () => {
  it('lists every version that started, oldest first, also after a rollback', async (t) => {
    const store = memoryStore();
    for (const version of ['1', '2', '1']) await (await run(t, { version, store })).ready;
    const { url, ready } = await run(t, { version: '2', store });
    await ready;
    const history = (await (await fetch(`${url}/history`)).json()) as { version: string; starts: number }[];
    assert.deepEqual(
      history.map(({ version, starts }) => ({ version, starts })),
      [
        { version: '1', starts: 2 },
        { version: '2', starts: 2 },
      ],
    );
  });
});

describe('GET /slow', () => {
  it('answers as / does, after that many milliseconds', async (t) => {
    const { url } = await run(t);
    const startMs = performance.now();
    const response = await fetch(`${url}/slow?ms=80`);
    assert.equal(response.status, 200);
    assert.equal(((await response.json()) as { calls: number }).calls, 1);
    // A timer may fire a millisecond early by this clock.
    assert.ok(performance.now() - startMs >= 79);
  });

  for (const ms of ['', 'fast', '-1', '1.5', '1e3', '0x10', '10001', '999999999999']) {
    it(`refuses ms=${ms}`, async (t) => {
      const { url } = await run(t);
      const response = await fetch(`${url}/slow?ms=${ms}`);
      assert.equal(response.status, 400);
      assert.deepEqual(await response.json(), {
        error: 'BAD_MS',
        message: 'ms must be a whole number from 0 to 10000.',
      });
    });
  }
});

describe('GET /health', () => {
  it('is 503 until the store has answered, then 200', async (t) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const { url, ready } = await run(t, { store: { ...memoryStore(), recordStart: () => promise } });
    const starting = await fetch(`${url}/health`);
    assert.equal(starting.status, 503);
    assert.deepEqual(await starting.json(), { status: 'starting', version: '1.2.3' });
    resolve();
    await ready;
    const healthy = await fetch(`${url}/health`);
    assert.equal(healthy.status, 200);
    assert.deepEqual(await healthy.json(), { status: 'ok', version: '1.2.3' });
  });

  it('waits for a store that comes up late, and says so once', async (t) => {
    const log = recordedLog();
    let attempts = 0;
    const recordStart = (): Promise<void> =>
      ++attempts < 3 ? Promise.reject(new StoreError('no table yet')) : Promise.resolve();
    const { ready } = await run(t, { log, storePauseMs: 1, store: { ...memoryStore(), recordStart } });
    await ready;
    assert.equal(attempts, 3);
    assert.deepEqual(log.events, ['waiting-for-store']);
  });

  it('gives up on a store that does not come up', async (t) => {
    const recordStart = (): Promise<void> => Promise.reject(new StoreError('no table'));
    const { ready } = await run(t, { storeWaitMs: 0, store: { ...memoryStore(), recordStart } });
    await assert.rejects(ready, { name: 'StoreError', message: 'no table' });
  });
});

describe('what cannot be answered', () => {
  it('is 404 for an unknown path, whatever it looks like', async (t) => {
    const { url, port } = await run(t);
    const response = await fetch(`${url}/nowhere`);
    assert.equal(response.status, 404);
    assert.equal(((await response.json()) as { error: string }).error, 'NOT_FOUND');
    const socket = connect(port, '127.0.0.1');
    socket.end('GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    assert.match(Buffer.concat(chunks).toString(), /^HTTP\/1\.1 404 /);
  });

  it('is 405 for another method, with Allow', async (t) => {
    const { url } = await run(t);
    const response = await fetch(url, { method: 'POST', body: 'x'.repeat(100_000) });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get('allow'), 'GET');
    assert.equal(((await response.json()) as { error: string }).error, 'METHOD_NOT_ALLOWED');
  });

  it('is 503 when the store fails, logged once per burst and without its words', async (t) => {
    const log = recordedLog();
    const { url } = await run(t, { log, store: brokenStore(new StoreError('secret endpoint down')) });
    for (const path of ['/', '/', '/history', '/slow?ms=1']) {
      const response = await fetch(url + path);
      assert.equal(response.status, 503);
      assert.deepEqual(await response.json(), {
        error: 'STORE_UNAVAILABLE',
        message: 'The state of the service cannot be reached at the moment.',
      });
    }
    assert.deepEqual(log.events, ['store-failed']);
  });

  it('is 500 when it is our own fault', async (t) => {
    const log = recordedLog();
    const { url } = await run(t, { log, store: brokenStore(new TypeError('x is undefined')) });
    const response = await fetch(url);
    assert.equal(response.status, 500);
    assert.equal(((await response.json()) as { error: string }).error, 'INTERNAL');
    assert.deepEqual(log.events, ['bug']);
  });

  it('says the version all the same, as every answer does', async (t) => {
    const { url } = await run(t, { store: brokenStore(new StoreError('down')) });
    for (const path of ['/', '/history', '/slow?ms=x', '/health', '/nowhere']) {
      assert.equal((await fetch(url + path)).headers.get('x-version'), '1.2.3', path);
    }
  });
});
