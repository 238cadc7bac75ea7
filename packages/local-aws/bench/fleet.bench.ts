/**
 * What a fleet costs: 200 services with 1,000 simulated tasks in one local-aws, in real time, asked over HTTP; and how
 * many whole blue/green deployments of a half-hour bake a process passes through when time goes on by hand.
 */
import { availableParallelism } from 'node:os';
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTasksCommand,
  ECSClient,
  paginateListServices,
  paginateListTasks,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { startLocalAws, type LocalAws } from '../src/index.js';
import { openWorldByHand } from '../test/ecs/world-by-hand.js';

const SERVICES = 200;
const TASKS_PER_SERVICE = 5;
const DEPLOYMENTS = 100;
const CLUSTER = 'fleet';
const MEGABYTE = 2 ** 20;

function print(what: string, figure: number, unit: string): void {
  process.stdout.write(`${what.padEnd(52)} ${figure.toFixed(figure < 10 ? 2 : 0).padStart(8)} ${unit}\n`);
}

async function timed<Result>(work: () => Promise<Result>): Promise<{ readonly ms: number; readonly result: Result }> {
  const startedMs = performance.now();
  const result = await work();
  return { ms: performance.now() - startedMs, result };
}

function clientOf({ endpoint }: LocalAws): ECSClient {
  const credentials = { accessKeyId: 'AKIABENCH', secretAccessKey: 'none' };
  return new ECSClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
}

async function createFleet(ecs: ECSClient): Promise<void> {
  await ecs.send(new CreateClusterCommand({ clusterName: CLUSTER }));
  const app = { name: 'app', image: 'web:1', memory: 64, portMappings: [{ containerPort: 8080 }] };
  await ecs.send(
    new RegisterTaskDefinitionCommand({ family: 'web', networkMode: 'awsvpc', containerDefinitions: [app] }),
  );
  for (let number = 1; number <= SERVICES; number += 1) {
    await ecs.send(
      new CreateServiceCommand({
        cluster: CLUSTER,
        serviceName: `web-${number}`,
        taskDefinition: 'web',
        desiredCount: TASKS_PER_SERVICE,
        networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
      }),
    );
  }
}

async function allServices(ecs: ECSClient): Promise<string[][]> {
  const pages: string[][] = [];
  // As many as DescribeServices takes.
  const input = { cluster: CLUSTER, maxResults: 10 };
  for await (const { serviceArns = [] } of paginateListServices({ client: ecs }, input)) pages.push(serviceArns);
  return pages;
}

async function allTasks(ecs: ECSClient): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const { taskArns = [] } of paginateListTasks({ client: ecs }, { cluster: CLUSTER })) pages.push(taskArns);
  return pages;
}

async function untilSteady(ecs: ECSClient, pages: readonly string[][]): Promise<void> {
  for (const services of pages) {
    for (;;) {
      const answer = await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services }));
      if (answer.services?.every(({ runningCount }) => runningCount === TASKS_PER_SERVICE)) break;
    }
  }
}

async function measureFleet(): Promise<void> {
  const before = process.memoryUsage().rss;
  const start = await timed(() => startLocalAws({ tasks: 'simulated' }));
  const localAws = start.result;
  const ecs = clientOf(localAws);
  print('start-up', start.ms, 'ms');
  const created = await timed(async () => {
    await createFleet(ecs);
    await untilSteady(ecs, await allServices(ecs));
  });
  print(`${SERVICES} services, ${SERVICES * TASKS_PER_SERVICE} tasks, until all run`, created.ms, 'ms');
  const servicePages = await allServices(ecs);
  const services = await timed(async () => {
    for (const page of servicePages) {
      await ecs.send(new DescribeServicesCommand({ cluster: CLUSTER, services: page }));
    }
  });
  print(`a page of ${servicePages[0]?.length ?? 0} services, described`, services.ms / servicePages.length, 'ms');
  const taskPages = await allTasks(ecs);
  const tasks = await timed(async () => {
    for (const page of taskPages) await ecs.send(new DescribeTasksCommand({ cluster: CLUSTER, tasks: page }));
  });
  print(`a page of ${taskPages[0]?.length ?? 0} tasks, described`, tasks.ms / taskPages.length, 'ms');
  print('memory, with the client', (process.memoryUsage().rss - before) / MEGABYTE, 'MB');
  const close = await timed(() => localAws.close());
  print('end', close.ms, 'ms');
}

async function measureDeployments(): Promise<void> {
  const world = await openWorldByHand();
  const startedSeconds = world.time.elapsedSeconds();
  const { ms } = await timed(async () => {
    for (let version = 2; version < DEPLOYMENTS + 2; version += 1) {
      await world.until(await world.deploy(String(version)), 'SUCCESSFUL');
    }
  });
  const hours = (world.time.elapsedSeconds() - startedSeconds) / 3_600;
  await world.localAws.close();
  print('blue/green deployments a minute, time by hand', (DEPLOYMENTS * 60_000) / ms, '');
  print('hours of the world that each took', hours / DEPLOYMENTS, 'h');
}

process.stdout.write(`${availableParallelism()} cores\n`);
await measureFleet();
await measureDeployments();
