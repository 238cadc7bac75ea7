import type { Compose } from './compose/compose.js';
import type { Constraints } from './constraints.js';

/** What a container is made of. */
export interface ContainerSpec {
  readonly name: string;
  /** By digest. */
  readonly image: string;
  readonly network: string;
  /** Absent: the engine's own. */
  readonly platform?: string;
  readonly label: string;
  /** A second label, for what goes before the rest does. */
  readonly furtherLabel?: string;
  /** Further host names on its network. */
  readonly aliases?: readonly string[];
  /** Inside the container; published on a free port of 127.0.0.1. */
  readonly port: number;
  /** Published in the same way. */
  readonly furtherPorts?: readonly number[];
  readonly environment: Readonly<Record<string, string>>;
  readonly constraints: Constraints;
}

/** HostPorts has for each published TCP port of a container the one on 127.0.0.1. */
export type HostPorts = ReadonlyMap<number, number>;

/** Health is what a health check says; `none` where there is none. */
export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** How a container is, or how it ended. */
export interface ContainerState {
  readonly running: boolean;
  readonly exitCode: number;
  /** Whether the kernel killed it for its memory. */
  readonly oomKilled: boolean;
  /** Of the image's own HEALTHCHECK. */
  readonly health: Health;
  /** What its last failed check came to; not yet without secrets. */
  readonly healthProblem?: string;
}

/** How long a program in a container may take. */
export interface ExecOptions {
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** How a program in a container ended. */
export interface ExecResult {
  readonly exitCode: number;
  /** What it, or the engine in its place, wrote last; not yet without secrets. */
  readonly lastLine: string;
}

/**
 * ContainerEngine is the part of a container engine that the test needs. What makes something cannot be cancelled: the
 * engine would go on without us, and what it makes would come after the clean-up.
 */
export interface ContainerEngine {
  /** @throws SlipwayError TEST_ENGINE_MISSING */
  assertAvailable(): Promise<void>;
  /** How many processors the engine's machine has. */
  cpus(): Promise<number>;
  /** @throws SlipwayError TEST_PULL_FAILED */
  pull(reference: string, signal: AbortSignal, platform?: string): Promise<void>;
  /** What it can run, its own platform first: `linux/amd64`. */
  platforms(): Promise<readonly string[]>;
  /** @throws SlipwayError TEST_ENGINE_FAILED */
  createNetwork(name: string, label: string): Promise<void>;
  /**
   * Returns the container's id.
   *
   * @throws SlipwayError TEST_IMAGE_NOT_STARTED
   */
  createContainer(spec: ContainerSpec): Promise<string>;
  /** @throws SlipwayError TEST_IMAGE_NOT_STARTED */
  startContainer(id: string): Promise<void>;
  /** Resolves when the container has ended. */
  waitForExit(id: string, signal: AbortSignal): Promise<void>;
  state(id: string): Promise<ContainerState>;
  /** The ports on 127.0.0.1 by those of the container; none when it has ended. */
  hostPorts(id: string): Promise<HostPorts>;
  /** The digests by which the engine knows the container's image in the repository of a reference that it has. */
  imageDigests(id: string, reference: string): Promise<readonly string[]>;
  /** Runs a program inside a running container, without a shell. */
  exec(id: string, command: readonly string[], options: ExecOptions): Promise<ExecResult>;
  /** Tells every line of both streams, from the first on, until the container has ended. */
  followLog(id: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Tells the MiB that a container uses, about once a second. */
  followMemory(id: string, onSample: (mib: number) => void, signal: AbortSignal): Promise<void>;
  /** The user that an image says; an empty text is root. */
  imageUser(reference: string): Promise<string>;
  /** Pulls an image that the job's own registry credentials may see, unless the engine has it. */
  pullForeign(reference: string, signal: AbortSignal): Promise<void>;
  /**
   * The last lines of both streams.
   *
   * @throws SlipwayError TEST_ENGINE_FAILED when it cannot read them, as with some log drivers
   */
  logTail(id: string, lines: number): Promise<readonly string[]>;
  /**
   * Where this machine reaches a container without a proxy of the engine's between: `http://172.18.0.2:8080`; undefined
   * where the container's network is another machine's.
   */
  directUrl(id: string, port: number): Promise<string | undefined>;
  /**
   * Waits for the first signal that a container is sent after a time, and returns when that was, both in milliseconds
   * since the epoch; undefined when the engine does not tell.
   */
  signalledAt(id: string, sinceMs: number, signal: AbortSignal): Promise<number | undefined>;
  /** Asks it to end, and kills it after so long. */
  stop(id: string, timeoutSeconds: number, signal: AbortSignal): Promise<void>;
  /** Removes what bears a label, running or not, with its anonymous volumes. */
  removeContainers(label: string): Promise<void>;
  removeNetworks(label: string): Promise<void>;
  /** Removes named volumes. */
  removeVolumes(label: string): Promise<void>;
  /** Removes images that were built for this test and bear its label. */
  removeBuilt(label: string): Promise<void>;
  /** Puts a running container into a further network, where it has these names. */
  joinNetwork(id: string, network: string, aliases: readonly string[]): Promise<void>;
  readonly compose: Compose;
  /** Takes one name from an image; the image goes when it was its last. */
  removeImage(reference: string): Promise<void>;
}
