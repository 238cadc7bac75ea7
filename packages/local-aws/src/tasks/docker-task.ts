import { randomBytes } from 'node:crypto';
import { messageOf } from '@slipway/core';
import { INSTANCE_LABEL, networkNameOf } from '../docker-network.js';
import type { ImageRegistry } from '../image-registry.js';
import type { World } from '../world.js';
import type { DockerCli } from './docker-cli.js';
import { addressOf, runCommandOf, runningContainerOf } from './docker-container.js';
import type { DockerExits } from './docker-exits.js';
import {
  ESSENTIAL_CONTAINER_EXITED,
  TaskStartError,
  type ContainerExit,
  type ContainerRequest,
  type RunningContainer,
  type TaskExit,
  type TaskHandle,
  type TaskRequest,
  type TaskWatch,
} from './task-engine.js';

/** DockerWorkshop is what the tasks of one engine share. */
export interface DockerWorkshop {
  readonly world: World;
  readonly docker: DockerCli;
  readonly registry: ImageRegistry | undefined;
  readonly exits: DockerExits;
}

interface Started {
  readonly request: ContainerRequest;
  readonly running: RunningContainer;
}

/** startDockerTask pulls, then starts every container of a task; on failure it removes those already started. */
export async function startDockerTask(
  workshop: DockerWorkshop,
  request: TaskRequest,
  watch: TaskWatch,
): Promise<TaskHandle> {
  const containers: Started[] = [];
  const prefix = `local-aws-${workshop.world.instanceId}-${randomBytes(6).toString('hex')}`;
  const names = request.containers.map(({ name }) => `${prefix}-${name}`);
  try {
    for (const container of request.containers) await pull(workshop, container, watch.signal);
    for (const [index, container] of request.containers.entries()) {
      const started = await startContainer(workshop, {
        request,
        container,
        name: names[index] ?? prefix,
        network: containers[0]
          ? `container:${containers[0].running.runtimeId}`
          : networkNameOf(workshop.world.instanceId),
        signal: watch.signal,
      });
      containers.push(started);
    }
    const first = containers[0];
    if (!first) throw new TaskStartError('A task needs a container.');
    const ip = await addressOf(workshop.docker, first.running.runtimeId, networkNameOf(workshop.world.instanceId));
    watch.signal.throwIfAborted();
    return watchTask(workshop, { ip, containers, watch });
  } catch (error) {
    // By name: `docker run` may have made a container of which we were never told.
    await workshop.docker.run(['rm', '--force', '--volumes', ...names]).catch(() => undefined);
    throw error;
  }
}

/**
 * An image of the account's own registry is pulled every time, as ECS does. Others are taken from the engine when it
 * has them, as an agent with ECS_IMAGE_PULL_BEHAVIOR=prefer-cached does: there may be no way to another registry.
 */
async function pull(workshop: DockerWorkshop, { image, name }: ContainerRequest, signal: AbortSignal): Promise<void> {
  const { docker, registry } = workshop;
  try {
    const ours = registry !== undefined && image.startsWith(`${registry.host()}/`);
    if (!ours && (await isHere(docker, image))) return;
    await docker.run(['pull', '--quiet', image], { signal });
  } catch (error) {
    signal.throwIfAborted();
    throw new TaskStartError(`CannotPullContainerError: ${messageOf(error)}`, name);
  }
}

async function isHere(docker: DockerCli, image: string): Promise<boolean> {
  return docker.run(['image', 'inspect', '--format', '{{.Id}}', image]).then(
    () => true,
    () => false,
  );
}

interface ContainerStart {
  readonly request: TaskRequest;
  readonly container: ContainerRequest;
  readonly name: string;
  readonly network: string;
  readonly signal: AbortSignal;
}

async function startContainer({ world, docker }: DockerWorkshop, start: ContainerStart): Promise<Started> {
  const { request, container, signal } = start;
  const command = runCommandOf(container, {
    name: start.name,
    network: start.network,
    labels: {
      [INSTANCE_LABEL]: world.instanceId,
      // As the ECS agent labels them.
      'com.amazonaws.ecs.task-arn': request.taskArn,
      'com.amazonaws.ecs.container-name': container.name,
    },
    defaults: environmentOf(world),
    taskMemoryMegabytes: request.memoryMegabytes,
  });
  try {
    const id = (await docker.run(command.args, { env: command.env, signal })).trim();
    return { request: container, running: await runningContainerOf(docker, container, id) };
  } catch (error) {
    signal.throwIfAborted();
    throw new TaskStartError(`CannotStartContainerError: ${messageOf(error)}`, container.name);
  }
}

/** What the unmodified AWS SDKs in a task need to reach this world; any credentials are good ones here. */
function environmentOf(world: World): Record<string, string> {
  const endpoint = world.endpointForTasks();
  return {
    ...(endpoint === undefined ? {} : { AWS_ENDPOINT_URL: endpoint }),
    AWS_REGION: world.region,
    AWS_DEFAULT_REGION: world.region,
    AWS_ACCESS_KEY_ID: 'local-aws-task',
    AWS_SECRET_ACCESS_KEY: 'local-aws-task',
  };
}

interface WatchedTask {
  readonly ip: string;
  readonly containers: readonly Started[];
  readonly watch: TaskWatch;
}

/** The first essential container that ends takes the task with it, unless the task is being stopped anyway. */
function watchTask(workshop: DockerWorkshop, { ip, containers, watch }: WatchedTask): TaskHandle {
  let ending: Promise<TaskExit> | undefined;
  const end = (): Promise<TaskExit> => (ending ??= endTask(workshop, containers));
  for (const container of containers) {
    if (!container.request.essential) continue;
    workshop.exits.watch(container.running.runtimeId, () => {
      if (ending || watch.signal.aborted) return;
      void end().then((exit) => watch.onExit(exit));
    });
  }
  return { ip, containers: containers.map(({ running }) => running), stop: end };
}

async function endTask(workshop: DockerWorkshop, containers: readonly Started[]): Promise<TaskExit> {
  const ends = await Promise.all(containers.map((container) => endContainer(workshop, container)));
  const ids = containers.map(({ running }) => running.runtimeId);
  ids.forEach((id) => workshop.exits.forget(id));
  await workshop.docker.run(['rm', '--force', '--volumes', ...ids]).catch(() => undefined);
  return { reason: ESSENTIAL_CONTAINER_EXITED, containers: ends };
}

/** `docker stop` counts in whole seconds and takes 0 for "at once". */
const LEAST_STOP_SECONDS = 1;

async function endContainer({ world, docker }: DockerWorkshop, container: Started): Promise<ContainerExit> {
  const realSeconds = Math.ceil(world.time.realMs(container.request.stopTimeoutSeconds) / 1000);
  const { name, runtimeId: id } = container.running;
  try {
    await docker.run(['stop', '--time', String(Math.max(realSeconds, LEAST_STOP_SECONDS)), id]);
    const state = (await docker.run(['container', 'inspect', '--format', '{{json .State}}', id])).trim();
    const { ExitCode, OOMKilled } = JSON.parse(state) as { ExitCode: number; OOMKilled: boolean };
    const reason = OOMKilled ? { reason: 'OutOfMemoryError: Container killed due to memory usage' } : {};
    return { name, exitCode: ExitCode, ...reason };
  } catch {
    // The container was removed under us, by close() or from outside: 137 is what a kill leaves.
    return { name, exitCode: 137 };
  }
}
