import { setMaxListeners } from 'node:events';
import http from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { LoadFigures } from './figures.js';
import { createPace, isPicked, type Pace } from './pace.js';
import { Recorder } from './recorder.js';
import { sendRequest } from './request.js';

/** What a load is made of. Only `baseUrl` has no default. */
export interface LoadOptions {
  /** An `http:` URL; requests go to its `/` and `/slow`. */
  readonly baseUrl: string;
  /** Keep-alive connections, each with at most one request in flight. Default 32. */
  readonly connections?: number;
  /** Over all connections together; less is sent while all of them wait for answers. Default 400. */
  readonly ratePerSecond?: number;
  /** The part of the requests, from 0 to 1, that goes to `/slow?ms=slowMs`. Default 0.02. */
  readonly slowShare?: number;
  /** Default 1200: longer than a weight change takes, shorter than the timeout. */
  readonly slowMs?: number;
  /** From sending to the last byte of the answer. Default 2000. */
  readonly timeoutMs?: number;
}

/** A load that runs until it is stopped. */
export interface Load {
  /** The figures so far. */
  figures(): LoadFigures;
  /** Milliseconds since the load started: the time axis of its figures. */
  mark(): number;
  /** Sends nothing more, waits for every answer in flight, closes all connections and returns the final figures. */
  stop(): Promise<LoadFigures>;
}

const DEFAULTS = { connections: 32, ratePerSecond: 400, slowShare: 0.02, slowMs: 1200, timeoutMs: 2000 } as const;

interface Run {
  readonly settings: Required<LoadOptions>;
  readonly recorder: Recorder;
  readonly pace: Pace;
  readonly signal: AbortSignal;
  readonly mark: () => number;
  /** Which of its requests the load is about to send, from 0. */
  readonly nextNumber: () => number;
}

/**
 * startLoad sends requests at a constant rate over keep-alive connections and counts how each one ended. It never
 * tries a request again: whatever a user would have seen is counted as it was.
 *
 * @throws RangeError for settings that make no load
 */
export function startLoad(options: LoadOptions): Load {
  const settings = { ...DEFAULTS, ...options };
  assertUsable(settings);
  const origin = performance.now();
  const stopping = new AbortController();
  // One listener for each connection that waits for its slot; Node warns of more than ten.
  setMaxListeners(settings.connections, stopping.signal);
  let count = 0;
  const run: Run = {
    settings,
    recorder: new Recorder(Date.now()),
    pace: createPace(settings.ratePerSecond),
    signal: stopping.signal,
    mark: () => performance.now() - origin,
    nextNumber: () => count++,
  };
  const connections = Array.from({ length: settings.connections }, () => driveConnection(run));
  const finish = async (): Promise<LoadFigures> => {
    stopping.abort();
    await Promise.all(connections);
    return run.recorder.figures();
  };
  let stopped: Promise<LoadFigures> | undefined;
  return {
    figures: () => run.recorder.figures(),
    mark: run.mark,
    stop: () => (stopped ??= finish()),
  };
}

async function driveConnection(run: Run): Promise<void> {
  // An agent of its own, with a single socket, is what makes this one connection and keeps it.
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  while (await isDue(run)) await sendOne(run, agent);
  await closeSockets(agent);
}

/** Waits for the connection's next slot; false when the load was stopped meanwhile. */
async function isDue({ pace, mark, signal }: Run): Promise<boolean> {
  const nowMs = mark();
  const waitMs = Math.ceil(pace.next(nowMs) - nowMs);
  try {
    await delay(waitMs, undefined, { signal });
    return true;
  } catch {
    // Only the signal makes a delay reject.
    return false;
  }
}

async function sendOne(run: Run, agent: http.Agent): Promise<void> {
  const { baseUrl, slowShare, slowMs, timeoutMs } = run.settings;
  const isSlow = isPicked(run.nextNumber(), slowShare);
  const url = new URL(isSlow ? `/slow?ms=${slowMs}` : '/', baseUrl);
  const startedMs = run.mark();
  run.recorder.started(startedMs, isSlow);
  const result = await sendRequest({ agent, url, timeoutMs });
  run.recorder.ended({ startedMs, endedMs: run.mark(), isSlow, result });
}

async function closeSockets(agent: http.Agent): Promise<void> {
  const sockets = [agent.sockets, agent.freeSockets]
    .flatMap((byName) => Object.values(byName))
    .flatMap((list) => list ?? []);
  const open = sockets.filter((socket) => !socket.closed);
  const closed = open.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
  agent.destroy();
  await Promise.all(closed);
}

function assertUsable(settings: Required<LoadOptions>): void {
  const { baseUrl, connections, ratePerSecond, slowShare, slowMs, timeoutMs } = settings;
  const problems = [
    new URL(baseUrl).protocol === 'http:' ? '' : `baseUrl must be an http: URL, not '${baseUrl}'`,
    Number.isInteger(connections) && connections > 0 ? '' : `connections must be a whole number above 0`,
    ratePerSecond > 0 ? '' : 'ratePerSecond must be above 0',
    slowShare >= 0 && slowShare <= 1 ? '' : 'slowShare must be from 0 to 1',
    slowMs < timeoutMs ? '' : 'slowMs must be below timeoutMs, or every slow request fails',
  ].filter((problem) => problem !== '');
  if (problems.length > 0) throw new RangeError(`A load cannot be made of this: ${problems.join('; ')}.`);
}
