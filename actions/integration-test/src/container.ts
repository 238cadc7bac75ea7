import type { Clock, Redactor } from '@slipway/core';
import type { ContainerEngine, ContainerSpec, ContainerState, Health, HostPorts } from './engine.js';
import * as errors from './errors.js';
import { watchHealth } from './health.js';

/** Container is one that was started and is watched. */
export interface Container {
  readonly id: string;
  readonly spec: ContainerSpec;
  /** `http://127.0.0.1:PORT`. */
  readonly baseUrl: string;
  /** All that are published. */
  readonly ports: HostPorts;
  /** Where one of its ports is reached best, published or not. */
  placeOf(port: number): Promise<Place>;
  hasEnded(): boolean;
  health(): Health;
  /** What its last failed check came to, without secrets. */
  healthProblem(): string | undefined;
  /** What it has logged so far, as far as the log is followed; without secrets. */
  lines(): readonly string[];
  state(): Promise<ContainerState>;
  /** Ends all watching; the container goes on. */
  unwatch(): void;
}

/** Place is where a port of a container is reached. */
export interface Place {
  readonly baseUrl: string;
  /** Whether nothing stands between, so that it is the container itself that takes, refuses and ends connections. */
  readonly isDirect: boolean;
}

/** What a container is started with. */
export interface StartOptions {
  readonly engine: ContainerEngine;
  readonly spec: ContainerSpec;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly redactor: Redactor;
  /** Whether its log is read while it runs. */
  readonly followsLog: boolean;
  /** Called with the id before the container is started; what it throws keeps it from starting. */
  readonly onCreated?: (id: string) => Promise<void>;
}

/** As much of a log as is looked at for the line that says `ready`. */
const MAX_FOLLOWED_LINES = 10_000;

/**
 * startContainer creates a container, starts and watches it. A container that ended at once has the port 0.
 *
 * @throws SlipwayError TEST_IMAGE_NOT_STARTED, TEST_ENGINE_FAILED; the signal's reason
 */
export async function startContainer(options: StartOptions): Promise<Container> {
  const { engine, spec, signal, clock } = options;
  const id = await engine.createContainer(spec);
  await options.onCreated?.(id);
  signal.throwIfAborted();
  await engine.startContainer(id);
  const watch = new AbortController();
  const ended = watchExit(engine, id, watch.signal);
  const { healthCheck: check } = spec.constraints;
  const lines = options.followsLog ? follow(options, id, watch.signal) : [];
  const seen = watchHealth({ engine, id, clock, signal: watch.signal, ...(check ? { check } : {}) });
  try {
    const ports = await engine.hostPorts(id);
    const port = ports.get(spec.port);
    return {
      ...{ id, spec, ports, baseUrl: localUrl(port ?? 0) },
      health: () => seen().health,
      healthProblem: () => options.redactor.redact(seen().problem ?? '') || undefined,
      placeOf: placesOf(options, id, ports),
      // A container that has ended has no port any more; the watch may not know yet.
      hasEnded: () => ended() || port === undefined,
      lines: () => lines,
      state: () => engine.state(id),
      unwatch: () => watch.abort(),
    };
  } catch (error) {
    watch.abort();
    throw error;
  }
}

/** localUrl is where a published port answers. */
export function localUrl(port: number): string {
  return `http://127.0.0.1:${port}`;
}

/** A container keeps its address for as long as it runs: the engine is asked once for each port. */
function placesOf({ engine }: StartOptions, id: string, ports: HostPorts): Container['placeOf'] {
  const ask = async (port: number): Promise<Place> => {
    const direct = await engine.directUrl(id, port);
    return { baseUrl: direct ?? localUrl(ports.get(port) ?? 0), isDirect: direct !== undefined };
  };
  const places = new Map<number, Promise<Place>>();
  return (port) => {
    const place = places.get(port) ?? ask(port);
    places.set(port, place);
    return place;
  };
}

/** assertRunsAsked asks the engine, because it is the engine that runs the image. */
export async function assertRunsAsked(
  engine: ContainerEngine,
  id: string,
  { repository, digest }: { readonly repository: string; readonly digest: string },
): Promise<void> {
  const found = await engine.imageDigests(id, `${repository}@${digest}`);
  if (found.length !== 1 || found[0] !== digest) throw errors.digestMismatch(digest, found);
}

function watchExit(engine: ContainerEngine, id: string, signal: AbortSignal): () => boolean {
  let ended = false;
  engine.waitForExit(id, signal).then(
    () => (ended = true),
    // Either we ended the watch ourselves, or the engine is gone, which the next question to it will tell.
    () => undefined,
  );
  return () => ended;
}

function follow({ engine, redactor }: StartOptions, id: string, signal: AbortSignal): readonly string[] {
  const lines: string[] = [];
  const keep = (line: string): void => {
    if (lines.length < MAX_FOLLOWED_LINES) lines.push(redactor.redact(line));
  };
  engine.followLog(id, keep, signal).catch(() => undefined);
  return lines;
}
