/**
 * What build-image costs beside `docker buildx build` of the same context with a warm cache, by the engine's own builder
 * and by one in a container of its own, and what skip-if-exists takes. SLIPWAY_BENCH_DOCKER_HOST measures on another engine
 * than the machine's own.
 */
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws } from '@slipway/local-aws';
import { childEnvironment, runProcess } from '@slipway/process';
import { printFigure, printRatio, printTimes, runWell, timed, timesOf, type ActionEnd } from '@slipway/testkit';
import { startContainerBuilder } from '../test/container-builder.js';

const RUNS = 7;
const FILES = 200;
const FILE_BYTES = 20_000;
const host = process.env['SLIPWAY_BENCH_DOCKER_HOST'];
const environment = host === undefined ? {} : { DOCKER_HOST: host };
const workspace = await mkdtemp(path.join(tmpdir(), 'slipway-bench-build-'));
const temp = await mkdtemp(path.join(tmpdir(), 'slipway-bench-temp-'));

function action(name: string, inputs: Record<string, string>, more: Record<string, string> = {}): Promise<ActionEnd> {
  const start = { action: name, inputs, workspace, temp, timeoutMs: 120_000 };
  return runWell({ ...start, environment: { GITHUB_SHA: 'a'.repeat(40), ...environment, ...more } });
}

/** The same build without and with the action. */
interface Pair {
  /** How a reader would type theirs. */
  readonly theirs: string;
  /** What theirs has beside what every build has. */
  readonly args: () => readonly string[];
  readonly ours: string;
  readonly inputs: Readonly<Record<string, string>>;
}

async function plain({ args }: Pair): Promise<void> {
  const { exitCode, stderr } = await runProcess({
    file: 'docker',
    args: ['buildx', 'build', '--quiet', '--provenance=false', ...args(), workspace],
    env: childEnvironment(environment),
    timeoutMs: 120_000,
  });
  if (exitCode !== 0) throw new Error(stderr);
}

async function beside(pair: Pair): Promise<void> {
  const build = () => action('build-image', pair.inputs);
  await plain(pair);
  await build();
  const [theirs, ours]: [number[], number[]] = [[], []];
  for (let run = 0; run < RUNS; run += 1) {
    theirs.push(await timed(() => plain(pair)));
    ours.push(await timed(build));
  }
  const [their, our] = [timesOf(theirs), timesOf(ours)];
  printTimes(`${pair.theirs}, warm cache`, their);
  printTimes(`${pair.ours}, warm cache`, our);
  const longer = [our.median - their.median, our.best - their.best].map((ms) => `${ms.toFixed(0)} ms`);
  printFigure(`${pair.ours} takes longer by`, longer[0] ?? '', `best ${longer[1] ?? ''}`);
  printRatio('ratio', our, their);
}

// With --load the image ends where steps after it could use it, as it does here in the layout.
const OWN_BUILDER: Pair = {
  ...{ theirs: 'docker buildx build --load', args: () => ['--load'] },
  ...{ ours: 'build-image', inputs: {} },
};

/** Both write a layout: loading is not what such a builder does by itself. */
async function besideContainerBuilder(): Promise<void> {
  const builder = await startContainerBuilder();
  const layout = () => `--output=type=oci,dest=${path.join(temp, randomUUID())},tar=false`;
  try {
    await beside({
      ...{ theirs: 'docker buildx build --builder', args: () => [`--builder=${builder.name}`, layout()] },
      ...{ ours: 'build-image, builder', inputs: { builder: builder.name } },
    });
  } finally {
    await builder.close();
  }
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
    printTimes('build-image with skip-if-exists, the image being there', timesOf(times));
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
  await beside(OWN_BUILDER);
  // Its container is one of the machine's own engine.
  if (host === undefined) await besideContainerBuilder();
  await skipping();
} finally {
  await rm(workspace, { recursive: true, force: true });
  await rm(temp, { recursive: true, force: true });
}
// Sockets that a client keeps alive must not keep the process.
process.exit();
