import { randomBytes } from 'node:crypto';
import { messageOf } from '@slipway/core';
import type { ContainerLogs, LogWriter } from '../container-logs.js';
import { INSTANCE_LABEL, networkNameOf } from '../docker-network.js';
import { taskAccessKeyOf } from '../iam/identities.js';
import { isOfOne, type ImageRegistry } from '../image-registry.js';
import type { World } from '../world.js';
import type { DockerCli } from './docker-cli.js';
import { addressOf, runCommandOf, runningContainerOf } from './docker-container.js';
import type { DockerExits } from './docker-exits.js';
import { watchDockerHealth } from './docker-health.js';
import { followDockerLogs, type FollowedLogs } from './docker-logs.js';
import { dockerStats } from './docker-stats.js';
import { openLogs } from './open-logs.js';
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
  readonly logs: ContainerLogs | undefined;
  readonly docker: DockerCli;
  readonly registries: readonly ImageRegistry[];
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
  const writers = openLogs(workshop.logs, request);
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
    return watchTask(workshop, { ip, containers, watch, writers });
  } catch (error) {
    // By name: `docker run` may have made a container of which we were never told.
    await workshop.docker.run(['rm', '--force', '--volumes', ...names]).catch(() => undefined);
    throw error;
  }
}

/**
 * An image of a registry of the account's own is pulled every time, as ECS does. Others are taken from the engine when it
 * has them, as an agent with ECS_IMAGE_PULL_BEHAVIOR=prefer-cached does: there may be no way to another registry.
 */
async function pull(workshop: DockerWorkshop, { image, name }: ContainerRequest, signal: AbortSignal): Promise<void> {
  const { docker, registries } = workshop;
  try {
    if (!isOfOne(registries, image) && (await isHere(docker, image))) return;
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
    defaults: { ...environmentOf(world), ...metadataOf(container) },
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
    AWS_ACCESS_KEY_ID: taskAccessKeyOf(world.accountId),
    AWS_SECRET_ACCESS_KEY: 'local-aws-task',
  };
}

function metadataOf({ metadataUri }: ContainerRequest): Record<string, string> {
  return metadataUri === undefined ? {} : { ECS_CONTAINER_METADATA_URI_V4: metadataUri };
}

interface WatchedTask {
  readonly ip: string;
  readonly containers: readonly Started[];
  readonly watch: TaskWatch;
  readonly writers: ReadonlyMap<string, LogWriter>;
}

/** The first essential container that ends takes the task with it, unless the task is being stopped anyway. */
function watchTask(workshop: DockerWorkshop, { ip, containers, watch, writers }: WatchedTask): TaskHandle {
  const { docker, exits } = workshop;
  const ended = new AbortController();
  const logs = followDockerLogs(docker, followedOf(containers, writers), watch.signal);
  let ending: Promise<TaskExit> | undefined;
  const end = (): Promise<TaskExit> => {
    ended.abort();
    return (ending ??= endTask(workshop, containers, logs));
  };
  for (const container of containers) {
    watchHealth(workshop, { container, watch, signal: ended.signal });
    if (!container.request.essential) continue;
    exits.watch(container.running.runtimeId, () => {
      if (ending || watch.signal.aborted) return;
      void end().then((exit) => watch.onExit(exit));
    });
  }
  return {
    ip,
    containers: containers.map(({ running }) => running),
    stop: end,
    stats: (name) =>
      dockerStats(docker, containers.find(({ running }) => running.name === name)?.running.runtimeId ?? ''),
  };
}

function followedOf(containers: readonly Started[], writers: ReadonlyMap<string, LogWriter>) {
  return containers.flatMap(({ running: { name, runtimeId: id } }) => {
    const writer = writers.get(name);
    return writer ? [{ id, writer }] : [];
  });
}

interface WatchedContainer {
  readonly container: Started;
  readonly watch: TaskWatch;
  readonly signal: AbortSignal;
}

function watchHealth({ world, docker }: DockerWorkshop, { container, watch, signal }: WatchedContainer): void {
  const { request, running } = container;
  if (!request.healthCheck) return;
  watchDockerHealth(docker, {
    id: running.runtimeId,
    check: request.healthCheck,
    time: world.time,
    signal: AbortSignal.any([signal, watch.signal]),
    onHealth: (health) => watch.onHealth?.(running.name, health),
  });
}

async function endTask(
  workshop: DockerWorkshop,
  containers: readonly Started[],
  logs: FollowedLogs,
): Promise<TaskExit> {
  const ends = await Promise.all(containers.map((container) => endContainer(workshop, container)));
  const ids = containers.map(({ running }) => running.runtimeId);
  ids.forEach((id) => workshop.exits.forget(id));
  await logs.rest();
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
