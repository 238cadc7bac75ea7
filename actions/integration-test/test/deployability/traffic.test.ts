import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import type { Clock } from '@slipway/core';
import { startTraffic, type Traffic } from '../../src/deployability/traffic.js';

let server: Server;
let traffic: Traffic;
let pauses = 0;
afterEach(() => {
  traffic.close();
  server.closeAllConnections();
  server.close();
});

/** Sleeps are over at once, and counted. */
const clock: Clock = {
  now: () => Date.now(),
  sleep: () => {
    pauses += 1;
    return new Promise((resolve) => setImmediate(resolve));
  },
};

async function start(answer: RequestListener, signal = new AbortController().signal): Promise<void> {
  server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const target = { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, isDirect: true };
  const requests = ['/a', '/b'].map((path) => ({ path, headers: {} }));
  traffic = startTraffic({ target, requests, connections: 2, signal }, clock);
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

it('sends all in turn over all connections, and keeps what ends after it was asked to', async () => {
  const seen = new Set<string>();
  await start((request, response) => {
    seen.add(`${request.url}`);
    response.end();
  });
  await until(() => traffic.answered() >= 10);
  const before = traffic.answered();
  traffic.record();
  await until(() => traffic.answered() >= before + 10);
  const sent = await traffic.finish();
  expect(sent).toHaveLength(traffic.answered() - before);
  expect([...seen].sort()).toEqual(['/a', '/b']);
  expect(sent[0]).toMatchObject({ end: 'answered', path: expect.stringMatching(/^\/[ab]$/) });
});

it('waits before it sends again what failed, and ends when it is finished though nobody is there', async () => {
  await start((_, response) => response.end());
  await until(() => traffic.answered() > 0);
  server.closeAllConnections();
  server.close();
  const before = pauses;
  await until(() => pauses > before + 4);
  traffic.record();
  const sent = await traffic.finish();
  expect(sent.filter(({ end }) => end !== 'not-taken')).toEqual([]);
});

it('asks for what takes longest when it matters', async () => {
  const seen: string[] = [];
  await start((request, response) => {
    seen.push(`${request.url}`);
    setTimeout(() => response.end(), request.url === '/b' ? 20 : 0);
  });
  await until(() => traffic.answered() >= 10);
  traffic.record();
  const before = seen.length;
  await until(() => seen.length >= before + 20);
  const sent = await traffic.finish();
  // One of the two connections goes on in turn.
  const slow = sent.filter(({ path }) => path === '/b').length;
  expect(slow / sent.length).toBeGreaterThan(0.55);
});

it('ends for good when it is closed, though the service hangs', async () => {
  let asked = 0;
  await start(() => void (asked += 1));
  await until(() => asked === 2);
  traffic.close();
  expect(await traffic.finish()).toEqual([]);
  expect(asked).toBe(2);
});

it('ends when the signal aborts', async () => {
  const controller = new AbortController();
  let asked = 0;
  await start(() => void (asked += 1), controller.signal);
  await until(() => asked === 2);
  controller.abort();
  await traffic.finish();
  expect(asked).toBe(2);
});

it('keeps no connection of a service that is to end', async () => {
  await start((_, response) => response.end());
  await until(() => traffic.answered() > 0);
  await traffic.finish();
  await new Promise((resolve) => server.close(resolve));
  expect(server.listening).toBe(false);
});
