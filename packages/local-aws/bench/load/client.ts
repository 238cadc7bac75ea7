/** A load as a process of its own: reads its {@link LoadOptions} from its argument, prints a {@link LoadResult}. */
import { KeptConnection } from './connection.js';
import type { LoadOptions, LoadResult } from './load.js';

const options = JSON.parse(process.argv[2] ?? '{}') as LoadOptions;
const gapMs = options.ratePerSecond === undefined ? 0 : 1_000 / options.ratePerSecond;
const latenciesMs: number[] = [];
const answers: Record<string, number> = {};
const failures: string[] = [];
const free: KeptConnection[] = Array.from({ length: options.connections }, () => new KeptConnection(options.url));
const startedMs = performance.now();
let sent = 0;

/** When the next request is due: at a rate, its latency counts from then, whether a connection was free or not. */
function nextDueMs(): number {
  return gapMs === 0 ? performance.now() : startedMs + sent * gapMs;
}

function send(connection: KeptConnection, dueMs: number): void {
  sent += 1;
  connection.get((outcome) => {
    latenciesMs.push(performance.now() - dueMs);
    if (outcome.status === 200) answers[outcome.body] = (answers[outcome.body] ?? 0) + 1;
    else failures.push(outcome.body);
    free.push(connection);
    if (latenciesMs.length === options.requests) finish();
    else sendDue();
  });
}

function sendDue(): void {
  while (sent < options.requests && nextDueMs() <= performance.now()) {
    const connection = free.pop();
    if (!connection) return;
    send(connection, nextDueMs());
  }
}

function finish(): void {
  const elapsedMs = performance.now() - startedMs;
  clearInterval(timer);
  for (const connection of free) connection.close();
  latenciesMs.sort((a, b) => a - b);
  const percentile = (share: number): number => latenciesMs[Math.ceil(share * latenciesMs.length) - 1] ?? 0;
  const result: LoadResult = {
    elapsedMs,
    perSecond: (latenciesMs.length / elapsedMs) * 1_000,
    p50Ms: percentile(0.5),
    p99Ms: percentile(0.99),
    answers,
    // The first say what kind they are; the number says how many.
    failed: failures.length,
    failures: failures.slice(0, 10),
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

// The finest that a timer can be asked for.
const timer = setInterval(sendDue, 1);
sendDue();
