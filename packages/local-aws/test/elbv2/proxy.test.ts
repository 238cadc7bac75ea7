import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { Agent, request, type IncomingMessage, type RequestListener } from 'node:http';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import {
  createStage,
  figuresOf,
  forward,
  newGroup,
  newListener,
  register,
  send,
  until,
  type Stage,
  type TestListener,
} from './stage.js';

let stage: Stage;
beforeEach(() => {
  stage = createStage();
});
afterEach(() => stage.close());

/** A listener before one healthy target that answers by that handler; health checks pass. */
async function behind(handler: RequestListener): Promise<TestListener> {
  const group = await newGroup(stage);
  const listener = await newListener(stage, forward([group, 1]));
  const target = await stage.target((incoming, response) => {
    if (incoming.url === '/health') response.end();
    else handler(incoming, response);
  });
  await register(stage, group, target);
  return listener;
}

/** A listener before a target that speaks TCP as told to everything but health checks. */
async function behindRaw(answer: (socket: Socket) => void): Promise<{ listener: TestListener; server: Server }> {
  const group = await newGroup(stage);
  const listener = await newListener(stage, forward([group, 1]));
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk: Buffer) => {
      const healthy = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n';
      if (chunk.toString().startsWith('GET /health')) socket.end(healthy);
      else answer(socket);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const target = { id: '127.0.0.1', port: (server.address() as AddressInfo).port };
  await register(stage, group, { target, server: server as never, stop: () => Promise.resolve() });
  return { listener, server };
}

