/**
 * What the load balancer's proxy costs: requests per second and latency over 32 keep-alive connections, beside the same
 * target asked directly in the same run. Client, proxy and target are three processes. Takes two minutes.
 */
import { availableParallelism } from 'node:os';
import { runLoad, type LoadResult } from './load/load.js';
import { openScene } from './load/scene.js';

const CONNECTIONS = 32;
/** Enough that compilers have done their work before anything counts. */
const WARM_UP = 10_000;
const REQUESTS = 30_000;
/** Latency is told at rates: what a proxy adds at its limit is only how far the load exceeds it. */
const RATES_PER_SECOND = [1_000, 3_000];
const PACED_SECONDS = 4;
/** Rounds by turns, so that whatever else the machine does meets both. */
const ROUNDS = 3;

interface Way {
  readonly name: string;
  readonly url: string;
  readonly fast: LoadResult[];
  readonly paced: ReadonlyMap<number, LoadResult[]>;
}

function way(name: string, url: string): Way {
  return { name, url, fast: [], paced: new Map(RATES_PER_SECOND.map((rate) => [rate, []])) };
}

async function measure(ways: readonly Way[]): Promise<void> {
  for (const { url } of ways) await runLoad({ url, connections: CONNECTIONS, requests: WARM_UP });
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { url, fast } of ways) fast.push(await runLoad({ url, connections: CONNECTIONS, requests: REQUESTS }));
    for (const ratePerSecond of RATES_PER_SECOND) {
      for (const { url, paced } of ways) {
        const requests = ratePerSecond * PACED_SECONDS;
        paced.get(ratePerSecond)?.push(await runLoad({ url, connections: CONNECTIONS, requests, ratePerSecond }));
      }
    }
  }
}

function median(results: readonly LoadResult[], figure: 'perSecond' | 'p50Ms' | 'p99Ms'): number {
  const sorted = results.map((result) => result[figure]).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function print(direct: Way, proxied: Way): void {
  const line = (text: string): void => void process.stdout.write(`${text}\n`);
  for (const { name, fast, paced } of [direct, proxied]) {
    const all = [...fast, ...[...paced.values()].flat()];
    const failed = all.reduce((sum, result) => sum + result.failed, 0);
    line(`${name.padEnd(8)} ${median(fast, 'perSecond').toFixed(0).padStart(6)} requests/s, ${failed} failed`);
  }
  const ratio = median(proxied.fast, 'perSecond') / median(direct.fast, 'perSecond');
  line(`through the proxy: ${ratio.toFixed(2)} of the requests/s`);
  for (const rate of RATES_PER_SECOND) {
    const [before = [], after = []] = [direct.paced.get(rate), proxied.paced.get(rate)];
    const told = (['p50Ms', 'p99Ms'] as const).map((figure) => {
      const [from, to] = [median(before, figure), median(after, figure)];
      return `${figure.slice(0, 3)} ${from.toFixed(2)} -> ${to.toFixed(2)} ms (${(to - from).toFixed(2)} ms added)`;
    });
    line(`at ${rate} requests/s: ${told.join(', ')}`);
  }
}

const scene = await openScene();
process.stdout.write(`${availableParallelism()} cores, ${CONNECTIONS} connections, median of ${ROUNDS} rounds\n`);
const direct = way('direct', `http://127.0.0.1:${scene.blue.target.port}/`);
const proxied = way('proxied', scene.url);
await measure([direct, proxied]);
print(direct, proxied);
await scene.close();
