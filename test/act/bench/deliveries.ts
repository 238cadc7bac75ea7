import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DescribeServiceDeploymentsCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import type { CallRecord } from '@slipway/local-aws';
import {
  CONTAINER,
  REGION,
  SERVICE,
  connect,
  createEnvironment,
  createRepository,
  createService,
  imageOf,
  startLocalAwsProcess,
  type Aws,
} from '@slipway/rehearsal';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { ROOT } from '../../yaml-documents.js';
import type { JobPlace } from './built-action.js';
import type { Chain } from './chains.js';
import { runChain, type ChainEnd } from './run-chain.js';

/** How one delivery by a chain went. */
export interface Delivery extends Pick<ChainEnd, 'stepSeconds'> {
  readonly seconds: number;
  /** Of `seconds`, what ECS itself took from UpdateService to the deployment's end. */
  readonly ecsSeconds: number;
  /** Calls of AWS by `service:operation`. */
  readonly calls: Readonly<Record<string, number>>;
  /** Requests of the registry. */
  readonly registryRequests: number;
}

/** Real time: nobody's waiting is shortened. */
const MINUTE_MS = 60_000;
const LIVE_WITHIN_SECONDS = 300;

/** A service per chain in one local-aws, and the sample application to deliver to them. */
export interface Yard {
  deliver(chain: Chain, tag: string): Promise<Delivery>;
  close(): Promise<void>;
}

interface Scene {
  readonly aws: Aws;
  readonly baseImage: string;
  readonly folder: string;
  readonly recordFile: string;
}

/** openYard brings up a live service for each chain. Tasks are simulated: the image is really built and pushed. */
export async function openYard(chains: readonly Chain[]): Promise<Yard> {
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-bench-'));
  const recordFile = path.join(folder, 'calls.jsonl');
  const localAws = await startLocalAwsProcess({ minuteMs: MINUTE_MS, draining: true, tasks: 'simulated', recordFile });
  const close = async (): Promise<void> => {
    await localAws.stop();
    await rm(folder, { recursive: true });
  };
  try {
    await cp(path.join(ROOT, 'examples/hello-service'), path.join(folder, 'workspace'), { recursive: true });
    const aws = connect(localAws.endpoint, MINUTE_MS);
    await createRepository(aws);
    const taskDefinition = await registerFirst(aws);
    const open = async ({ name }: Chain): Promise<void> =>
      createService(aws, await createEnvironment(aws, name), {
        ...{ taskDefinition, bakeMinutes: 0, liveWithinSeconds: LIVE_WITHIN_SECONDS },
      });
    await Promise.all(chains.map(open));
    const scene = { aws, baseImage: await ensureBaseImage(), folder, recordFile };
    return { deliver: (chain, tag) => deliver(scene, chain, tag), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function registerFirst({ ecs }: Aws): Promise<string> {
  const container = { name: CONTAINER, image: imageOf('first'), essential: true };
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: SERVICE, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' },
      containerDefinitions: [{ ...container, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

async function deliver(scene: Scene, chain: Chain, tag: string): Promise<Delivery> {
  const { aws, baseImage, folder, recordFile } = scene;
  // A commit of its own: what one chain has built, the other does not find in the cache.
  await writeFile(path.join(folder, 'workspace/src/version.txt'), tag);
  const before = await recorded(recordFile);
  const startedAt = performance.now();
  const { stepSeconds, digest } = await runChain(
    chain,
    { tag, cluster: chain.name, baseImage },
    placeOf(scene, chain.name),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  await expectDelivered(aws, chain.name, digest);
  const calls = (await recorded(recordFile)).slice(before.length).filter(isBy(keyOf(chain.name)));
  const ofAws = calls.filter(({ service }) => service !== 'registry');
  const counts = countOf(ofAws.map(({ service, operation }) => `${service}:${operation}`));
  // A retry or a second deployment would be another thing than what is measured.
  if (counts['ecs:RegisterTaskDefinition'] !== 1) throw new Error(`${chain.name} registered not one revision`);
  return {
    ...{ seconds, stepSeconds, registryRequests: calls.length - ofAws.length, calls: counts },
    ecsSeconds: await ecsSeconds(aws, chain.name, ofAws),
  };
}

/** The chain's calls are told from the bench's own by who makes them. */
const keyOf = (name: string): string => `BENCH-${name}`;
/** Below `/v2/`, everybody is the user of ECR's tokens; one chain runs at a time. */
const isBy =
  (key: string) =>
  ({ accessKeyId, service }: CallRecord): boolean =>
    accessKeyId === key || service === 'registry';

function placeOf({ aws, folder }: Scene, name: string): JobPlace {
  return {
    ...{ workspace: path.join(folder, 'workspace'), temp: folder },
    environment: {
      ...{ AWS_ENDPOINT_URL: aws.environment['AWS_ENDPOINT_URL'] ?? '', AWS_REGION: REGION },
      ...{ AWS_ACCESS_KEY_ID: keyOf(name), AWS_SECRET_ACCESS_KEY: 'bench-secret-key' },
      // Who logs in, does so in a folder that goes away; what is uploaded for GitHub's pages is not a part of it.
      ...{ DOCKER_CONFIG: path.join(folder, 'docker'), DOCKER_BUILD_SUMMARY: 'false' },
      ...{ GITHUB_SHA: 'a'.repeat(40), GITHUB_REF: 'refs/heads/main', GITHUB_EVENT_NAME: 'push' },
    },
  };
}

async function expectDelivered({ ecs }: Aws, cluster: string, digest: string): Promise<void> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [SERVICE] }));
  const { taskDefinition = '', deployments = [] } = services?.[0] ?? {};
  const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  const image = described.taskDefinition?.containerDefinitions?.[0]?.image ?? '';
  if (digest !== '' && image.endsWith(`@${digest}`) && deployments.length === 1) return;
  throw new Error(
    `${cluster}: the service has ${image} in ${deployments.length} deployments, and not ${digest} in one`,
  );
}

/** From the call that began it to its end, by ECS. */
async function ecsSeconds({ ecs }: Aws, cluster: string, calls: readonly CallRecord[]): Promise<number> {
  const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service: SERVICE }));
  const serviceDeploymentArns = [listed.serviceDeployments?.[0]?.serviceDeploymentArn ?? ''];
  const told = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
  const startedMs = calls.find(({ operation }) => operation === 'UpdateService')?.atMs ?? NaN;
  return ((told.serviceDeployments?.[0]?.finishedAt?.getTime() ?? NaN) - startedMs) / 1_000;
}

async function recorded(file: string): Promise<readonly CallRecord[]> {
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as CallRecord);
}

function countOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}
