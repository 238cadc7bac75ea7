import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Task } from '@aws-sdk/client-ecs';
import { startLocalAws, type LocalAws } from '../../src/index.js';
import { importNodeImage, removeImage } from './node-image.js';

const image = `local-aws-test-${randomBytes(4).toString('hex')}:1`;
const CONTEXT = { accountId: '123456789012', region: 'us-east-1', accessKeyId: 'AKIDTEST', requestId: 'request' };

let localAws: LocalAws;

beforeAll(async () => {
  await importNodeImage(image);
  // A second of the world is 100 ms: the shortest interval of a health check is half a second.
  localAws = await startLocalAws({ minuteMs: 6_000 });
  await call('CreateCluster', { clusterName: 'staging' });
}, 120_000);

afterAll(async () => {
  await localAws.close();
  await removeImage(image);
}, 60_000);

async function call<Output>(operation: string, input: object): Promise<Output> {
  const ecs = localAws.services.find(({ id }) => id === 'ecs');
  return (await ecs?.operations[operation]?.(input as Record<string, unknown>, CONTEXT)) as Output;
}

async function run(container: object, overrides: object = {}): Promise<Task> {
  const app = { name: 'app', image, memory: 128, ...container };
  await call('RegisterTaskDefinition', { family: 'job', networkMode: 'awsvpc', containerDefinitions: [app] });
  const { tasks } = await call<{ tasks: Task[] }>('RunTask', {
    cluster: 'staging',
    taskDefinition: 'job',
    networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    overrides: { containerOverrides: [{ name: 'app', ...overrides }] },
  });
  return tasks[0] as Task;
}

async function describeTask({ taskArn = '' }: Task): Promise<Task> {
  return (await call<{ tasks: Task[] }>('DescribeTasks', { cluster: 'staging', tasks: [taskArn] })).tasks[0] as Task;
}

async function until(task: Task, holds: (task: Task) => boolean): Promise<Task> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const now = await describeTask(task);
    if (holds(now)) return now;
    if (Date.now() > deadline) throw new Error(`not within 20 s: ${JSON.stringify(now, null, 1)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const stopped = ({ lastStatus }: Task): boolean => lastStatus === 'STOPPED';

/** Well while /sick does not exist, which it makes itself when it is asked to. */
const SERVER = `
  const { existsSync, writeFileSync } = require('node:fs');
  const server = require('node:http').createServer((request, response) => {
    if (request.url === '/sicken') writeFileSync('/sick', '');
    response.end(JSON.stringify(process.env));
  });
  server.listen(8080);
`;
const CHECK = ['CMD', '/node', '-e', 'process.exit(require("node:fs").existsSync("/sick") ? 1 : 0)'];

describe('RunTask on the docker engine', () => {
  it('runs a command with an environment of its own and tells its exit code', async () => {
    const task = await run(
      { environment: [{ name: 'EXIT', value: '1' }] },
      { command: ['-e', 'process.exit(Number(process.env.EXIT))'], environment: [{ name: 'EXIT', value: '42' }] },
    );
    expect(await until(task, stopped)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ exitCode: 42 }],
    });
  });

  it('ends a container that uses more than its memory with 137 and the reason', async () => {
    const eat = 'const all = []; for (;;) all.push(Buffer.alloc(8_000_000, 1));';
    const task = await run({ command: ['-e', eat] }, { memory: 64 });
    expect(await until(task, stopped)).toMatchObject({
      stopCode: 'EssentialContainerExited',
      containers: [{ exitCode: 137, reason: expect.stringMatching(/^OutOfMemoryError/) }],
    });
  });

  it('kills a container that does not end within its stop timeout', async () => {
    const deaf = `process.on('SIGTERM', () => console.log('no')); setInterval(() => undefined, 1000);`;
    const task = await run({ command: ['-e', deaf], stopTimeout: 10 });
    await until(task, ({ lastStatus }) => lastStatus === 'RUNNING');
    const startedMs = performance.now();
    await call('StopTask', { cluster: 'staging', task: task.taskArn });
    const ended = await until(task, stopped);
    // Ten seconds of the world are one of ours, which is also the least that docker counts in.
    expect(performance.now() - startedMs).toBeGreaterThan(900);
    expect(ended).toMatchObject({ stopCode: 'UserInitiated', containers: [{ exitCode: 137 }] });
  });

  it('limits what a process may open, and puts an init process first', async () => {
    // The hard limit: Node raises its soft one to it.
    const limits = `
      const limit = require('node:fs').readFileSync('/proc/self/limits', 'utf8').match(/open files +\\d+ +(\\d+)/)[1];
      process.exit(limit === '456' && process.pid !== 1 ? 0 : 9);
    `;
    const ulimits = [{ name: 'nofile', softLimit: 123, hardLimit: 456 }];
    const task = await run({ command: ['-e', limits], ulimits, linuxParameters: { initProcessEnabled: true } });
    expect(await until(task, stopped)).toMatchObject({ containers: [{ exitCode: 0 }] });
  });
});

describe('a container with a health check', () => {
  it('becomes HEALTHY, tells its own metadata, and becomes UNHEALTHY', async () => {
    const healthCheck = { command: CHECK, interval: 5, retries: 2 };
    const task = await run({ command: ['-e', SERVER], portMappings: [{ containerPort: 8080 }], healthCheck });
    const healthy = await until(task, ({ healthStatus }) => healthStatus === 'HEALTHY');
    const address = healthy.containers?.[0]?.networkInterfaces?.[0]?.privateIpv4Address ?? '';
    const environment = (await (await fetch(`http://${address}:8080/`)).json()) as Record<string, string>;

    const uri = environment['ECS_CONTAINER_METADATA_URI_V4'] ?? '';
    expect(await (await fetch(uri)).json()).toMatchObject({
      DockerId: healthy.containers?.[0]?.runtimeId,
      Health: { status: 'HEALTHY' },
      Networks: [{ IPv4Addresses: [address] }],
    });
    expect(await (await fetch(`${uri}/task`)).json()).toMatchObject({ TaskARN: task.taskArn, Family: 'job' });
    expect(await (await fetch(`${uri}/stats`)).json()).toMatchObject({
      memory_stats: { usage: expect.any(Number), limit: 134_217_728 },
    });

    await fetch(`http://${address}:8080/sicken`);
    await until(task, ({ healthStatus }) => healthStatus === 'UNHEALTHY');
    // Nobody replaces, or stops, a task that belongs to no service.
    expect(await describeTask(task)).toMatchObject({ lastStatus: 'RUNNING' });
  });

  it('fails a check that hangs', async () => {
    const hang = ['CMD', '/node', '-e', 'setInterval(() => undefined, 1000)'];
    const healthCheck = { command: hang, interval: 5, timeout: 2, retries: 1 };
    const task = await run({ command: ['-e', SERVER], healthCheck });
    await until(task, ({ healthStatus }) => healthStatus === 'UNHEALTHY');
  });
});