describe('what passes through', () => {
  it('is the method, path, body and end-to-end headers; hop-by-hop headers end here', async () => {
    const listener = await behind((incoming, response) => {
      response.writeHead(201, { 'X-Kept': 'yes', 'Keep-Alive': 'timeout=7', 'Set-Cookie': ['a=1', 'b=2'] });
      const { method, url, headers } = incoming;
      incoming.on('data', (chunk: Buffer) => response.write(chunk));
      incoming.on('end', () => response.end(JSON.stringify({ method, url, headers })));
    });
    const reply = await send(`${listener.url}/a%20b?c=d`, {
      method: 'PUT',
      headers: { 'X-Mine': '1', Connection: 'close, X-Hop', 'X-Hop': '1', 'X-Forwarded-For': '203.0.113.9' },
      body: 'body;',
    });
    const seen = JSON.parse(reply.body.replace('body;', '')) as { headers: Record<string, string> };
    expect(reply).toMatchObject({ status: 201, headers: { 'x-kept': 'yes', 'set-cookie': ['a=1', 'b=2'] } });
    expect(reply.headers['keep-alive']).not.toBe('timeout=7');
    expect(seen).toMatchObject({ method: 'PUT', url: '/a%20b?c=d' });
    expect(seen.headers).toMatchObject({
      host: new URL(listener.url).host,
      'x-mine': '1',
      'x-forwarded-for': expect.stringMatching(/^203\.0\.113\.9, 127\./),
      'x-forwarded-proto': 'http',
      'x-forwarded-port': new URL(listener.url).port,
      connection: 'keep-alive',
    });
    expect(seen.headers).not.toHaveProperty('x-hop');
  });

  it('streams both ways: a target may answer while it still reads', async () => {
    const listener = await behind((incoming, response) => void incoming.pipe(response));
    const upload = request(`${listener.url}/echo`, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' } });
    upload.write('first');
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    let read = '';
    answer.on('data', (chunk: Buffer) => (read += chunk.toString()));
    await until(() => read === 'first');
    const ended = once(answer, 'end');
    upload.end('last');
    await ended;
    expect(read).toBe('firstlast');
  });

  it('carries a large body whole, without a length and with a slow reader', async () => {
    const listener = await behind((incoming, response) => {
      let bytes = 0;
      incoming.on('data', (chunk: Buffer) => (bytes += chunk.length));
      incoming.on('end', () => response.end(String(bytes)));
    });
    const body = 'x'.repeat(5_000_000);
    expect((await send(listener.url, { method: 'POST', body })).body).toBe('5000000');
  });

  it('has no body for HEAD, and a POST without a body stays without', async () => {
    const listener = await behind((incoming, response) => {
      response.writeHead(200, { 'X-Length': incoming.headers['content-length'] ?? 'none', 'Content-Length': 4 });
      response.end(incoming.method === 'HEAD' ? undefined : 'four');
    });
    const head = await send(listener.url, { method: 'HEAD' });
    expect([head.status, head.body, head.headers['content-length']]).toEqual([200, '', '4']);
    expect((await send(listener.url, { method: 'POST' })).headers['x-length']).toBe('0');
  });

  it('uses a connection to a target again, and a client connection too', async () => {
    const ports = new Set<number | undefined>();
    const listener = await behind((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      response.end();
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let n = 0; n < 20; n += 1) await send(listener.url, { agent });
    expect(ports.size).toBe(1);
    expect(Object.values(agent.freeSockets).flat()).toHaveLength(1);
    agent.destroy();
  });

  it('leaves no time for a target to close a connection under a request', async () => {
    const ports = new Set<number | undefined>();
    const listener = await behind((incoming, response) => {
      ports.add(incoming.socket.remotePort);
      // The shortest time that a target can announce is no longer than the connection would be kept here.
      response.writeHead(200, { 'Keep-Alive': 'timeout=1' }).end();
    });
    for (let n = 0; n < 10; n += 1) expect((await send(listener.url)).status).toBe(200);
    expect(ports.size).toBe(10);
  });
});

describe('what fails', () => {
  it('is 503 without targets, without weight, and without a judged target; it is no retry at the sibling', async () => {
    const [full, empty] = [await newGroup(stage), await newGroup(stage)];
    const listener = await newListener(stage, forward([full, 1], [empty, 1]));
    await register(stage, full, await stage.target((_incoming, response) => response.end()));
    const statuses = [(await send(listener.url)).status, (await send(listener.url)).status];
    expect(statuses.sort()).toEqual([200, 503]);
    expect(figuresOf(stage, listener.arn)).toMatchObject({ total: 2, target2xx: 1, elb5xx: 1 });
    expect(figuresOf(stage, listener.arn).byTargetGroup[empty]).toMatchObject({ total: 1, elb5xx: 1 });
    await stage.call('ModifyListener', { ListenerArn: listener.arn, DefaultActions: [forward([full, 0], [empty, 0])] });
    expect(await send(listener.url)).toMatchObject({ status: 503, body: expect.stringContaining('503') });
  });

  it.each([
    ['closes without a word', (socket: Socket) => void socket.end()],
    ['resets', (socket: Socket) => void socket.resetAndDestroy()],
    ['speaks no HTTP', (socket: Socket) => void socket.end('SSH-2.0-OpenSSH\r\n\r\n')],
    ['breaks off in its headers', (socket: Socket) => void socket.end('HTTP/1.1 200 OK\r\nContent-')],
    [
      'answers 101 to nobody',
      (socket: Socket) => void socket.end('HTTP/1.1 101 Go\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
  ])('is 502 when the target %s, counted once', async (_name, answer) => {
    const { listener, server } = await behindRaw(answer);
    expect((await send(listener.url)).status).toBe(502);
    expect((await send(listener.url, { method: 'POST', body: 'x' })).status).toBe(502);
    expect(figuresOf(stage, listener.arn)).toMatchObject({ total: 2, inFlight: 0, elb5xx: 2 });
    server.close();
  });

  it('is 502 when nobody listens any more', async () => {
    const { listener, server } = await behindRaw(() => undefined);
    server.close();
    await once(server, 'close');
    expect((await send(listener.url)).status).toBe(502);
  });

  it('is a broken answer when the target dies in the middle of one', async () => {
    const { listener, server } = await behindRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf');
      setImmediate(() => socket.destroy());
    });
    await expect(send(listener.url)).rejects.toMatchObject({ code: 'ECONNRESET' });
    await until(() => figuresOf(stage, listener.arn).brokenByTarget === 1);
    server.close();
  });

  it('is 504 when the target says nothing for the idle timeout, and the target learns of it', async () => {
    let left = false;
    const listener = await behind((incoming) => void incoming.on('close', () => (left = true)));
    const { LoadBalancers } = await stage.call('DescribeLoadBalancers');
    await stage.call('ModifyLoadBalancerAttributes', {
      LoadBalancerArn: LoadBalancers[0]?.LoadBalancerArn,
      Attributes: [{ Key: 'idle_timeout.timeout_seconds', Value: '1' }],
    });
    expect((await send(listener.url)).status).toBe(504);
    await until(() => left);
    expect(figuresOf(stage, listener.arn)).toMatchObject({ total: 1, inFlight: 0, elb5xx: 1 });
  });

  it('is the client leaving: its target is left too, and nobody else is blamed', async () => {
    let arrived = false;
    let left = false;
    const listener = await behind((incoming) => {
      arrived = true;
      incoming.on('close', () => (left = true));
    });
    const leaving = request(listener.url).on('error', () => undefined);
    leaving.end();
    await until(() => arrived);
    leaving.destroy();
    await until(() => left);
    expect(figuresOf(stage, listener.arn)).toMatchObject({ total: 1, inFlight: 0, abortedByClient: 1, elb5xx: 0 });
  });

  it('leaves an upload that the target refuses early with the answer of the target', async () => {
    const listener = await behind((_incoming, response) => {
      response.writeHead(413, { Connection: 'close' });
      response.end('too large');
    });
    const upload = request(listener.url, { method: 'POST' }).on('error', () => undefined);
    upload.write('x'.repeat(100_000));
    const [answer] = (await once(upload, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(413);
    upload.destroy();
  });
});

describe('a WebSocket', () => {
  const HANDSHAKE =
    'GET /chat HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: k\r\n\r\n';

  async function open(listener: TestListener, handshake = HANDSHAKE): Promise<Socket> {
    const { hostname, port } = new URL(listener.url);
    const socket = connect(Number(port), hostname);
    socket.on('error', () => undefined);
    socket.write(handshake);
    await once(socket, 'connect');
    return socket;
  }

  it('is joined to its target, and cut when that has drained', async () => {
    const group = await newGroup(stage);
    const listener = await newListener(stage, forward([group, 1]));
    const target = await stage.target((_incoming, response) => response.end());
    target.server.on('upgrade', (_incoming, socket: Socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      socket.on('end', () => socket.end());
      socket.on('data', (chunk: Buffer) => socket.write(`echo ${chunk.toString()}`));
    });
    await register(stage, group, target);
    const socket = await open(listener);
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 101 .*Upgrade: websocket\r\n\r\n$/s);
    socket.write('hello');
    expect(String((await once(socket, 'data'))[0])).toBe('echo hello');
    expect(figuresOf(stage, listener.arn)).toMatchObject({ total: 1, inFlight: 0, upgraded: 1 });
    const closed = once(socket, 'close');
    await stage.elb.loadBalancing.deregisterTarget(group, target.target);
    await closed;
  });

  it('that the target refuses gets the answer of the target', async () => {
    const listener = await behind((_incoming, response) => {
      response.writeHead(403);
      response.end('no');
    });
    const socket = await open(listener);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    await once(socket, 'close');
    expect(Buffer.concat(chunks).toString()).toMatch(/^HTTP\/1\.1 403 .*\r\n\r\nno$/s);
  });

  it('is the only upgrade: another is answered 501', async () => {
    const listener = await behind((_incoming, response) => response.end());
    const socket = await open(listener, HANDSHAKE.replace('websocket', 'h2c'));
    expect(String((await once(socket, 'data'))[0])).toMatch(/^HTTP\/1\.1 501 /);
    expect(figuresOf(stage, listener.arn)).toMatchObject({ total: 1, inFlight: 0, elb5xx: 1 });
  });
});
