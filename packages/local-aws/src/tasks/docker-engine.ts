import { messageOf } from '@slipway/core';
import type { ContainerLogs } from '../container-logs.js';
import { INSTANCE_LABEL } from '../docker-network.js';
import { isOfOne, type ImageRegistry } from '../image-registry.js';
import type { World } from '../world.js';
import { createDockerCli, type DockerCli } from './docker-cli.js';
import { watchDockerExits, type DockerExits } from './docker-exits.js';
import { startDockerTask, type DockerWorkshop } from './docker-task.js';
import type { TaskEngine } from './task-engine.js';

/** DockerEngineParts is what a Docker engine is made of. */
export interface DockerEngineParts {
  readonly world: World;
  readonly logs?: ContainerLogs;
}

/** createDockerEngine runs tasks as containers on the Docker engine, in the network of this instance. */
export function createDockerEngine(parts: DockerEngineParts, registries: readonly ImageRegistry[] = []): TaskEngine {
  const { world, logs } = parts;
  const docker = createDockerCli(registries);
  const label = `${INSTANCE_LABEL}=${world.instanceId}`;
  const closing = new AbortController();
  const starting = new Set<Promise<unknown>>();
  let exits: DockerExits | undefined;
  let closed: Promise<void> | undefined;

  const workshop = (): DockerWorkshop => ({
    world,
    logs,
    docker,
    registries,
    exits: (exits ??= watchDockerExits(docker, label)),
  });

  const close = async (): Promise<void> => {
    closing.abort(new Error('The task engine is closed.'));
    try {
      // A start that is under way could make another container after a look at what there is.
      await Promise.allSettled(starting);
      if (exits) await removeContainers(docker, label);
      if (exits) await removeImages(docker, registries);
    } catch (cause) {
      throw new Error(`Containers of local-aws ${world.instanceId} may be left: ${messageOf(cause)}`, { cause });
    } finally {
      await exits?.close();
      await docker.close();
    }
  };

  return {
    async start(request, watch) {
      const signal = AbortSignal.any([watch.signal, closing.signal]);
      signal.throwIfAborted();
      const start = startDockerTask(workshop(), request, { ...watch, signal });
      starting.add(start);
      return start.finally(() => starting.delete(start));
    },
    close: () => (closed ??= close()),
  };
}

async function removeContainers(docker: DockerCli, label: string): Promise<void> {
  const listed = await docker.run(['ps', '--all', '--quiet', '--filter', `label=${label}`]);
  const left = listed.split(/\s+/).filter((id) => id !== '');
  if (left.length > 0) await docker.run(['rm', '--force', '--volumes', ...left]);
}

/** What was pulled from the registry that ends with us: by those names nobody could ever pull it again. */
async function removeImages(docker: DockerCli, registries: readonly ImageRegistry[]): Promise<void> {
  const format = '{{.Repository}} {{.Tag}} {{.Digest}}';
  const listed = await docker.run(['image', 'ls', '--digests', '--format', format]);
  const ours = listed.split('\n').filter((line) => isOfOne(registries, line));
  // By name, not by id: the user may have the same image by a name of his own.
  const names = ours.map((line) => {
    const [repository = '', tag = '', digest = ''] = line.split(' ');
    return tag === '<none>' ? `${repository}@${digest}` : `${repository}:${tag}`;
  });
  if (names.length > 0) await docker.run(['image', 'rm', ...names]);
}
