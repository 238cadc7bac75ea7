import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import { KeptConnection, type End } from '../../src/deployability/kept-connection.js';

const ANSWER = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

let server: Server;
let connection: KeptConnection;
afterEach(() => {
  connection.close();
  server.close();
});

/** Opens a connection to a service that is told of each connection of its own. */
async function open(
  onConnection: (socket: Socket) => void,
  { isDirect = true, pauseOnConnect = false, allowHalfOpen = false } = {},
): Promise<void> {
  server = createServer({ pauseOnConnect, allowHalfOpen }, (socket) =>
    onConnection(socket.on('error', () => undefined)),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let ms = 0;
  // Each look at the clock is 50 ms later: shorter than what is sure behind a proxy. A reset of this machine comes at once.
  const clock = { now: () => (ms += 50), sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  connection = new KeptConnection({ baseUrl, isDirect }, clock);
}

const send = (): Promise<End> => connection.send({ path: '/a', headers: { 'x-a': 'b' } });

it('sends what it is given, over one connection', async () => {
  const heads: string[] = [];
  let connections = 0;
  await open((socket) => {
    connections += 1;
    socket.on('data', (head) => {
      heads.push(String(head));
      socket.write(ANSWER);
    });
  });
  expect([await send(), await send(), connections]).toEqual(['answered', 'answered', 1]);
  expect(heads[1]).toMatch(/^GET \/a HTTP\/1\.1\r\nx-a: b\r\n/);
});

it.each<[string, (socket: Socket) => void, End]>([
  ['reads it and closes', (socket) => socket.once('data', () => setTimeout(() => socket.end(), 5)), 'unanswered'],
  ['breaks its answer off', (socket) => socket.once('data', () => socket.end(ANSWER.slice(0, -1))), 'broken-off'],
  ['resets the connection', (socket) => socket.once('data', () => socket.resetAndDestroy()), 'not-taken'],
])('tells of a service that %s', async (_, onConnection, end) => {
  await open(onConnection);
  expect(await send()).toBe(end);
});

it('takes nothing for dropped that was never read', async () => {
  let answers = 0;
  // The bytes are there before it closes, or come after it.
  const onConnection = (socket: Socket): void => {
    answers += 1;
    setImmediate(() => socket.destroy());
  };
  await open(onConnection, { pauseOnConnect: true });
  const ends = new Set<End>();
  for (let at = 0; at < 50; at += 1) ends.add(await send());
  expect([[...ends], answers]).toEqual([['not-taken'], 50]);
});

it('tells that nobody listens', async () => {
  await open(() => undefined);
  await new Promise((resolve) => server.close(resolve));
  expect(await send()).toBe('not-taken');
});

it('takes nothing for dropped that crosses the end of its connection', async () => {
  await open((socket) => {
    // As a service that keeps connections for no time at all, and does not say so.
    socket.once('data', () => socket.write(ANSWER, () => socket.destroy()));
  });
  const ends = new Set<End>();
  for (let at = 0; at < 300; at += 1) ends.add(await send());
  expect([...ends].filter((end) => end !== 'answered' && end !== 'not-taken')).toEqual([]);
});

it('takes nothing for dropped that may have crossed the end of its connection', async () => {
  // It ends its half alone: what comes later is neither read nor reset.
  await open((socket) => socket.once('data', () => socket.end(ANSWER)).resume(), { allowHalfOpen: true });
  const ends = new Set<End>();
  for (let at = 0; at < 300; at += 1) ends.add(await send());
  expect([...ends].filter((end) => end !== 'answered' && end !== 'not-taken')).toEqual([]);
});

it('cannot tell at once behind a proxy, which ends all connections alike', async () => {
  await open((socket) => socket.once('data', () => setTimeout(() => socket.end(), 5)), { isDirect: false });
  expect(await send()).toBe('not-taken');
});

it('ends at once when it is closed, with what is on its way', async () => {
  await open((socket) => socket.once('data', () => connection.close()));
  expect(await send()).toBe('not-taken');
});
