import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { loadConnector, type LoadRequest } from './connection.js';
import { Pool } from './pool.js';
import { Recorder } from './recorder.js';
import { Sender } from './sender.js';

/** LoadShape is how much is sent, for how long. */
export interface LoadShape {
  /** Absent: as many as the connections can. */
  readonly perSecond?: number;
  /** At most so many requests are on their way at once. */
  readonly connections: number;
  readonly seconds: number;
}

/** LoadTarget is what a load is put on. */
export interface LoadTarget {
  readonly baseUrl: string;
  readonly requests: readonly LoadRequest[];
  /** A load on what has ended goes no further. */
  readonly hasEnded: () => boolean;
  readonly signal: AbortSignal;
}

/** Measurement is one load as it went. */
export interface Measurement {
  readonly recorder: Recorder;
  /** From the first request until nothing more was sent. */
  readonly seconds: number;
  /** The shares of the time in which this process, and all processors, were at work. 1: there was no more to be had. */
  readonly busy: { readonly process: number; readonly machine: number };
}

/** A service and its runtime get warm in it, and so do we; it is not counted. */
const WARM_UP_SECONDS = 1;
/** As a load balancer and impatient people do not wait for much longer. */
const REQUEST_TIMEOUT_MS = 10_000;
/** By so much later do answers time out than they were to. */
const TIMEOUT_SLACK_MS = 2_000;
/** The finest that a timer can be asked for: what is due is sent up to so much later. */
const TICK_MS = 1;

/** generateLoad warms a service up, and then puts the load on it. @throws the signal's reason */
export async function generateLoad(shape: LoadShape, target: LoadTarget): Promise<Measurement> {
  const connect = await loadConnector(target.baseUrl, REQUEST_TIMEOUT_MS);
  const pool = new Pool(connect, shape.connections);
  try {
    await phase({ ...shape, seconds: WARM_UP_SECONDS }, target, pool);
    return await phase(shape, target, pool);
  } finally {
    await pool.close();
    // What was cut off by it is counted one turn later.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function phase({ perSecond, seconds }: LoadShape, target: LoadTarget, pool: Pool): Promise<Measurement> {
  const recorder = new Recorder();
  const now = (): number => performance.now();
  const sender = new Sender({ perSecond, requests: target.requests, pool, recorder, now });
  const startMs = now();
  const busySince = watchBusy();
  await everyTick(() => {
    sender.tick();
    return now() >= startMs + seconds * 1000 || target.hasEnded() || target.signal.aborted;
  });
  sender.end();
  const endMs = now();
  const busy = busySince();
  const until = endMs + REQUEST_TIMEOUT_MS + TIMEOUT_SLACK_MS;
  await everyTick(() => pool.busy === 0 || now() >= until || target.signal.aborted);
  target.signal.throwIfAborted();
  return { recorder, seconds: (endMs - startMs) / 1000, busy };
}

/** A process that is not let to run counts as busy: its loop stands still. */
function watchBusy(): () => Measurement['busy'] {
  const loop = performance.eventLoopUtilization();
  const [idle, all] = processorTimes();
  return () => {
    const [idleNow, allNow] = processorTimes();
    const machine = allNow > all ? 1 - (idleNow - idle) / (allNow - all) : 0;
    return { process: performance.eventLoopUtilization(loop).utilization, machine };
  };
}

/** Idle and all, in milliseconds of all processors together. */
function processorTimes(): readonly [number, number] {
  const times = cpus().map((one) => one.times);
  const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
  return [sum(times.map(({ idle }) => idle)), sum(times.flatMap((one) => Object.values(one)))];
}

/** A timer of its own, not the clock of the action: a load is made of real time. */
function everyTick(isOver: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const timer = setInterval(() => {
      if (!isOver()) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
  });
}
