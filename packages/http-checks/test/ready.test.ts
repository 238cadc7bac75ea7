import { afterEach, describe, expect, it } from '@jest/globals';
import { waitUntilReady } from '../src/index.js';
import { startService, VirtualClock, type Service } from './service.js';

let service: Service | undefined;
afterEach(() => service?.close());

async function wait(statuses: number[], stillRunning?: () => boolean) {
  let at = 0;
  service = await startService((_, response) => {
    response.writeHead(statuses[Math.min(at, statuses.length - 1)] ?? 500).end();
    at += 1;
  });
  return waitUntilReady({
    baseUrl: service.baseUrl,
    ready: { path: '/health', status: 200, timeoutSeconds: 1 },
    clock: new VirtualClock(),
    signal: new AbortController().signal,
    ...(stillRunning ? { stillRunning } : {}),
  });
}

describe('waitUntilReady', () => {
  it('waits for the expected status', async () => {
    expect(await wait([503, 404, 200])).toEqual({ state: 'ready', ms: 100 });
  });

  it('gives up at the deadline and tells what it saw', async () => {
    expect(await wait([503])).toEqual({ state: 'timed-out', ms: 1000, last: 'status 503' });
  });

  it('ends as soon as the service has', async () => {
    let looks = 0;
    expect(await wait([503], () => (looks += 1) < 3)).toEqual({ state: 'ended', ms: 100 });
  });

  it('tells that nothing listens', async () => {
    const closed = await startService(() => undefined);
    await closed.close();
    const result = await waitUntilReady({
      baseUrl: closed.baseUrl,
      ready: { path: '/', status: 200, timeoutSeconds: 1 },
      clock: new VirtualClock(),
      signal: new AbortController().signal,
    });
    expect(result).toMatchObject({ state: 'timed-out', last: expect.stringContaining('refused') });
  });

  it('ends when it is cancelled in the middle of a look', async () => {
    const controller = new AbortController();
    const reason = new Error('cancelled');
    service = await startService(() => controller.abort(reason));
    const waiting = waitUntilReady({
      baseUrl: service.baseUrl,
      ready: { path: '/', status: 200, timeoutSeconds: 1 },
      clock: new VirtualClock(),
      signal: controller.signal,
    });
    await expect(waiting).rejects.toBe(reason);
  });
});
