import { randomBytes } from 'node:crypto';
import type { RequestListener } from 'node:http';
import type { ContainerLogs } from '../container-logs.js';
import type { World } from '../world.js';
import { watchContainerHealth } from './container-health.js';
import { openLogs } from './open-logs.js';
import type { Simulate, SimulatedBehaviour } from './simulated-behaviour.js';
import { openTaskSockets, type TaskSockets } from './simulated-sockets.js';
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

/** SimulatedEngineParts is what a simulated engine is made of. */
export interface SimulatedEngineParts {
  readonly world: World;
  readonly logs?: ContainerLogs;
}

/** createSimulatedEngine runs tasks as HTTP handlers in this process, each on a loopback address of its own. */
export function createSimulatedEngine(
  { world, logs }: SimulatedEngineParts,
  simulate: Simulate = () => ({}),
): TaskEngine {
  const running = new Set<SimulatedTask>();
  return {
    async start(request, watch) {
      const task = await openTask({ world, logs, request, watch, behaviour: behaviourOf(request, simulate) });
      if (watch.signal.aborted) {
        await task.end();
        throw watch.signal.reason;
      }
      running.add(task);
      task.ended.addEventListener('abort', () => running.delete(task));
      watchTask(task);
      return handleOf(task);
    },
    refusal: (image, family) => simulate(image, family).cannotBePlaced,
    async close() {
      await Promise.all([...running].map((task) => task.end()));
    },
  };
}

interface TaskParts {
  readonly world: World;
  readonly logs: ContainerLogs | undefined;
  readonly request: TaskRequest;
  readonly watch: TaskWatch;
  readonly behaviour: SimulatedBehaviour;
}

interface SimulatedTask extends TaskParts {
  readonly ip: string;
  /** The status of an answer now. */
  status(): number;
  /** Aborted when the task has ended, whatever the cause. */
  readonly ended: AbortSignal;
  end(): Promise<void>;
}

function behaviourOf({ containers: [first], family }: TaskRequest, simulate: Simulate): SimulatedBehaviour {
  if (!first) throw new TaskStartError('A task needs a container.');
  return simulate(first.image, family);
}

async function openTask(parts: TaskParts): Promise<SimulatedTask> {
  const { world, request, watch, behaviour } = parts;
  if (behaviour.startsAfterSeconds !== undefined) await world.time.wait(behaviour.startsAfterSeconds, watch.signal);
  if (behaviour.failsToStart !== undefined) {
    throw new TaskStartError(behaviour.failsToStart, request.containers[0]?.name);
  }
  const writers = openLogs(parts.logs, request);
  const write = (container: string, text: string): void => writers.get(container)?.write(text);
  const startedMs = world.time.now().getTime();
  const status = (): number => statusAt(parts, world.time.now().getTime() - startedMs);
  const sockets: TaskSockets = await world.time.during(
    openTaskSockets(request.containers, (container) => listenerOf({ container, behaviour, status, write })),
  );
  for (const { name } of request.containers) for (const text of behaviour.writes ?? []) write(name, text);
  const ended = new AbortController();
  const end = async (): Promise<void> => {
    ended.abort();
    await world.time.during(sockets.close());
  };
  return { ...parts, ip: sockets.ip, status, ended: ended.signal, end };
}

function statusAt({ world, behaviour }: TaskParts, ageMs: number): number {
  const { healthyAfterSeconds = 0, unhealthyAfterSeconds = Infinity, status = 200 } = behaviour;
  const well = ageMs >= world.time.realMs(healthyAfterSeconds) && ageMs < world.time.realMs(unhealthyAfterSeconds);
  return well ? status : 503;
}

/** From here on it lives by itself: its health checks run, and it may end. */
function watchTask(task: SimulatedTask): void {
  const { world, request, behaviour, watch } = task;
  for (const { name, healthCheck } of request.containers) {
    if (!healthCheck) continue;
    void watchContainerHealth({
      time: world.time,
      check: healthCheck,
      signal: task.ended,
      probe: () => !behaviour.failsContainerHealthCheck && task.status() < 400,
      onChange: (health) => watch.onHealth?.(name, health),
    });
  }
  if (behaviour.exitAfterSeconds !== undefined) void exitAfter(task, behaviour.exitAfterSeconds);
}

async function exitAfter(task: SimulatedTask, seconds: number): Promise<void> {
  const { world, behaviour, watch } = task;
  try {
    await world.time.wait(seconds, task.ended);
  } catch {
    // It was ended before.
    return;
  }
  await task.end();
  watch.onExit(exitOf(task, behaviour.exitCode ?? 1, behaviour.exitReason));
}

function handleOf(task: SimulatedTask): TaskHandle {
  return {
    ip: task.ip,
    containers: task.request.containers.map(runningContainer),
    // A socket's answer takes real time: by hand, health has to be known in no time at all.
    ...(task.world.time.byHand ? { probe: () => (task.ended.aborted ? undefined : task.status()) } : {}),
    async stop() {
      const exitCode = await beTold(task);
      await task.end();
      return exitOf(task, exitCode);
    },
  };
}

async function beTold({ world, request, behaviour, ended }: SimulatedTask): Promise<number> {
  const { stopsAfterSeconds = 0 } = behaviour;
  const grantedSeconds = Math.max(...request.containers.map(({ stopTimeoutSeconds }) => stopTimeoutSeconds));
  const seconds = Math.min(stopsAfterSeconds, grantedSeconds);
  // The only way in which the wait fails is that the task has ended.
  if (seconds > 0) await world.time.wait(seconds, ended).catch(() => undefined);
  return stopsAfterSeconds > grantedSeconds ? 137 : 0;
}

function exitOf({ request }: SimulatedTask, exitCode: number, reason?: string): TaskExit {
  return {
    reason: ESSENTIAL_CONTAINER_EXITED,
    containers: request.containers.map(({ name }) => ({
      name,
      exitCode,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

interface Answering {
  readonly container: ContainerRequest;
  readonly behaviour: SimulatedBehaviour;
  readonly status: () => number;
  readonly write: (container: string, text: string) => void;
}

function listenerOf({ container, behaviour, status, write }: Answering): RequestListener {
  return (message, response) => {
    const body = JSON.stringify({
      version: container.environment['VERSION'] ?? container.image,
      image: container.image,
      host: message.socket.localAddress,
      slowMs: behaviour.slowMs ?? 0,
    });
    const answered = behaviour.statusByPath?.[message.url ?? ''] ?? status();
    if (behaviour.writesRequests) write(container.name, `${message.method} ${message.url} ${answered}`);
    const send = (): void => void response.writeHead(answered, { 'content-type': 'application/json' }).end(body);
    if (behaviour.slowMs === undefined) send();
    else setTimeout(send, behaviour.slowMs);
  };
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
