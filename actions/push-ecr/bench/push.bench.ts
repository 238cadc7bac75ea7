/**
 * push-ecr beside what a job does without an action of ours: `aws ecr get-login-password`, `docker login`, `docker push`,
 * each time with a registry of its own. Cold, where Docker compresses the layers that push-ecr has as they were built; with
 * all layers there; and what promotion moves. The image is built once. The AWS CLI is the one on PATH, or else from PyPI.
 */
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CreateRepositoryCommand, ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws } from '@slipway/local-aws';
import { childEnvironment, runProcess } from '@slipway/process';
import {
  printFigure,
  printRatio,
  printTimes,
  REPOSITORY,
  runWell,
  timed,
  timesOf,
  type ActionEnd,
} from '@slipway/testkit';

const COLD_RUNS = 3;
/** Of each cold run's registry, under a new tag every time. */
const AGAIN_RUNS = 3;
const LAYERS = 5;
const LAYER_BYTES = 20_000_000;
const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };
const REGION = 'eu-central-1';
const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-push-'));
const image = `slipway-bench-${randomUUID()}`;

/** A program that a user would run; its output. */
async function program(file: string, args: readonly string[], more: Partial<Program> = {}): Promise<string> {
  const environment = { DOCKER_CONFIG: path.join(folder, 'docker'), ...more.environment };
  const { exitCode, stdout, stderr } = await runProcess({
    ...{ file, args, input: more.input ?? '', env: childEnvironment(environment), timeoutMs: 300_000 },
  });
  if (exitCode !== 0) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stdout;
}

interface Program {
  readonly input: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** A registry that has nothing; another one each time, for Docker remembers what it has sent to a host. */
class Scene {
  readonly #aws: LocalAws;
  readonly #ecr: ECRClient;
  readonly environment: Readonly<Record<string, string>>;
  readonly host: string;

  constructor(aws: LocalAws) {
    this.#aws = aws;
    this.#ecr = new ECRClient({ region: REGION, endpoint: aws.endpoint, credentials: KEYS });
    this.host = aws.registryHost;
    this.environment = {
      ...{ AWS_ENDPOINT_URL: aws.endpoint, AWS_REGION: REGION, AWS_DEFAULT_REGION: REGION },
      ...{ AWS_ACCESS_KEY_ID: KEYS.accessKeyId, AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey },
    };
  }

  async repository(): Promise<string> {
    const repositoryName = `bench/${randomUUID()}`;
    await this.#ecr.send(new CreateRepositoryCommand({ repositoryName }));
    return repositoryName;
  }

  action(name: string, inputs: Readonly<Record<string, string>>): Promise<ActionEnd> {
    const environment = { ...this.environment, GITHUB_SHA: 'a'.repeat(40) };
    return runWell({ action: name, inputs, workspace: folder, temp: folder, environment, timeoutMs: 300_000 });
  }

  async close(): Promise<void> {
    this.#ecr.destroy();
    await this.#aws.close();
  }
}

const open = async (): Promise<Scene> => new Scene(await startLocalAws({ tasks: 'simulated' }));

const times: Record<string, number[]> = {};
async function measured<T>(what: string, run: () => Promise<T>): Promise<T> {
  let result: T | undefined;
  (times[what] ??= []).push(await timed(async () => (result = await run())));
  return result as T;
}
const timesOfAll = (what: string) => timesOf(times[what] ?? []);

/** What a job does without us: the password from AWS, a login, a name, a push. */
async function byHand(scene: Scene, aws: string, { name, tag, what }: Record<'name' | 'tag' | 'what', string>) {
  const reference = `${scene.host}/${name}:${tag}`;
  await measured(what, async () => {
    const { environment } = scene;
    const input = await measured(`${what}: aws ecr get-login-password`, () =>
      program(aws, ['ecr', 'get-login-password'], { environment }),
    );
    await program('docker', ['login', '--username=AWS', '--password-stdin', scene.host], { input });
    await program('docker', ['tag', image, reference]);
    await program('docker', ['push', '--quiet', reference]);
  });
  await program('docker', ['image', 'rm', reference]);
}

async function measure(source: Readonly<Record<string, string>>, aws: string): Promise<void> {
  const tags = Array.from({ length: AGAIN_RUNS }, (_, at) => `again-${at}`);
  for (let run = 0; run < COLD_RUNS; run += 1) {
    for (const push of [
      (scene: Scene, name: string, { tag, what }: { tag: string; what: string }) =>
        byHand(scene, aws, { name, tag, what: `by hand, ${what}` }),
      (scene: Scene, name: string, { tag, what }: { tag: string; what: string }) =>
        measured(`push-ecr, ${what}`, () => scene.action('push-ecr', { ...source, repository: name, tag })),
    ]) {
      const scene = await open();
      const name = await scene.repository();
      await push(scene, name, { tag: 'cold', what: 'cold' });
      for (const tag of tags) await push(scene, name, { tag, what: 'all layers there' });
      await scene.close();
    }
  }
  for (const what of ['cold', 'all layers there']) {
    const [theirs, ours] = [timesOfAll(`by hand, ${what}`), timesOfAll(`push-ecr, ${what}`)];
    printTimes(`aws ecr get-login-password, docker login, docker push, ${what}`, theirs);
    printTimes('  of it aws ecr get-login-password', timesOfAll(`by hand, ${what}: aws ecr get-login-password`));
    printTimes(`push-ecr, ${what}`, ours);
    printRatio('by hand takes as long as push-ecr times', theirs, ours);
  }
}

async function promote(scene: Scene, source: Readonly<Record<string, string>>): Promise<void> {
  const [from, to] = [await scene.repository(), await scene.repository()];
  await scene.action('push-ecr', { ...source, repository: from, tag: '1' });
  const promoted = { source: `${from}@${source['digest'] ?? ''}`, tag: '1' };
  const { outputs } = await scene.action('push-ecr', { ...promoted, repository: to });
  for (let run = 0; run < COLD_RUNS; run += 1) {
    const repository = await scene.repository();
    await measured('promotion', () => scene.action('push-ecr', { ...promoted, repository }));
  }
  printTimes('promotion within the registry', timesOfAll('promotion'));
  printFigure('  bytes of blobs that it sent', outputs['bytes-pushed'] ?? '');
}

async function build(scene: Scene): Promise<Readonly<Record<string, string>>> {
  let dockerfile = 'FROM scratch\n';
  for (let at = 0; at < LAYERS; at += 1) {
    await writeFile(path.join(folder, `${at}.bin`), randomBytes(LAYER_BYTES));
    dockerfile += `COPY ${at}.bin /\n`;
  }
  await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
  const { outputs } = await scene.action('build-image', { 'load-as': image, 'oci-layout': 'layout' });
  return { 'oci-layout': outputs['oci-layout'] ?? '', digest: outputs['digest'] ?? '' };
}

try {
  const clis = (await program(path.join(REPOSITORY, 'scripts/ensure-aws-cli.sh'), [])).trim();
  const scene = await open();
  const source = await build(scene);
  process.stdout.write(`${LAYERS} layers of ${LAYER_BYTES / 1e6} MB\n`);
  await measure(source, path.join(clis, 'aws'));
  await promote(scene, source);
  await scene.close();
} finally {
  await program('docker', ['image', 'rm', '--force', image]).catch(() => undefined);
  await rm(folder, { recursive: true, force: true });
}
// Sockets that a client keeps alive must not keep the process.
process.exit();
