/** A load of 5,000 requests per second for 10 s, and what the step takes for it: `npm run bench -- load`. */
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runAction, type ActionEnd } from '@slipway/testkit';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { buildImage, type BuiltImage } from '../test/images.js';

const RATE = Number(process.env['SLIPWAY_BENCH_RATE'] ?? 5_000);
const SECONDS = Number(process.env['SLIPWAY_BENCH_SECONDS'] ?? 10);
const CHECKS = 100;
const SAMPLE_MS = 100;

/** The resident memory of a process and of all that it has started, in MB, and its own part of it. */
async function memoryOf(pid: number): Promise<readonly [number, number]> {
  const parents = new Map<number, number>();
  const megabytes = new Map<number, number>();
  for (const entry of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const status = await readFile(`/proc/${entry}/status`, 'utf8').catch(() => '');
    parents.set(Number(entry), Number(/^PPid:\s+(\d+)/m.exec(status)?.[1]));
    megabytes.set(Number(entry), Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024);
  }
  const isOurs = (one: number | undefined): boolean => !!one && (one === pid || isOurs(parents.get(one)));
  const all = [...megabytes].filter(([one]) => isOurs(one)).reduce((sum, [, size]) => sum + size, 0);
  return [all, megabytes.get(pid) ?? 0];
}

interface Run {
  readonly end: ActionEnd;
  /** The most that the step, with all that it had started, and its own process held. */
  readonly most: readonly [number, number];
  readonly seconds: number;
}

async function step(image: BuiltImage, folder: string, inputs: Record<string, string>): Promise<Run> {
  let most: readonly [number, number] = [0, 0];
  let timer: NodeJS.Timeout | undefined;
  const look = async (pid: number): Promise<void> => {
    const [all, own] = await memoryOf(pid);
    most = [Math.max(most[0], all), Math.max(most[1], own)];
  };
  const startMs = performance.now();
  const end = await runAction({
    action: 'integration-test',
    inputs: { 'oci-layout': image.layout, digest: image.digest, suite: 'checks.yml', ...inputs },
    ...{ workspace: folder, temp: folder, timeoutMs: 300_000 },
    onStart: (pid) => void (timer = setInterval(() => void look(pid), SAMPLE_MS)),
  });
  clearInterval(timer);
  return { end, most, seconds: (performance.now() - startMs) / 1000 };
}

/** As far as it is printed. */
interface LoadReport {
  readonly asked: number;
  readonly sent: number;
  readonly seconds: number;
  readonly errorPercent: number;
  readonly latencyMs: Readonly<Record<string, number>>;
  readonly busy: Readonly<Record<string, number>>;
  readonly limits: readonly { readonly title: string; readonly state: string; readonly because: string }[];
}

function suiteOf(count: number): string {
  const checks = Array.from({ length: count }, (_, at) => `- { name: c${at}, request: { path: /${at} }, expect: {} }`);
  return `version: 1\nready: { path: / }\nchecks:\n${checks.join('\n')}\n`;
}

async function load(image: BuiltImage, folder: string): Promise<void> {
  await writeFile(path.join(folder, 'checks.yml'), suiteOf(1));
  const asked = { 'load-requests-per-second': String(RATE), 'load-seconds': String(SECONDS) };
  const { end, most } = await step(image, folder, asked);
  const figures = end.report?.['load'] as LoadReport | undefined;
  if (!figures) throw new Error(end.errors.join('\n'));
  console.log(`asked for, sent            ${figures.asked}, ${figures.sent} in ${figures.seconds} s`);
  console.log(`failed                     ${figures.errorPercent} %`);
  console.log(`latency, ms                ${JSON.stringify(figures.latencyMs)}`);
  console.log(`busy                       ${JSON.stringify(figures.busy)}`);
  for (const { title, state, because } of figures.limits) console.log(`${state.padEnd(27)}${title}: ${because}`);
  console.log(`memory of the step, most   ${most[1].toFixed(0)} MB; with all that it started ${most[0].toFixed(0)} MB`);
}

async function parallelChecks(image: BuiltImage, folder: string): Promise<void> {
  await writeFile(path.join(folder, 'checks.yml'), suiteOf(CHECKS));
  for (const concurrency of ['1', String(CHECKS)]) {
    const { end, seconds } = await step(image, folder, { 'check-concurrency': concurrency });
    const told = `${end.outputs['passed'] ?? '0'} passed, the step took ${seconds.toFixed(1)} s`;
    console.log(`${CHECKS} checks, ${concurrency.padStart(3)} at once    ${told}`);
  }
}

const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
try {
  const image = await buildImage(folder, await ensureBaseImage(), ['node', '/server.js']);
  await load(image, folder);
  await parallelChecks(image, folder);
} finally {
  await rm(folder, { recursive: true });
}
