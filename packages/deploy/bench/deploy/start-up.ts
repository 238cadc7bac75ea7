import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { childEnvironment, runProcess } from '@slipway/process';
import { REGION } from '@slipway/rehearsal';
import { actionNode, bundleOf, runAction } from '@slipway/testkit';
import type { Contender } from './contender.js';
import { packagesIn } from './figures.js';

/** Milliseconds from a process's start to its first call of AWS, of each sample, by who was measured. */
export type StartUps = ReadonlyMap<Contender['name'] | 'node', readonly number[]>;

/** Nobody is allowed anything: a step ends with its first call. */
const REFUSAL = JSON.stringify({ __type: 'AccessDeniedException', message: 'Nothing is allowed here.' });

/** measureStartUp starts every contender so many times, by turns, and Node itself with nothing to do. */
export async function measureStartUp(all: readonly Contender[], samples: number): Promise<StartUps> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  let onCall: () => void = () => undefined;
  const server = createServer((_request, response) => {
    onCall();
    response.writeHead(400, { 'content-type': 'application/x-amz-json-1.1' }).end(REFUSAL);
  });
  const endpoint = await listen(server);
  const found = new Map<Contender['name'] | 'node', number[]>([['node', []]]);
  for (const { name } of all) found.set(name, []);
  for (let sample = 0; sample < samples; sample += 1) {
    found.get('node')?.push(await timeOfNode());
    for (const contender of all) {
      const called = new Promise<number>((resolve) => (onCall = () => resolve(performance.now())));
      const started = startOf(contender, { endpoint, folder });
      found.get(contender.name)?.push((await called) - (await started));
    }
  }
  server.close();
  await rm(folder, { recursive: true });
  return found;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

async function timeOfNode(): Promise<number> {
  const startedMs = performance.now();
  await runProcess({ file: actionNode(), args: ['-e', '0'], env: childEnvironment() });
  return performance.now() - startedMs;
}

/** Resolves to the moment of the process's start, once it has ended. */
async function startOf(
  contender: Contender,
  { endpoint, folder }: { readonly endpoint: string; readonly folder: string },
): Promise<number> {
  let startedMs = NaN;
  await runAction({
    action: 'bluegreen-deploy',
    ...(contender.bundle === undefined ? {} : { bundle: contender.bundle }),
    inputs: await contender.inputs({ cluster: 'staging', revision: 'hello-service:1', folder }),
    workspace: folder,
    temp: folder,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'BENCH',
      AWS_SECRET_ACCESS_KEY: 'bench-secret-key',
    },
    onStart: () => (startedMs = performance.now()),
  });
  return startedMs;
}

/** What is shipped: the JavaScript of a dist, in bytes, and the packages in it, as far as its licenses.txt tells. */
export async function sizeOf(contender: Contender): Promise<{ bytes: number; packages: readonly string[] }> {
  const dist = path.dirname(contender.bundle ?? bundleOf('bluegreen-deploy'));
  const files = (await readdir(dist)).filter((name) => name.endsWith('.js'));
  const sizes = await Promise.all(files.map(async (name) => (await stat(path.join(dist, name))).size));
  const licenses = await readFile(path.join(dist, 'licenses.txt'), 'utf8').catch(() => '');
  return { bytes: sizes.reduce((sum, size) => sum + size, 0), packages: packagesIn(licenses) };
}
