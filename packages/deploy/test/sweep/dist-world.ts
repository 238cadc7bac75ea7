import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as ecs from '@aws-sdk/client-ecs';
import * as elb from '@aws-sdk/client-elastic-load-balancing-v2';
import { SlipwayError, poll } from '@slipway/core';
import { isInFlight, type Outcome } from '@slipway/delivery';
import type { CallRecord, FaultRule } from '@slipway/local-aws';
import { createWorldOver, startLocalAwsProcess, type LabEnd, type LabWorld } from '@slipway/rehearsal';
import { systemClock } from '@slipway/runtime';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';
import type { Seen } from './invariants.js';

/** A pause of 4 minutes lasts 2.4 s: a busy machine answers it in time. */
const MINUTE_MS = 600;
const REGION = 'eu-central-1';
const RESTS_WITHIN_MS = 60_000;
const DEREGISTRATION_SECONDS = '10';

/** The built action, and a service in a local-aws that is a process of its own. */
export interface DistWorld extends LabWorld {
  /** What the invariants look at: the calls and the time since this moment. */
  watch(): Promise<Sight>;
  run(inputs: Readonly<Record<string, string>>, start?: Partial<ActionStart>): Promise<ActionEnd>;
  fault(rule: FaultRule): Promise<void>;
  noFaults(): Promise<void>;
  /** Waits until no deployment is under way. */
  rest(): Promise<void>;
  close(): Promise<void>;
}

/** Begins now; `seen` is how everything is at its call. */
export interface Sight {
  seen(): Promise<Seen>;
}

/** openDistWorld starts a local-aws with simulated tasks and brings up the service. */
export async function openDistWorld(): Promise<DistWorld> {
  const localAws = await startLocalAwsProcess({ minuteMs: MINUTE_MS, draining: true, tasks: 'simulated' });
  const temp = await mkdtemp(path.join(os.tmpdir(), 'slipway-dist-'));
  const faults = `${localAws.endpoint}/_local/faults`;
  const deploymentConfiguration = { strategy: 'BLUE_GREEN', bakeTimeInMinutes: 1 } as const;
  const world = await createWorldOver(callTo(localAws.endpoint), until, { deploymentConfiguration });
  await drainQuickly(world);
  const calls = async (): Promise<readonly CallRecord[]> =>
    (await (await fetch(`${localAws.endpoint}/_local/calls`)).json()) as CallRecord[];
  return {
    ...world,
    watch: () => Promise.resolve(watchFrom(Date.now(), { world, calls })),
    run: (inputs, start = {}) =>
      runAction({
        ...{ action: 'bluegreen-deploy', workspace: temp, temp, environment: environmentOf(localAws.endpoint) },
        inputs: { cluster: 'staging', service: 'hello-service', 'poll-interval-seconds': '10', ...inputs },
        ...start,
      }),
    fault: async (rule) => {
      const answer = await fetch(faults, { method: 'POST', body: JSON.stringify(rule) });
      if (answer.status !== 201) throw new Error(await answer.text());
    },
    noFaults: async () => void (await fetch(faults, { method: 'DELETE' })),
    rest: () => until(async () => (await world.deployments()).every(({ status }) => !isInFlight(status))),
    close: async () => {
      await localAws.stop();
      await rm(temp, { recursive: true });
    },
  };
}

/** The action's own keys: its calls are told from the test's by them. */
function environmentOf(endpoint: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: REGION,
    AWS_ACCESS_KEY_ID: 'LAB',
    AWS_SECRET_ACCESS_KEY: 'lab-secret-key',
    SLIPWAY_REHEARSAL_MINUTE_MS: String(MINUTE_MS),
  };
}

/** Of an SDK's client: which commands it takes is known by their names alone. */
interface Client {
  send(command: object): Promise<unknown>;
}
type CommandClass = new (input: object) => object;

/** An operation by its name, through the SDK. */
function callTo(endpoint: string): LabWorld['call'] {
  const configuration = { endpoint, region: REGION, credentials: { accessKeyId: 'TEST', secretAccessKey: 'test-key' } };
  const clients: Readonly<Record<string, readonly [Client, object]>> = {
    ecs: [new ecs.ECSClient(configuration), ecs],
    elasticloadbalancing: [new elb.ElasticLoadBalancingV2Client(configuration), elb],
  };
  return async <Output>(service: string, operation: string, input: object = {}) => {
    const [client, commands] = clients[service] ?? [];
    const command = (commands as Readonly<Record<string, CommandClass>> | undefined)?.[`${operation}Command`];
    if (!client || !command) throw new Error(`no operation ${service}:${operation}`);
    return (await client.send(new command(input))) as Output;
  };
}

async function drainQuickly(world: LabWorld): Promise<void> {
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: DEREGISTRATION_SECONDS }];
  for (const TargetGroupArn of [world.routes.blue, world.routes.green]) {
    await world.call('elasticloadbalancing', 'ModifyTargetGroupAttributes', { TargetGroupArn, Attributes });
  }
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = systemClock.now() + RESTS_WITHIN_MS;
  const isSo = await poll({ clock: systemClock, intervalMs: 50, deadline, look: holds, done: (so) => so });
  if (!isSo) throw new Error('What was waited for did not happen within a minute.');
}

interface Watched {
  readonly world: LabWorld;
  readonly calls: () => Promise<readonly CallRecord[]>;
}

function watchFrom(sinceMs: number, { world, calls }: Watched): Sight {
  return {
    seen: async () => {
      const own = (await calls()).filter(({ atMs }) => atMs >= sinceMs);
      const elapsedSeconds = (60 * (Date.now() - sinceMs)) / MINUTE_MS;
      return { ...world, localAws: { calls: () => own }, time: { elapsedSeconds: () => elapsedSeconds } };
    },
  };
}

/** endOf returns what an action left in the form in which the lab's runs leave it. */
export function endOf({ outputs, errors, stdout, state, report, summary }: ActionEnd): LabEnd {
  const [told] = errors;
  const [, code = 'UNKNOWN', message = ''] = /^([A-Z_]+): ([^]*)$/.exec(told ?? '') ?? [];
  const failure = told === undefined ? undefined : new SlipwayError({ code, message, hint: '' });
  const outcome = outputs['outcome'] as Outcome | undefined;
  return {
    ...(outcome === undefined ? {} : { delivered: { outcome, ...(failure ? { failure } : {}) } }),
    ...{ lines: stdout.split('\n'), warnings: [], outputs, state, summary, report: report ?? {} },
  };
}
