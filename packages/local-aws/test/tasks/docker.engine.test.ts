import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDockerNetwork, type DockerNetwork } from '../../src/docker-network.js';
import { createEcrService, type EcrService } from '../../src/services/ecr/index.js';
import { createDockerCli } from '../../src/tasks/docker-cli.js';
import { createTaskEngine, type TaskEngine, type TaskExit, type TaskRequest } from '../../src/tasks/index.js';
import type { World } from '../../src/world.js';
import { createWorldTime } from '../../src/world-time.js';
import { containersOf, importNodeImage, removeImage } from './node-image.js';

const instanceId = randomBytes(4).toString('hex');
const image = `local-aws-test-${instanceId}:1`;
const world: World = {
  accountId: '123456789012',
  region: 'eu-central-1',
  // 30 seconds to stop are half a real second; docker rounds it up to one.
  time: createWorldTime(1000),
  draining: true,
  instanceId,
  endpointForTasks: () => 'http://gateway:1',
};

const SERVER = `
  const server = require('node:http').createServer((_, response) => response.end(JSON.stringify(process.env)));
  server.listen(8080);
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
`;

function request(container: Partial<TaskRequest['containers'][number]> = {}): TaskRequest {
  const essentials = { name: 'app', image, essential: true, environment: {}, ports: [8080], stopTimeoutSeconds: 30 };
  return {
    taskArn: 'arn:task/1',
    family: 'web',
    containers: [{ ...essentials, command: ['-e', SERVER], ...container }],
  };
}

const watchNothing = { signal: new AbortController().signal, onExit: () => undefined };

/** The registry of this account, as local-aws serves it. */
async function openRegistry(directory: string): Promise<{ ecr: EcrService; server: Server }> {
  const address = (): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ecr = createEcrService({ accountId: world.accountId, directory, registryHost: address });
  const server = createServer((call, response) => void ecr.handler.handle(call, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { ecr, server };
}

describe('the docker engine', () => {
  let network: DockerNetwork;
  let engine: TaskEngine;
  let registry: Awaited<ReturnType<typeof openRegistry>>;
  let directory: string;
  let reference: string;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'local-aws-registry-'));
    registry = await openRegistry(directory);
    network = await createDockerNetwork(instanceId);
    engine = createTaskEngine({ kind: 'docker', world, registries: [registry.ecr.images] });
    await importNodeImage(image);
    reference = await push();
  }, 120_000);

  /** Pushes the image, then forgets the pushed name, so that it has to be pulled. */
  async function push(): Promise<string> {
    const { ecr } = registry;
    const context = { accountId: world.accountId, region: world.region, accessKeyId: 'A', requestId: 'r' };
    await ecr.operations['CreateRepository']?.({ repositoryName: 'web' }, context);
    const name = `${ecr.images.host()}/web:1`;
    const docker = createDockerCli([ecr.images]);
    try {
      await docker.run(['tag', image, name]);
      const said = await docker.run(['push', name]);
      await docker.run(['rmi', name]);
      return `${ecr.images.host()}/web@${/sha256:[0-9a-f]{64}/.exec(said)?.[0] ?? ''}`;
    } finally {
      await docker.close();
    }
  }

  afterAll(async () => {
    await engine.close();
    expect(await containersOf(instanceId)).toEqual([]);
    await network.remove();
    await removeImage(reference).catch(() => undefined);
    await removeImage(image);
    await new Promise((resolve) => registry.server.close(resolve));
    await registry.ecr.close();
    await rm(directory, { recursive: true, force: true });
  }, 60_000);

  async function environmentOf(ip: string): Promise<Record<string, string>> {
    for (;;) {
      const answer = await fetch(`http://${ip}:8080/`).catch(() => undefined);
      if (answer?.ok) return (await answer.json()) as Record<string, string>;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it('pulls by digest with credentials, runs, tells what the engine runs, and stops gracefully', async () => {
    const environment = { AWS_REGION: 'us-west-2', SECRET: 'two\nlines', PATH: '/elsewhere' };
    const task = await engine.start(request({ image: reference, environment }), watchNothing);
    expect(task.containers).toEqual([
      { name: 'app', runtimeId: expect.stringMatching(/^[0-9a-f]{64}$/), imageDigest: reference.split('@')[1] },
    ]);
    // What the task definition says wins over what the engine puts in.
    expect(await environmentOf(task.ip)).toMatchObject({
      ...environment,
      AWS_ENDPOINT_URL: 'http://gateway:1',
      AWS_DEFAULT_REGION: 'eu-central-1',
    });
    expect(await containersOf(instanceId)).toHaveLength(1);
    expect((await task.stop()).containers).toEqual([{ name: 'app', exitCode: 0 }]);
    expect(await containersOf(instanceId)).toEqual([]);
  });

  it('reports the exit code of a container that ends on its own', async () => {
    const exit = await new Promise<TaskExit>((resolve, reject) => {
      const command = ['-e', 'setTimeout(() => process.exit(7), 100)'];
      engine.start(request({ command }), { ...watchNothing, onExit: resolve }).catch(reject);
    });
    expect(exit).toEqual({
      reason: 'Essential container in task exited',
      containers: [{ name: 'app', exitCode: 7 }],
    });
  });

  it('lets the containers of a task share a network, and ends them together', async () => {
    const first = request().containers[0];
    if (!first) throw new Error('no container');
    const sidecar = {
      ...first,
      name: 'sidecar',
      ports: [],
      command: ['-e', 'fetch("http://127.0.0.1:8080").then((r) => process.exit(r.ok ? 5 : 6))'],
    };
    const exit = await new Promise<TaskExit>((resolve, reject) => {
      const task = {
        ...request(),
        containers: [first, { ...sidecar, command: ['-e', `setTimeout(() => { ${sidecar.command[1] ?? ''} }, 300)`] }],
      };
      engine.start(task, { ...watchNothing, onExit: resolve }).catch(reject);
    });
    expect(exit.containers).toEqual([
      { name: 'app', exitCode: 0 },
      { name: 'sidecar', exitCode: 5 },
    ]);
  });

  it('says why a container cannot be pulled or started, and leaves nothing', async () => {
    const missing = `${registry.ecr.images.host()}/web:none`;
    await expect(engine.start(request({ image: missing }), watchNothing)).rejects.toMatchObject({
      name: 'TaskStartError',
      message: expect.stringMatching(/^CannotPullContainerError: /),
      container: 'app',
    });
    await expect(engine.start(request({ entryPoint: ['/nothing'] }), watchNothing)).rejects.toMatchObject({
      message: expect.stringMatching(/^CannotStartContainerError: /),
    });
    expect(await containersOf(instanceId)).toEqual([]);
  });

  it('removes what is running and what is starting when it is closed', async () => {
    const other = createTaskEngine({ kind: 'docker', world, registries: [registry.ecr.images] });
    await other.start(request(), watchNothing);
    const starting = other.start(request(), watchNothing).catch((error: unknown) => error);
    await other.close();
    await starting;
    expect(await containersOf(instanceId)).toEqual([]);
    await expect(other.start(request(), watchNothing)).rejects.toBeDefined();
  });
});
