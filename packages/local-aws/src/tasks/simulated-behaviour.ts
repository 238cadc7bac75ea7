/** SimulatedBehaviour is how a simulated task behaves; an empty one is healthy at once and runs for ever. */
export interface SimulatedBehaviour {
  /** Seconds of the world between its start and RUNNING: pulling and starting. Defaults to none. */
  readonly startsAfterSeconds?: number;
  /** Seconds of the world during which it answers 503. `Infinity`: never healthy. */
  readonly healthyAfterSeconds?: number;
  /** Seconds of the world after which it answers 503 again, for good. */
  readonly unhealthyAfterSeconds?: number;
  /** The health checks in its container definitions fail, whatever it answers; else they pass while it answers below 400. */
  readonly failsContainerHealthCheck?: boolean;
  /** Seconds of the world after which the essential container ends. */
  readonly exitAfterSeconds?: number;
  readonly exitCode?: number;
  /** What is told of a container that ended by itself, for example `OutOfMemoryError: …`. */
  readonly exitReason?: string;
  /** Seconds of the world that it takes to end when told to; longer than its stop timeout, it is killed: 137. */
  readonly stopsAfterSeconds?: number;
  /** The status of every answer, once healthy. Defaults to 200. */
  readonly status?: number;
  /** The statuses of some paths, whatever its health: the way to break under traffic and pass health checks. */
  readonly statusByPath?: Readonly<Record<string, number>>;
  /** Real milliseconds that an answer takes. */
  readonly slowMs?: number;
  /** Lines that each container writes when it starts; they are kept where it has the log driver `awslogs`. */
  readonly writes?: readonly string[];
  /** Whether it writes a line for every request: `GET /path 200`. */
  readonly writesRequests?: boolean;
  /** There is no place for it, in AWS's words: `Capacity is unavailable at this time. …`. No task is made then. */
  readonly cannotBePlaced?: string;
  /** The task fails to start with this message, for example `CannotPullContainerError: …`. */
  readonly failsToStart?: string;
}

/** Simulate chooses a behaviour by image and family. */
export type Simulate = (image: string, family: string) => SimulatedBehaviour;
