import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { LogDestination } from '../../src/container-logs.js';
import { createDockerNetwork, type DockerNetwork } from '../../src/docker-network.js';
import { createLogsService } from '../../src/services/logs/index.js';
import { createTaskEngine, type TaskEngine, type TaskExit, type TaskRequest } from '../../src/tasks/index.js';
import type { World } from '../../src/world.js';
import { createWorldTime } from '../../src/world-time.js';
import { containersOf, importNodeImage, removeImage } from '../tasks/node-image.js';
import { until } from '../cloudwatch/web.js';

const instanceId = randomBytes(4).toString('hex');
const image = `local-aws-test-${instanceId}:1`;
const world: World = {
  accountId: '123456789012',
  region: 'eu-central-1',
  time: createWorldTime(1000),
  draining: true,
  instanceId,
  endpointForTasks: () => undefined,
};
const context = { accountId: world.accountId, region: world.region, accessKeyId: 'A', requestId: 'r' };
const service = createLogsService(world);

let network: DockerNetwork;
let engine: TaskEngine;

beforeAll(async () => {
  network = await createDockerNetwork(instanceId);
  engine = createTaskEngine({ kind: 'docker', world, logs: service.containerLogs });
  await importNodeImage(image);
}, 120_000);

afterAll(async () => {
  await engine.close();
  expect(await containersOf(instanceId)).toEqual([]);
  await network.remove();
  await removeImage(image);
}, 60_000);

function task(stream: string, program: string): TaskRequest {
  const log: LogDestination = { region: world.region, group: '/ecs/web', stream, createsGroup: true };
  const container = { name: 'app', image, essential: true, environment: {}, ports: [], stopTimeoutSeconds: 60 };
  return {
    taskArn: `arn:aws:ecs:eu-central-1:123456789012:task/staging/${stream}`,
    family: 'web',
    containers: [{ ...container, command: ['-e', program], log }],
  };
}

async function linesOf(stream: string): Promise<(string | undefined)[]> {
  const input = { logGroupName: '/ecs/web', logStreamNames: [stream] };
  const answer = (await service.operations['FilterLogEvents']?.(input, context)) as { events: { message?: string }[] };
  return answer.events.map(({ message }) => message);
}

it('keeps all that a container wrote to both of its streams, however soon it ended', async () => {
  const ended = new Promise<TaskExit>((resolve) => {
    const program = `console.log('out'); console.error('err'); console.log(''); console.log('x'.repeat(20000))`;
    const watch = { signal: new AbortController().signal, onExit: resolve };
    void engine.start(task('ended', program), watch);
  });
  expect((await ended).containers).toEqual([{ name: 'app', exitCode: 0 }]);
  const lines = await linesOf('ended');
  expect(lines).toHaveLength(3);
  expect(lines).toEqual(expect.arrayContaining(['out', 'err', 'x'.repeat(20_000)]));
}, 60_000);

it('shows lines while a container runs, and keeps its last word when it is stopped', async () => {
  const program = `
    console.log('up');
    process.on('SIGTERM', () => { console.log('bye'); process.exit(0); });
    setInterval(() => undefined, 1000);
  `;
  const watch = { signal: new AbortController().signal, onExit: () => undefined };
  const handle = await engine.start(task('stopped', program), watch);
  await until(
    () => linesOf('stopped'),
    (lines) => lines.includes('up'),
  );
  await handle.stop();
  expect(await linesOf('stopped')).toEqual(['up', 'bye']);
}, 60_000);

it('starts no container whose log group does not exist', async () => {
  const { containers, ...rest } = task('none', '');
  const [container] = containers;
  if (!container?.log) throw new Error('no log');
  const log = { ...container.log, group: '/none', createsGroup: false };
  const watch = { signal: new AbortController().signal, onExit: () => undefined };
  await expect(engine.start({ ...rest, containers: [{ ...container, log }] }, watch)).rejects.toThrow(
    'ResourceInitializationError: failed to validate logger args',
  );
});
