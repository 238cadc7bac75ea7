/**
 * push-ecr beside `docker push` of the same image to a registry of its own: cold, where Docker compresses the layers that
 * push-ecr has as they were built, and with all layers there, for which Docker has to log in first; and what promotion
 * moves. The image is built once.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { childEnvironment, runProcess } from '@slipway/process';
import { runAction, type ActionEnd } from '@slipway/testkit';

const RUNS = 3;
const LAYERS = 5;
const LAYER_BYTES = 20_000_000;
const REGION = 'eu-central-1';
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-push-'));
const image = `slipway-bench-${randomUUID()}`;

/** A registry that has nothing; another one each time, for Docker remembers what it has sent to a host. */
let aws: LocalAws | undefined;
let ecr: ECRClient;
async function open(): Promise<void> {
  aws = await startLocalAws({ tasks: 'simulated' });
  ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials: KEYS });
}
async function close(): Promise<void> {
  ecr.destroy();
  await aws?.close();
}

async function docker(args: readonly string[], input = ''): Promise<string> {
  const env = childEnvironment({ DOCKER_CONFIG: path.join(folder, 'docker') });
  const { exitCode, stdout, stderr } = await runProcess({ file: 'docker', args, env, input, timeoutMs: 300_000 });
  if (exitCode !== 0) throw new Error(stderr);
  return stdout;
}

async function action(name: string, inputs: Readonly<Record<string, string>>): Promise<ActionEnd> {
  const environment = {
    ...{ AWS_ENDPOINT_URL: aws?.endpoint ?? '', AWS_REGION: REGION, GITHUB_SHA: 'a'.repeat(40) },
    ...{ AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey },
  };
  const end = await runAction({
    action: name,
    inputs,
    workspace: folder,
    temp: folder,
    environment,
    timeoutMs: 300_000,
  });
  if (end.exitCode !== 0) throw new Error(end.errors.join('\n'));
  return end;
}

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

async function repository(): Promise<string> {
  const repositoryName = `bench/${randomUUID()}`;
  await ecr.send(new CreateRepositoryCommand({ repositoryName }));
  return repositoryName;
}

/** What a job does without an action of ours: the token from AWS, a login, a name, a push. */
async function dockerPush(name: string, tag: string): Promise<void> {
  const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
  const { authorizationToken = '', proxyEndpoint = '' } = authorizationData?.[0] ?? {};
  const [, password = ''] = Buffer.from(authorizationToken, 'base64').toString().split(':');
  const host = new URL(proxyEndpoint).host;
  await docker(['login', '--username=AWS', '--password-stdin', host], password);
  await docker(['tag', image, `${host}/${name}:${tag}`]);
  await docker(['push', '--quiet', `${host}/${name}:${tag}`]);
  await docker(['image', 'rm', `${host}/${name}:${tag}`]);
}

function ourPush(layout: string, inputs: Readonly<Record<string, string>>): Promise<ActionEnd> {
  return action('push-ecr', { 'oci-layout': layout, ...inputs });
}

async function measure(layout: string, digest: string): Promise<void> {
  const times = { dockerCold: [], ourCold: [], dockerAgain: [], ourAgain: [] } as Record<string, number[]>;
  for (let run = 0; run < RUNS; run += 1) {
    for (const [who, push] of [
      ['docker', dockerPush],
      ['our', (name: string, tag: string) => ourPush(layout, { digest, repository: name, tag })],
    ] as const) {
      await open();
      const name = await repository();
      times[`${who}Cold`]?.push(await timed(() => push(name, '1')));
      times[`${who}Again`]?.push(await timed(() => push(name, '2')));
      await close();
    }
  }
  const of = (name: string): number => median(times[name] ?? []);
  print('docker login and push, cold', `${of('dockerCold').toFixed(0)} ms`);
  print('push-ecr, cold', `${of('ourCold').toFixed(0)} ms`);
  print('ratio', (of('ourCold') / of('dockerCold')).toFixed(2));
  print('docker login and push, all layers there', `${of('dockerAgain').toFixed(0)} ms`);
  print('push-ecr, all layers there', `${of('ourAgain').toFixed(0)} ms`);
  print('docker takes as long as push-ecr times', (of('dockerAgain') / of('ourAgain')).toFixed(2));
}

async function promote(layout: string, digest: string): Promise<void> {
  const [from, to] = [await repository(), await repository()];
  await ourPush(layout, { digest, repository: from, tag: '1' });
  const ms: number[] = [];
  const { outputs } = await action('push-ecr', { source: `${from}@${digest}`, repository: to, tag: '1' });
  for (let run = 0; run < RUNS; run += 1) {
    const inputs = { source: `${from}@${digest}`, repository: await repository(), tag: '1' };
    ms.push(await timed(() => action('push-ecr', inputs)));
  }
  print(`promotion within the registry, ${outputs['bytes-pushed']} bytes of blobs sent`, `${median(ms).toFixed(0)} ms`);
}

try {
  let dockerfile = 'FROM scratch\n';
  for (let at = 0; at < LAYERS; at += 1) {
    await writeFile(path.join(folder, `${at}.bin`), randomBytes(LAYER_BYTES));
    dockerfile += `COPY ${at}.bin /\n`;
  }
  await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
  const built = await action('build-image', { 'load-as': image, 'oci-layout': 'layout' });
  const { digest = '' } = built.outputs;
  process.stdout.write(`${LAYERS} layers of ${LAYER_BYTES / 1e6} MB\n`);
  const layout = built.outputs['oci-layout'] ?? '';
  await measure(layout, digest);
  await open();
  await promote(layout, digest);
  await close();
} finally {
  await docker(['image', 'rm', '--force', image]).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
// Sockets that a client keeps alive must not keep the process.
process.exit();
