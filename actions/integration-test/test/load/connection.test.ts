import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { loadConnector, type Connection, type LoadRequest } from '../../src/load/connection.js';

let server: Server;
let connection: Connection;
afterEach(async () => {
  await connection.close();
  server.closeAllConnections();
  server.close();
});

const GET: LoadRequest = { method: 'GET', path: '/', headers: {}, accepts: (status) => status === 200 };

async function open(answer: RequestListener, timeoutMs = 10_000): Promise<void> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connect = await loadConnector(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeoutMs);
  connection = connect();
}

function send(request: Partial<LoadRequest> = {}): Promise<string | undefined> {
  return new Promise((resolve) => connection.send({ ...GET, ...request }, resolve));
}

it('sends what it is given, over one connection', async () => {
  const seen: unknown[] = [];
  await open((request, response) => {
    request.on('data', (body: Buffer) => seen.push(body.toString()));
    request.on('end', () => response.end('x'.repeat(100_000)));
    seen.push(request.method, request.url, request.headers['x-a'], request.socket.remotePort);
  });
  expect(await send({ method: 'POST', path: '/a?b=c', headers: { 'x-a': 'b' }, body: 'hello' })).toBeUndefined();
  expect(await send()).toBeUndefined();
  expect(seen).toEqual(['POST', '/a?b=c', 'b', seen[3], 'hello', 'GET', '/', undefined, seen[3]]);
});

it('tells another status, and goes on', async () => {
  let status = 503;
  await open((_, response) => response.writeHead(status).end());
  expect(await send()).toBe('status 503');
  status = 200;
  expect(await send()).toBeUndefined();
});

it('tells an answer that was cut off, and opens a new connection', async () => {
  let isCutting = true;
  await open((request, response) => {
    if (!isCutting) return void response.end('ok');
    response.writeHead(200, { 'content-length': '10' });
    response.write('half', () => request.socket.destroy());
  });
  expect(await send()).toBe('connection lost');
  isCutting = false;
  expect(await send()).toBeUndefined();
});

it('tells that nobody listens, and not before it returns', async () => {
  await open(() => undefined);
  server.close();
  let hasReturned = false;
  const seen = new Promise((resolve) => connection.send(GET, (problem) => resolve([problem, hasReturned])));
  hasReturned = true;
  expect(await seen).toEqual(['connection refused', true]);
});

it('tells that no answer came until it was closed', async () => {
  await open(() => void connection.close());
  expect(await send()).toBe('no answer in time');
});
