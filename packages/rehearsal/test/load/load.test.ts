import { afterEach, describe, expect, it } from '@jest/globals';
import type http from 'node:http';
import { startLoad, type Load, type LoadFigures, type LoadOptions } from '../../src/load/index.js';
import { answerWell, startService, type Answerer, type CountingService } from './service.js';

let service: CountingService;
let load: Load;

async function given(answer: Answerer, options: Partial<LoadOptions> = {}): Promise<void> {
  service = await startService(answer);
  load = startLoad({ baseUrl: service.baseUrl, connections: 4, ratePerSecond: 500, slowShare: 0, ...options });
}

afterEach(async () => {
  await load.stop();
  await service.close();
});

describe('startLoad', () => {
  it('counts exactly the requests that the server counted, by version', async () => {
    await given((_request, response, n) => answerWell(response, n < 60 ? '1' : '2'));
    await service.received(150);
    const figures = await load.stop();
    expect(figures.total).toBe(service.paths.length);
    expect(figures).toMatchObject({
      started: service.paths.length,
      failed: 0,
      failures: [],
      byVersion: { 1: 60, 2: service.paths.length - 60 },
    });
  });

  it('keeps one connection open per worker and uses it for all of its requests', async () => {
    await given((_request, response) => answerWell(response), { connections: 16 });
    await service.received(160);
    const figures = await load.stop();
    expect(figures.failed).toBe(0);
    expect(service.connections.opened).toBe(16);
  });

  it('leaves no connection behind once it has stopped', async () => {
    await given((_request, response) => answerWell(response));
    await service.received(20);
    expect(service.connections.open).toBe(4);
    await load.stop();
    await service.idle();
    expect(service.connections.open).toBe(0);
  });

  it('waits on stop for what is in flight, and counts it', async () => {
    const held: http.ServerResponse[] = [];
    await given((_request, response) => void held.push(response));
    await service.received(4);
    let isStopped = false;
    const stopped = load.stop().then((figures) => {
      isStopped = true;
      return figures;
    });
    const [last, ...others] = held;
    others.forEach((response) => answerWell(response));
    while (load.figures().total < 3) await new Promise(setImmediate);
    expect(isStopped).toBe(false);
    answerWell(last as http.ServerResponse);
    expect(await stopped).toMatchObject({ started: 4, total: 4, failed: 0 });
    expect(service.paths).toHaveLength(4);
  });

  it('returns the same figures however often it is stopped', async () => {
    await given((_request, response) => answerWell(response));
    await service.received(10);
    const [first, second] = await Promise.all([load.stop(), load.stop()]);
    expect(second).toBe(first);
  });

  it('does not send more than its rate', async () => {
    await given((_request, response) => answerWell(response), { connections: 32, ratePerSecond: 200 });
    await service.received(100);
    const elapsedMs = load.mark();
    // The first slot lies at the start itself; a millisecond is what a timer may be early.
    expect(service.paths.length).toBeLessThanOrEqual(1 + ((elapsedMs + 1) * 200) / 1000);
  });

  it('sends the slow share to /slow, spread evenly', async () => {
    await given((_request, response) => answerWell(response), { slowShare: 0.1, slowMs: 700 });
    await service.received(100);
    expect(service.paths.slice(0, 100).filter((path) => path === '/slow?ms=700')).toHaveLength(10);
    expect(service.paths.slice(0, 100).filter((path) => path === '/')).toHaveLength(90);
  });

  it('refuses settings that make no load', async () => {
    await given((_request, response) => answerWell(response));
    const bad: LoadOptions[] = [
      { baseUrl: 'https://127.0.0.1' },
      { baseUrl: service.baseUrl, connections: 0 },
      { baseUrl: service.baseUrl, ratePerSecond: 0 },
      { baseUrl: service.baseUrl, slowShare: 2 },
      { baseUrl: service.baseUrl, slowMs: 2000, timeoutMs: 2000 },
    ];
    for (const options of bad) expect(() => startLoad(options)).toThrow(RangeError);
  });
});

