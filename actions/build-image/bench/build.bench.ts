/**
 * What build-image costs beside `docker buildx build` of the same context with a warm cache, and what skip-if-exists takes.
 * SLIPWAY_BENCH_DOCKER_HOST measures on another engine than the machine's own.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws } from '@slipway/local-aws';
import { childEnvironment, runProcess } from '@slipway/process';
import { runAction, type ActionEnd } from '@slipway/testkit';

const RUNS = 7;
const FILES = 200;
const FILE_BYTES = 20_000;
const host = process.env['SLIPWAY_BENCH_DOCKER_HOST'];
const environment = host === undefined ? {} : { DOCKER_HOST: host };
const workspace = await mkdtemp(path.join(tmpdir(), 'slipway-bench-build-'));
const temp = await mkdtemp(path.join(tmpdir(), 'slipway-bench-temp-'));

async function timed(run: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

function print(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(68)} ${figure.padStart(10)}   median of ${RUNS}\n`);
}

async function action(
  name: string,
  inputs: Record<string, string>,
  more: Record<string, string> = {},
): Promise<ActionEnd> {
  const start = { action: name, inputs, workspace, temp, timeoutMs: 120_000 };
  const end = await runAction({ ...start, environment: { GITHUB_SHA: 'a'.repeat(40), ...environment, ...more } });
  if (end.exitCode !== 0) throw new Error(end.errors.join('\n'));
  return end;
}

async function plain(): Promise<void> {
  // With --load the image ends where steps after it could use it, as it does here in the layout.
  const args = ['buildx', 'build', '--quiet', '--load', '--provenance=false', workspace];
  const { exitCode, stderr } = await runProcess({
    file: 'docker',
    args,
    env: childEnvironment(environment),
    timeoutMs: 120_000,
  });
  if (exitCode !== 0) throw new Error(stderr);
}

async function beside(): Promise<void> {
  await plain();
  await action('build-image', {});
  const [theirs, ours]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    theirs.push(await timed(plain));
    ours.push(await timed(() => action('build-image', {})));
  }
  const [their, our] = [median(theirs), median(ours)];
  print('docker buildx build --load, warm cache', `${their.toFixed(0)} ms`);
  print('build-image, warm cache', `${our.toFixed(0)} ms`);
  print('build-image takes longer by', `${(our - their).toFixed(0)} ms`);
  print('ratio', (our / their).toFixed(2));
}

async function skipping(): Promise<void> {
  const aws = await startLocalAws({ tasks: 'simulated' });
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
  const ecr = new ECRClient({ region: 'eu-central-1', endpoint: aws.endpoint, credentials });
  const keys = { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey };
  const reach = { AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: 'eu-central-1', ...keys };
  const repository = 'bench/web';
  try {
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
    const inputs = { 'skip-if-exists': 'true', repository };
    const { outputs } = await action('build-image', inputs, reach);
    const { version = '', digest = '', 'oci-layout': layout = '' } = outputs;
    await action('push-ecr', { 'oci-layout': layout, digest, repository, tag: version }, reach);
    const times: number[] = [];
    for (let run = 0; run < RUNS; run += 1) times.push(await timed(() => action('build-image', inputs, reach)));
    print('build-image with skip-if-exists, the image being there', `${median(times).toFixed(0)} ms`);
  } finally {
    ecr.destroy();
    await aws.close();
  }
}

try {
  await mkdir(path.join(workspace, 'src'));
  for (let at = 0; at < FILES; at += 1) {
    await writeFile(path.join(workspace, 'src', `${at}.txt`), randomUUID().repeat(FILE_BYTES / 36));
  }
  await writeFile(
    path.join(workspace, 'Dockerfile'),
    'FROM scratch AS files\nCOPY src /src\nFROM scratch\nCOPY --from=files /src /app\n',
  );
  process.stdout.write(`${FILES} files of ${FILE_BYTES / 1000} kB, two stages\n`);
  await beside();
  await skipping();
} finally {
  await rm(workspace, { recursive: true, force: true });
  await rm(temp, { recursive: true, force: true });
}
// Sockets that a client keeps alive must not keep the process.
process.exit();
