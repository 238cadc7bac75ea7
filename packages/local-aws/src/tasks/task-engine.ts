import type { LogDestination } from '../container-logs.js';

/** TaskEngine runs tasks: as real containers, or simulated inside this process. */
export interface TaskEngine {
  /**
   * start runs every container of a task and resolves when all of them run.
   *
   * @throws TaskStartError when a container cannot be pulled, created or started; nothing of the task is left then.
   */
  start(request: TaskRequest, watch: TaskWatch): Promise<TaskHandle>;
  /** Says in AWS's words why no task of that kind can be placed now; absent, or undefined, when one can. */
  refusal?(image: string, family: string): string | undefined;
  /** close ends every task, also those still starting, and leaves nothing behind. Idempotent. */
  close(): Promise<void>;
}

/** TaskRequest is what a task definition and its service ask an engine to run. */
export interface TaskRequest {
  readonly taskArn: string;
  readonly family: string;
  /** Megabytes for the whole task; containers may have limits of their own. */
  readonly memoryMegabytes?: number;
  /** At least one. The first opens the network that the others join, as in `awsvpc` mode. */
  readonly containers: readonly ContainerRequest[];
}

/** ContainerRequest is one container definition, as far as an engine acts on it. */
export interface ContainerRequest {
  readonly name: string;
  readonly image: string;
  /** The task ends when a container that is essential ends. */
  readonly essential: boolean;
  /** Wins over what the engine puts into the environment itself. */
  readonly environment: Readonly<Record<string, string>>;
  readonly ports: readonly number[];
  /** Seconds of the world from SIGTERM to SIGKILL. */
  readonly stopTimeoutSeconds: number;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly user?: string;
  readonly workingDirectory?: string;
  readonly memoryMegabytes?: number;
  readonly memoryReservationMegabytes?: number;
  readonly cpuShares?: number;
  readonly readonlyRootFilesystem?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
  /** Where its output is kept; without, it is only the engine's. */
  readonly log?: LogDestination;
  readonly healthCheck?: ContainerHealthCheck;
  /** Put into the environment as ECS_CONTAINER_METADATA_URI_V4. */
  readonly metadataUri?: string;
  readonly ulimits?: readonly Ulimit[];
  /** An init process that reaps orphans and forwards signals. */
  readonly initProcess?: boolean;
}

/** ContainerHealthCheck is a container definition's own health check, defaults filled in. Seconds are the world's. */
export interface ContainerHealthCheck {
  /** Starts with `CMD`, or with `CMD-SHELL` for a line to the container's shell. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** So many failures in a row make a container unhealthy. */
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

/** ContainerHealth is what a container's own health check found, in AWS's words; without one it stays UNKNOWN. */
export type ContainerHealth = 'HEALTHY' | 'UNHEALTHY' | 'UNKNOWN';

/** Ulimit is a limit of a container's processes, by Docker's name for it. */
export interface Ulimit {
  readonly name: string;
  readonly soft: number;
  readonly hard: number;
}

/** TaskWatch is how an engine reports, and how a start is given up. */
export interface TaskWatch {
  /** Aborting gives the start up; `start` then rejects once nothing of the task is left. */
  readonly signal: AbortSignal;
  /** Called once, when the task has ended on its own. Not called for a task that was stopped. */
  onExit(exit: TaskExit): void;
  /** Called after every change of the health of a container that has a health check. */
  onHealth?(container: string, health: ContainerHealth): void;
}

/** TaskHandle is a running task. */
export interface TaskHandle {
  /** Where the load balancer reaches the task's container ports. */
  readonly ip: string;
  readonly containers: readonly RunningContainer[];
  /** stop sends SIGTERM, grants each container its stop timeout, and resolves when all have ended. */
  stop(): Promise<TaskExit>;
  /** Answers health checks of a load balancer in place of the task's sockets, where an engine can do so at once. */
  probe?(port: number, path: string): number | undefined;
  /** What a container uses, in the form of Docker's own statistics; absent when the engine measures nothing. */
  stats?(container: string): Promise<object>;
}

/** RunningContainer is what the engine itself says about a container. */
export interface RunningContainer {
  readonly name: string;
  readonly runtimeId: string;
  /** The manifest digest of the image that runs, from the engine; absent when the engine knows none. */
  readonly imageDigest?: string;
}

/** TaskExit is how a task ended. */
export interface TaskExit {
  readonly reason: string;
  readonly containers: readonly ContainerExit[];
}

/** ContainerExit is how one container ended. */
export interface ContainerExit {
  readonly name: string;
  readonly exitCode: number;
  /** For example `OutOfMemoryError: Container killed due to memory usage`. */
  readonly reason?: string;
}

/** TaskStartError says in AWS's words why a task could not start: `CannotPullContainerError: …`. */
export class TaskStartError extends Error {
  /** The container at fault, where there is one. */
  readonly container: string | undefined;

  constructor(message: string, container?: string) {
    super(message);
    this.name = 'TaskStartError';
    this.container = container;
  }
}

/** AWS's words for a task that ended because a container did that it cannot be without. */
export const ESSENTIAL_CONTAINER_EXITED = 'Essential container in task exited';
