/** What integration-test adds to `docker run`, and how fast independent checks are: `npm run bench -- integration`. */
import { createServer } from 'node:http';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseSuite, runSuite } from '@slipway/http-checks';
import { layoutStorage, OciLayout, startRegistry } from '@slipway/oci';
import { runProcess } from '@slipway/process';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { runAction } from '../src/index.js';

const ROUNDS = 3;
const CHECKS = 100;
const ANSWER_MS = 50;
const SUITE =
  'version: 1\nready: { path: / }\nchecks: [{ name: answers, request: { path: / }, expect: { contains: hello } }]\n';
const SERVER = `
process.on('SIGTERM', () => process.exit(0));
require('node:http').createServer((_, response) => response.end('hello')).listen(8080);
`;

async function docker(...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await runProcess({ file: 'docker', args, timeoutMs: 120_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout.trim();
}

async function seconds(act: () => Promise<void>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now();
    await act();
    times.push((performance.now() - start) / 1000);
  }
  return times.sort((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? 0;
}

/** The same container by hand: started, asked until it answers, stopped, removed. */
async function byHand(image: string): Promise<void> {
  const id = await docker('run', '--detach', '--publish', '127.0.0.1::8080', image);
  const [address = ''] = (await docker('port', id, '8080')).split('\n');
  const answers = (): Promise<boolean> =>
    fetch(`http://${address}/`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (!(await answers()));
  await docker('stop', id);
  await docker('rm', id);
}

async function overhead(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
  const layout = await OciLayout.create(path.join(folder, 'layout'));
  const registry = await startRegistry({ storage: layoutStorage(layout) });
  const image = `${registry.host}/bench-of-integration:1`;
  try {
    await mkdir(path.join(folder, 'context'));
    await writeFile(path.join(folder, 'context/server.js'), SERVER);
    const base = await ensureBaseImage();
    await writeFile(
      path.join(folder, 'context/Dockerfile'),
      `FROM ${base}\nCOPY server.js /\nCMD ["node", "/server.js"]`,
    );
    await writeFile(path.join(folder, 'checks.yml'), SUITE);
    await docker('build', '--quiet', '--tag', image, path.join(folder, 'context'));
    await docker('push', '--quiet', image);
    const inputs = { 'oci-layout': 'layout', suite: 'checks.yml', digest: (await layout.tags()).get('1') ?? '' };
    const hand = await seconds(() => byHand(image));
    const action = await seconds(async () => {
      const { errors } = await runAction({ action: 'integration-test', inputs, workspace: folder, temp: folder });
      if (errors.length > 0) throw new Error(errors.join());
    });
    console.log(`docker run, ready, stop      ${hand.toFixed(2)} s`);
    console.log(`integration-test, one check  ${action.toFixed(2)} s`);
    console.log(`added                        ${(action - hand).toFixed(2)} s`);
  } finally {
    await docker('image', 'rm', image);
    await registry.close();
    await rm(folder, { recursive: true });
  }
}

async function parallelChecks(): Promise<void> {
  const server = createServer((_, response) => void setTimeout(() => response.end('hello'), ANSWER_MS));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const checks = Array.from({ length: CHECKS }, (_, at) => `- { name: c${at}, request: { path: /${at} }, expect: {} }`);
  const suite = parseSuite(`version: 1\nready: { path: / }\nchecks:\n${checks.join('\n')}\n`, 'checks.yml');
  const clock = { now: () => performance.now(), sleep: () => Promise.resolve() };
  const { signal } = new AbortController();
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const concurrency of [1, CHECKS]) {
    const took = await seconds(async () => {
      const { failed } = await runSuite({ suite, baseUrl, clock, signal, concurrency });
      if (failed > 0) throw new Error(`${failed} checks failed`);
    });
    console.log(
      `${CHECKS} checks of ${ANSWER_MS} ms, ${String(concurrency).padStart(3)} at once  ${took.toFixed(2)} s`,
    );
  }
  server.close();
}

await overhead();
await parallelChecks();
