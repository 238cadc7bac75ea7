import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { createApp, type Status } from './app.ts';
import { drainable, type DrainLimits } from './drain.ts';
import type { Fault } from './faults.ts';
import { messageOf, type Log } from './log.ts';
import type { Store } from './store.ts';

/** What a service is made of. */
export interface ServiceOptions {
  readonly port: number;
  readonly version: string;
  readonly store: Store;
  readonly log: Log;
  readonly fault?: Fault;
  /** How long the store may take to answer at the start. Defaults to 30 s. */
  readonly storeWaitMs?: number;
  /** The pause between two attempts. Defaults to 250 ms. */
  readonly storePauseMs?: number;
}

/** A service that listens. */
export interface Service {
  readonly port: number;
  /** Resolves when the store has answered and the service is healthy; rejects when it did not in time. */
  readonly ready: Promise<void>;
  /** Drains the service; resolves to the number of requests that got no answer. */
  stop(limits: DrainLimits): Promise<number>;
}

/** Longer than the 60 s after which an ALB closes an idle connection, so that the ALB, who sends, closes first. */
const KEEP_ALIVE_MS = 65_000;
const STORE_WAIT_MS = 30_000;
const STORE_PAUSE_MS = 250;

/** startService listens at once, so that health checks get an honest 503, and becomes healthy with the store. */
export async function startService(options: ServiceOptions): Promise<Service> {
  const { store, version, log } = options;
  let started = false;
  const status = (): Status => (drain.started ? 'draining' : started ? 'ok' : 'starting');
  const server = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS },
    createApp({ version, host: hostname(), store, log, status, ...(options.fault ? { fault: options.fault } : {}) }),
  );
  const drain = drainable(server);
  server.listen(options.port);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ready = recordStart(options, () => drain.started).then(() => {
    started = true;
  });
  // Whoever does not wait for it sees it in /health.
  ready.catch(() => undefined);
  return { port, ready, stop: (limits) => drain.run(limits) };
}

/** A start whose answer was lost is recorded again: `starts` may then be one too high, and never too low. */
async function recordStart({ store, version, log, ...options }: ServiceOptions, stopped: () => boolean): Promise<void> {
  const deadlineMs = performance.now() + (options.storeWaitMs ?? STORE_WAIT_MS);
  for (let attempt = 1; ; attempt++) {
    try {
      return await store.recordStart(version);
    } catch (error) {
      if (stopped() || performance.now() > deadlineMs) throw error;
      if (attempt === 1) log.info('waiting-for-store', { reason: messageOf(error) });
      await delay(options.storePauseMs ?? STORE_PAUSE_MS);
    }
  }
}
