import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, it, type TestContext } from 'node:test';
import { memoryStore } from '../src/store.ts';
import { run } from './harness.ts';

const SERVER = new URL('../src/server.ts', import.meta.url).pathname;

/** The server as a process of its own, whose log can be awaited line by line. */
async function startServer(t: TestContext, env: Record<string, string>) {
  const child = spawn(process.execPath, [SERVER], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const event = async (name: string): Promise<Record<string, unknown>> => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done) throw new Error(`The server ended without '${name}'.`);
      const line = JSON.parse(value) as Record<string, unknown>;
      if (line['event'] === name) return line;
    }
  };
  return { child, event, exitCode: exitCodeOf(child) };
}

async function exitCodeOf(child: ChildProcess): Promise<unknown> {
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}

function request(url: string, agent: Agent): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      response.resume().once('end', () => resolve(response));
    }).once('error', reject);
  });
}

async function refused(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  } finally {
    socket.destroy();
  }
}

describe('SIGTERM', () => {
  it('answers what is in flight, and what still comes on an open connection, then exits 0', async (t) => {
    const { child, event, exitCode } = await startServer(t, { PORT: '0', APP_VERSION: '7' });
    const port = Number((await event('listening'))['port']);
    const url = `http://127.0.0.1:${port}`;
    const [busy, idle] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
    t.after(() => [busy, idle].forEach((agent) => agent.destroy()));
    assert.equal((await request(`${url}/health`, idle)).headers.connection, 'keep-alive');
    const inFlight = request(`${url}/slow?ms=600`, busy);
    // The count is ahead of our own calls as soon as the slow one has arrived.
    for (let own = 1; (await calls(url)) === own; own++);
    child.kill('SIGTERM');
    assert.equal((await event('stopping'))['signal'], 'SIGTERM');
    const late = await request(`${url}/`, idle);
    assert.equal(late.statusCode, 200);
    assert.equal(late.headers.connection, 'close');
    assert.ok(await refused(port));
    const answered = await inFlight;
    assert.equal(answered.statusCode, 200);
    assert.equal(answered.headers.connection, 'close');
    assert.equal((await event('stopped'))['unanswered'], 0);
    assert.equal(await exitCode, 0);
  });

  it('ends a server that nobody talks to at once', async (t) => {
    const { child, event, exitCode } = await startServer(t, { PORT: '0' });
    await event('ready');
    const startMs = performance.now();
    child.kill('SIGINT');
    assert.equal(await exitCode, 0);
    assert.ok(performance.now() - startMs < 900);
  });

  it('ends a server that still waits for its store', async (t) => {
    const { child, event, exitCode } = await startServer(t, {
      PORT: '0',
      STATE_TABLE: 'state',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'a',
      AWS_SECRET_ACCESS_KEY: 's',
      AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
    });
    await event('waiting-for-store');
    child.kill('SIGTERM');
    assert.equal(await exitCode, 0);
  });
});

async function calls(url: string): Promise<number> {
  return ((await (await fetch(url, { headers: { connection: 'close' } })).json()) as { calls: number }).calls;
}

describe('a server that cannot start', () => {
  it('says what is wrong with its configuration and exits 1', async (t) => {
    const { event, exitCode } = await startServer(t, { PORT: 'http' });
    assert.match(String((await event('bad-configuration'))['reason']), /PORT must be a number/);
    assert.equal(await exitCode, 1);
  });

  it('says that its port is taken and exits 1', async (t) => {
    const { port } = await run(t);
    const { event, exitCode } = await startServer(t, { PORT: String(port) });
    assert.match(String((await event('not-started'))['reason']), /EADDRINUSE/);
    assert.equal(await exitCode, 1);
  });
});

describe('draining', () => {
  it('is not healthy any more', async (t) => {
    const { url, ready, stop } = await run(t);
    await ready;
    const agent = new Agent({ keepAlive: true });
    t.after(() => agent.destroy());
    await request(`${url}/health`, agent);
    const stopped = stop({ idleMs: 2_000, totalMs: 3_000 });
    assert.equal((await request(`${url}/health`, agent)).statusCode, 503);
    assert.equal(await stopped, 0);
  });

  it('closes connections that stay idle, also those that never sent anything', async (t) => {
    const { url, port, stop } = await run(t);
    const agent = new Agent({ keepAlive: true });
    const silent = connect(port, '127.0.0.1');
    t.after(() => agent.destroy());
    await once(silent, 'connect');
    await request(`${url}/`, agent);
    const closed = once(silent, 'close');
    assert.equal(await stop({ idleMs: 20, totalMs: 20_000 }), 0);
    await closed;
  });

  it('cuts what takes too long, and says how many requests that were', async (t) => {
    const arrived = Promise.withResolvers<void>();
    const countCall = (): Promise<number> => {
      arrived.resolve();
      return new Promise(() => undefined);
    };
    const { url, stop } = await run(t, { store: { ...memoryStore(), countCall } });
    const cut = assert.rejects(request(url, new Agent()), { code: 'ECONNRESET' });
    await arrived.promise;
    assert.equal(await stop({ idleMs: 10, totalMs: 50 }), 1);
    await cut;
  });
});
