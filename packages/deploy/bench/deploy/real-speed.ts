import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  DescribeServiceDeploymentsCommand,
  ListServiceDeploymentsCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { poll } from '@slipway/core';
import {
  CONTAINER,
  REGION,
  SERVICE,
  connect,
  createEnvironment,
  createService,
  imageOf,
  startLocalAwsProcess,
  type Aws,
} from '@slipway/rehearsal';
import { systemClock } from '@slipway/runtime';
import { runAction } from '@slipway/testkit';
import type { Contender } from './contender.js';
import { perMinute, within } from './figures.js';

/** How one deployment at real speed went. */
export interface Course {
  readonly contender: Contender['name'];
  readonly exitCode: number;
  /** From the deployment's end to the step's; below 0 when the step did not wait for it. */
  readonly lateMs: number;
  readonly callsPerMinute: number;
  /** From the call that began it to its end. */
  readonly deploymentMs: number;
}

/** Real time. */
const MINUTE_MS = 60_000;
/** Steps that end together would take each other's processor: what is measured is a machine that does one thing. */
const APART_MS = 8_000;
/** A first revision's tasks come up, and its bake is over. */
const LIVE_WITHIN_SECONDS = 300;
/** The shortest there is: what is measured comes after it. */
const BAKE_MINUTES = 1;
const DEPLOYED_WITHIN_MS = 900_000;

/** measureAtRealSpeed deploys to a service of its own for each sample, all of them side by side in one local-aws. */
export async function measureAtRealSpeed(all: readonly Contender[], samples: number): Promise<readonly Course[]> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'slipway-bench-'));
  const recordFile = path.join(folder, 'calls.jsonl');
  const localAws = await startLocalAwsProcess({ minuteMs: MINUTE_MS, draining: true, tasks: 'simulated', recordFile });
  try {
    const scene: Scene = {
      aws: connect(localAws.endpoint, MINUTE_MS),
      endpoint: localAws.endpoint,
      folder,
      recordFile,
    };
    const runs = Array.from({ length: samples }, (_, at) => all.map((contender) => ({ contender, at }))).flat();
    const clusters = runs.map(({ contender, at }) => `${contender.name.replace(/\W+/g, '-')}-${at + 1}`);
    const revision = await register(scene.aws, 'first');
    await Promise.all(clusters.map((cluster) => openService(scene.aws, cluster, revision)));
    const next = await register(scene.aws, 'second');
    return await Promise.all(
      runs.map(async ({ contender }, order) => {
        await systemClock.sleep(order * APART_MS);
        return deploy(scene, contender, { cluster: clusters[order] ?? '', revision: next });
      }),
    );
  } finally {
    await localAws.stop();
    await rm(folder, { recursive: true });
  }
}

interface Scene {
  readonly aws: Aws;
  readonly endpoint: string;
  readonly folder: string;
  readonly recordFile: string;
}

async function openService(aws: Aws, cluster: string, taskDefinition: string): Promise<void> {
  const environment = await createEnvironment(aws, cluster);
  const first = { taskDefinition, bakeMinutes: BAKE_MINUTES, liveWithinSeconds: LIVE_WITHIN_SECONDS };
  await createService(aws, environment, first);
}

async function register({ ecs }: Aws, behaviour: string): Promise<string> {
  const container = { name: CONTAINER, image: imageOf(behaviour), essential: true };
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: SERVICE,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [{ ...container, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  return `${SERVICE}:${taskDefinition?.revision ?? 0}`;
}

async function deploy(
  { aws, endpoint, folder, recordFile }: Scene,
  contender: Contender,
  { cluster, revision }: { readonly cluster: string; readonly revision: string },
): Promise<Course> {
  // Its calls are told from the others' in the record by who makes them.
  const accessKeyId = `BENCH-${cluster}`;
  const { exitCode, endedMs } = await runAction({
    action: 'bluegreen-deploy',
    ...(contender.bundle === undefined ? {} : { bundle: contender.bundle }),
    inputs: await contender.inputs({ cluster, revision, folder }),
    workspace: folder,
    temp: folder,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'bench-secret-key',
    },
    timeoutMs: DEPLOYED_WITHIN_MS,
  }).then((end) => ({ ...end, endedMs: Date.now() }));
  const finishedMs = await finishedAt(aws, cluster);
  const calls = await callsOf(recordFile, accessKeyId);
  const startedMs = calls.find(({ operation }) => operation === 'UpdateService')?.atMs ?? NaN;
  const moments = calls.map(({ atMs }) => atMs);
  const waited = { fromMs: startedMs, toMs: endedMs };
  return {
    contender: contender.name,
    exitCode,
    lateMs: endedMs - finishedMs,
    callsPerMinute: perMinute(within(moments, waited), endedMs - startedMs),
    deploymentMs: finishedMs - startedMs,
  };
}

/** When the latest deployment ended, by ECS; waits for one that goes on. */
async function finishedAt({ ecs }: Aws, cluster: string): Promise<number> {
  const seen = await poll({
    clock: systemClock,
    intervalMs: 1_000,
    deadline: systemClock.now() + DEPLOYED_WITHIN_MS,
    look: async () => {
      const listed = await ecs.send(new ListServiceDeploymentsCommand({ cluster, service: SERVICE }));
      const serviceDeploymentArns = [listed.serviceDeployments?.[0]?.serviceDeploymentArn ?? ''];
      const told = await ecs.send(new DescribeServiceDeploymentsCommand({ serviceDeploymentArns }));
      return told.serviceDeployments?.[0]?.finishedAt;
    },
    done: (at) => at !== undefined,
  });
  return seen?.getTime() ?? NaN;
}

interface Call {
  readonly atMs: number;
  readonly accessKeyId: string;
  readonly operation: string;
}

async function callsOf(recordFile: string, accessKeyId: string): Promise<readonly Call[]> {
  const lines = (await readFile(recordFile, 'utf8')).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Call).filter((call) => call.accessKeyId === accessKeyId);
}
