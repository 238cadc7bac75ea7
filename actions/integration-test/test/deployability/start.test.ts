import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import type { Container } from '../../src/container.js';
import { judgeStart } from '../../src/deployability/start.js';
import type { ReadyResult } from '../../src/readiness.js';

const servers: Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function judge(result: ReadyResult, { isOpen = true, hasAnswered = false } = {}): Promise<unknown> {
  const server = createServer((socket) => socket.resume());
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (!isOpen) await new Promise((resolve) => server.close(resolve));
  const state = { running: false, exitCode: 3, oomKilled: false, health: 'none' } as const;
  const place = { baseUrl: `http://127.0.0.1:${port}`, isDirect: false };
  const container = { placeOf: () => Promise.resolve(place), state: () => Promise.resolve(state) };
  const options = { result, port: 8080, graceSeconds: 4, hasAnswered };
  const { isReady, verdicts } = await judgeStart(container as Partial<Container> as Container, options);
  return { isReady, ...Object.fromEntries(Object.entries(verdicts).map(([name, { state: how }]) => [name, how])) };
}

it('believes a log that says ready, and looks at the port itself', async () => {
  const ready = { state: 'ready', ms: 100 } as const;
  expect(await judge(ready)).toEqual({ isReady: true, port: 'passed', ready: 'passed', grace: 'passed' });
  expect(await judge(ready, { isOpen: false })).toEqual({ isReady: false, port: 'failed' });
});

it('does not look at a port on which it had its answer', async () => {
  const late = { state: 'ready', ms: 5_000 } as const;
  const wanted = { isReady: true, port: 'passed', ready: 'passed', grace: 'failed' };
  expect(await judge(late, { isOpen: false, hasAnswered: true })).toEqual(wanted);
});

it.each<[ReadyResult, boolean, object]>([
  [{ state: 'ended', ms: 1 }, false, { runs: 'failed' }],
  [{ state: 'unhealthy', ms: 1 }, true, { ready: 'failed' }],
  [{ state: 'timed-out', ms: 1, last: 'status 503', awaited: 'service' }, true, { port: 'passed', ready: 'failed' }],
  [{ state: 'timed-out', ms: 1, last: 'status 503', awaited: 'service' }, false, { port: 'failed' }],
])('says of %j, with an open port %j, what is wrong', async (result, isOpen, wanted) => {
  expect(await judge(result, { isOpen })).toEqual({ isReady: false, ...wanted });
});
