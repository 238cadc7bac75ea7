import type { TestContext } from 'node:test';
import type { DrainLimits } from '../src/drain.ts';
import { jsonLog, type Log } from '../src/log.ts';
import { startService, type Service, type ServiceOptions } from '../src/service.ts';
import { memoryStore } from '../src/store.ts';

/** A log that keeps its events, for a test to read. */
export interface RecordedLog extends Log {
  readonly events: readonly string[];
}

export function recordedLog(): RecordedLog {
  const events: string[] = [];
  const log = jsonLog({}, (line) => events.push((JSON.parse(line) as { event: string }).event));
  return { ...log, events };
}

const QUICKLY: DrainLimits = { idleMs: 0, totalMs: 2_000 };

/** A running service and its address. */
export interface Running extends Service {
  readonly url: string;
}

/** run starts a service on a free port and stops it after the test. */
export async function run(context: TestContext, options: Partial<ServiceOptions> = {}): Promise<Running> {
  const service = await startService({
    port: 0,
    version: '1.2.3',
    store: memoryStore(),
    log: recordedLog(),
    ...options,
  });
  context.after(() => service.stop(QUICKLY));
  return { ...service, url: `http://127.0.0.1:${service.port}` };
}