/** Every way to fail: what the server does, the kind it is counted as, and what is told of it. */
const FAILURES: readonly {
  readonly name: string;
  readonly answer: Answerer;
  readonly expected: Partial<LoadFigures['failures'][number]>;
}[] = [
  {
    name: 'an answer of 500',
    answer: (_request, response) => void response.writeHead(500).end('broken'),
    expected: { kind: 'status', status: 500, message: '500: broken' },
  },
  {
    name: 'a redirect',
    answer: (_request, response) => void response.writeHead(302, { location: '/elsewhere' }).end(),
    expected: { kind: 'status', status: 302 },
  },
  {
    name: 'a 500 whose body is right',
    answer: (_request, response) => answerWell(Object.assign(response, { statusCode: 500 })),
    expected: { kind: 'status', status: 500 },
  },
  {
    name: 'a reset before the answer',
    answer: (request) => request.socket.resetAndDestroy(),
    expected: { kind: 'reset' },
  },
  {
    name: 'a connection that ends before the answer',
    answer: (request) => void request.socket.end(),
    expected: { kind: 'reset' },
  },
  {
    name: 'a connection that ends within the answer',
    answer: (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"service":', () => request.socket.destroy());
    },
    expected: { kind: 'reset', status: 200 },
  },
  {
    name: 'no answer in time',
    answer: () => undefined,
    expected: { kind: 'timeout', message: 'no complete answer within 100 ms' },
  },
  {
    name: 'an answer that begins in time and does not end',
    answer: (_request, response) => void response.write('{"service":'),
    expected: { kind: 'timeout' },
  },
  {
    name: 'a body that is not JSON',
    answer: (_request, response) => void response.end('<html>'),
    expected: { kind: 'body', status: 200, message: "not the service's answer: <html>" },
  },
  {
    name: 'a body without a number of calls',
    answer: (_request, response) => void response.end('{"service":"s","version":"1","host":"h","calls":"7"}'),
    expected: { kind: 'body' },
  },
  {
    name: 'a body without end',
    answer: (_request, response) => void response.end('x'.repeat(70_000)),
    expected: { kind: 'body', message: 'more than 65536 bytes' },
  },
  {
    name: 'what is not HTTP',
    answer: (request) => void request.socket.end('nonsense\r\n\r\n'),
    expected: { kind: 'connection' },
  },
];

describe('a failed request', () => {
  it.each(FAILURES)('is counted, by its kind, and never sent again: $name', async ({ answer, expected }) => {
    // Short only where it is what the test waits for: elsewhere a busy machine must not be taken for a slow server.
    const options = expected.kind === 'timeout' ? { timeoutMs: 100, slowMs: 10 } : {};
    await given(answer, { ...options, ratePerSecond: 300 });
    await service.received(24);
    const figures = await load.stop();
    expect(figures.total).toBe(service.paths.length);
    expect(figures.failed).toBe(service.paths.length);
    expect(figures.failedByKind).toEqual({ [expected.kind as string]: figures.failed });
    expect(figures.byVersion).toEqual({});
    expect(figures.failures).toHaveLength(20);
    expect(figures.failures[0]).toMatchObject(expected);
    await service.idle();
  });

  it('is told apart from the good ones around it', async () => {
    await given((_request, response, n) => (n % 10 === 3 ? void response.writeHead(503).end() : answerWell(response)));
    await service.received(100);
    const figures = await load.stop();
    const failed = service.paths.filter((_path, n) => n % 10 === 3).length;
    expect(figures).toMatchObject({ failed, byVersion: { 1: service.paths.length - failed } });
    expect(service.connections.opened).toBe(4);
  });

  it('of a server that is not there is one of the connection', async () => {
    await given((_request, response) => answerWell(response));
    await load.stop();
    await service.close();
    const nobody = startLoad({ baseUrl: service.baseUrl, connections: 2, ratePerSecond: 200 });
    while (nobody.figures().total < 5) await new Promise(setImmediate);
    const figures = await nobody.stop();
    expect(figures.failedByKind).toEqual({ connection: figures.total });
    expect(figures.failures[0]?.message).toContain('ECONNREFUSED');
  });
});
