import type { Clock } from '@slipway/core';
import { portsOf, type AwsPorts } from '@slipway/deploy';
import {
  createManualTime,
  startLocalAws,
  type LocalAws,
  type ManualTime,
  type Simulate,
  type SimulatedBehaviour,
} from '@slipway/local-aws';
import { REGION } from '../aws.js';
import type { LabOptions } from './lab-options.js';
import { directPorts, type DirectCall } from './direct.js';
import { configurationFor } from './in-process.js';
import { createWorld, type LabWorld } from './lab-world.js';

/** A live service in a world whose time goes on by hand, for deployments by the thousand. */
export interface Lab extends LabWorld {
  readonly localAws: LocalAws;
  readonly time: ManualTime;
  /** AWS as the deployer reaches it: over HTTP, by the unmodified SDK. */
  readonly aws: AwsPorts;
  /** AWS without the SDK between, each call told: for runs by the thousand. */
  direct(onCall?: (call: DirectCall) => void): AwsPorts;
  readonly clock: Clock;
  /** Lets time go on until the work is done. */
  drive<T>(work: Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** The names by which every lab knows its behaviours. */
const BEHAVIOURS: Readonly<Record<string, SimulatedBehaviour>> = {
  'never-healthy': { healthyAfterSeconds: Number.POSITIVE_INFINITY },
  crashes: { healthyAfterSeconds: Number.POSITIVE_INFINITY, exitAfterSeconds: 5, exitCode: 3 },
  'crashes-later': { exitAfterSeconds: 150, exitCode: 9 },
  broken: { statusByPath: { '/': 500 } },
};

/** openLab brings up a service `hello-service` in the cluster `staging` that runs the image `first`. */
export async function openLab(options: LabOptions = {}): Promise<Lab> {
  const simulate: Simulate = (image) => {
    const name = /\/([\w-]+)@/.exec(image)?.[1] ?? '';
    return options.simulate?.[name] ?? BEHAVIOURS[name] ?? {};
  };
  // A whole minute: CloudWatch's minutes begin with the world's.
  const time = createManualTime({ startsAt: new Date('2030-01-01T00:00:00Z') });
  const localAws = await startLocalAws({ port: 0, tasks: 'simulated', time, simulate, region: REGION });
  const world = await createWorld(localAws, time, options);
  // Made when asked for: the SDK's clients cost more than the rest of a lab.
  let aws: AwsPorts | undefined;
  return {
    ...world,
    localAws,
    time,
    get aws() {
      return (aws ??= duringOf(time, portsOf(configurationFor(localAws, options))));
    },
    direct: (onCall) => directPorts(localAws, onCall),
    clock: clockOf(time),
    drive: (work) => drive(time, work),
    close: async () => {
      await localAws.close();
      const failed = localAws.calls().filter(({ errorCode, fault }) => errorCode === 'InternalFailure' && !fault);
      if (failed.length > 0) throw new Error(`local-aws failed by itself: ${JSON.stringify(failed)}`);
    },
  };
}

/** The world's time stands still while one of the deployer's calls is on its way. */
function duringOf<T extends object>(time: ManualTime, ports: T): T {
  const wrap = (value: unknown): unknown => {
    if (typeof value === 'function') {
      return (...given: unknown[]) => time.during(Promise.resolve((value as (...all: unknown[]) => unknown)(...given)));
    }
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, wrap(member)]));
  };
  return wrap(ports) as T;
}

function clockOf(time: ManualTime): Clock {
  return { now: () => time.now().getTime(), sleep: (ms, signal) => time.wait(ms / 1000, signal) };
}

/** More than this many moments in one run: something never ends. */
const MOST_MOMENTS = 200_000;

async function drive<T>(time: ManualTime, work: Promise<T>): Promise<T> {
  let isDone = false;
  const done = work.then(
    () => (isDone = true),
    () => (isDone = true),
  );
  for (let moments = 0; !isDone; moments += 1) {
    if (moments > MOST_MOMENTS) throw new Error('The run does not end: too many moments have passed.');
    const moved = await time.advanceToNext();
    if (!moved && !isDone) await done;
  }
  return work;
}
