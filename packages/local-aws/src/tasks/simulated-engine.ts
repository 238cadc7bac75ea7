import { randomBytes, randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { World } from '../world.js';
import {
  ESSENTIAL_CONTAINER_EXITED,
  TaskStartError,
  type ContainerRequest,
  type RunningContainer,
  type TaskEngine,
  type TaskExit,
  type TaskHandle,
  type TaskRequest,
  type TaskWatch,
} from './task-engine.js';

/** SimulatedBehaviour is how a simulated task behaves; an empty one is healthy at once and runs for ever. */
export interface SimulatedBehaviour {
  /** Seconds of the world during which it answers 503. `Infinity`: never healthy. */
  readonly healthyAfterSeconds?: number;
  /** Seconds of the world after which the essential container ends. */
  readonly exitAfterSeconds?: number;
  readonly exitCode?: number;
  /** The status of every answer, once healthy. Defaults to 200. */
  readonly status?: number;
  /** Real milliseconds that an answer takes. */
  readonly slowMs?: number;
  /** The task fails to start with this message, for example `CannotPullContainerError: …`. */
  readonly failsToStart?: string;
}

/** Simulate chooses a behaviour by image and family. */
export type Simulate = (image: string, family: string) => SimulatedBehaviour;

/** createSimulatedEngine runs tasks as HTTP handlers in this process, each on a loopback address of its own. */
export function createSimulatedEngine(world: World, simulate: Simulate = () => ({})): TaskEngine {
  const running = new Set<SimulatedTask>();
  return {
    async start(request, watch) {
      const task = await openTask(world, request, simulate);
      running.add(task);
      try {
        watch.signal.throwIfAborted();
      } catch (error) {
        running.delete(task);
        await task.end();
        throw error;
      }
      void exitOnItsOwn(world, task, watch).then((exited) => exited && running.delete(task));
      return handleOf(task, running);
    },
    async close() {
      await Promise.all([...running].map((task) => task.end()));
      running.clear();
    },
  };
}

interface SimulatedTask {
  readonly ip: string;
  readonly request: TaskRequest;
  readonly behaviour: SimulatedBehaviour;
  readonly containers: readonly RunningContainer[];
  /** Aborted when the task has ended, whatever the cause. */
  readonly ended: AbortSignal;
  end(): Promise<void>;
}

async function openTask(world: World, request: TaskRequest, simulate: Simulate): Promise<SimulatedTask> {
  const first = request.containers[0];
  if (!first) throw new TaskStartError('A task needs a container.');
  const behaviour = simulate(first.image, request.family);
  if (behaviour.failsToStart !== undefined) throw new TaskStartError(behaviour.failsToStart, first.name);
  const healthyFrom = performance.now() + world.time.realMs(behaviour.healthyAfterSeconds ?? 0);
  const listen = (container: ContainerRequest) => (message: IncomingMessage, response: ServerResponse) =>
    answer({ container, behaviour, healthy: performance.now() >= healthyFrom, message, response });
  const { ip, servers } = await listenOnFreeAddress(request.containers, listen);
  const ended = new AbortController();
  return {
    ip,
    request,
    behaviour,
    containers: request.containers.map(runningContainer),
    ended: ended.signal,
    async end() {
      ended.abort();
      await Promise.all(servers.map(closeServer));
    },
  };
}

function handleOf(task: SimulatedTask, running: Set<SimulatedTask>): TaskHandle {
  return {
    ip: task.ip,
    containers: task.containers,
    async stop() {
      running.delete(task);
      await task.end();
      return exitOf(task, 0);
    },
  };
}

async function exitOnItsOwn(world: World, task: SimulatedTask, watch: TaskWatch): Promise<boolean> {
  if (task.behaviour.exitAfterSeconds === undefined) return false;
  try {
    await world.time.wait(task.behaviour.exitAfterSeconds, task.ended);
  } catch {
    return false;
  }
  await task.end();
  watch.onExit(exitOf(task, task.behaviour.exitCode ?? 1));
  return true;
}

function exitOf(task: SimulatedTask, exitCode: number): TaskExit {
  return {
    reason: ESSENTIAL_CONTAINER_EXITED,
    containers: task.request.containers.map(({ name }) => ({ name, exitCode })),
  };
}

interface Exchange {
  readonly container: ContainerRequest;
  readonly behaviour: SimulatedBehaviour;
  readonly healthy: boolean;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

function answer({ container, behaviour, healthy, message, response }: Exchange): void {
  const body = JSON.stringify({
    version: container.environment['VERSION'] ?? container.image,
    image: container.image,
    host: message.socket.localAddress,
    slowMs: behaviour.slowMs ?? 0,
  });
  const send = (): void => {
    response.writeHead(healthy ? (behaviour.status ?? 200) : 503, { 'content-type': 'application/json' }).end(body);
  };
  if (behaviour.slowMs === undefined) send();
  else setTimeout(send, behaviour.slowMs);
}

/** The manifest digest is the one that the reference names: a simulated task pulls nothing that could tell another. */
function runningContainer(container: ContainerRequest): RunningContainer {
  const digest = /@(sha256:[0-9a-f]{64})$/.exec(container.image)?.[1];
  return {
    name: container.name,
    runtimeId: randomBytes(32).toString('hex'),
    ...(digest === undefined ? {} : { imageDigest: digest }),
  };
}

type Handler = (message: IncomingMessage, response: ServerResponse) => void;

/** Another simulated task, perhaps of another process, may hold the address: the next draw finds a free one. */
const ADDRESS_DRAWS = 20;

async function listenOnFreeAddress(
  containers: readonly ContainerRequest[],
  handler: (container: ContainerRequest) => Handler,
): Promise<{ ip: string; servers: Server[] }> {
  for (let draw = 1; ; draw += 1) {
    // From 127.16.0.0 on: 127.0.0.x is where people and load balancers listen.
    const ip = `127.${randomInt(16, 255)}.${randomInt(0, 256)}.${randomInt(1, 255)}`;
    const servers: Server[] = [];
    try {
      for (const container of containers) {
        for (const port of container.ports) servers.push(await listenOn(ip, port, handler(container)));
      }
      return { ip, servers };
    } catch (cause) {
      await Promise.all(servers.map(closeServer));
      if (draw === ADDRESS_DRAWS) throw new TaskStartError(`CannotStartContainerError: ${String(cause)}`);
    }
  }
}

function listenOn(host: string, port: number, handler: Handler): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer(handler);
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => resolve(server));
  });
}

/** Requests in flight are finished, as a well-behaved service does on SIGTERM; idle connections are closed at once. */
function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
}
