import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { RequestListener } from 'node:http';
import { createCallLog, type CallLog, type CallRecord } from './call-record.js';
import { createDockerNetwork, type DockerNetwork } from './docker-network.js';
import { createFaultSet, type Faults, type FaultSet } from './faults/faults.js';
import { createApi } from './http/api.js';
import { createEndpoint } from './http/endpoint.js';
import { createGate, type Gate } from './http/gate.js';
import { inject, type InjectedAnswer, type InjectedRequest } from './http/inject.js';
import { createListeners, type Listeners } from './http/listeners.js';
import { createLocalApi } from './http/local-api.js';
import { createMetadataHandler } from './http/metadata.js';
import { createRegistryApi } from './http/registry-api.js';
import { REGISTRY, REGISTRY_ACTIONS } from './http/registry-call.js';
import { settingsOf, type LocalAwsOptions, type Settings } from './options.js';
import { openRecordFile, type RecordFile } from './record-file.js';
import { createResponseCheck, type ResponseCheck } from './schemas/response-check.js';
import type { AwsService } from './service.js';
import { createDynamoDb } from './services/dynamodb.js';
import { startServices, type Services } from './services/index.js';
import type { TrafficObserver } from './traffic.js';
import type { World } from './world.js';
import { createWorldTime } from './world-time.js';

/** LocalAws is a running embedded AWS. */
export interface LocalAws {
  /** `http://127.0.0.1:PORT`: what AWS_ENDPOINT_URL is set to. */
  readonly endpoint: string;
  /** `127.0.0.1:PORT`: the first part of every repositoryUri. */
  readonly registryHost: string;
  readonly world: World;
  readonly services: readonly AwsService[];
  /** What `/_local/state` shows. */
  state(): object;
  /** The latest API calls, oldest first. */
  calls(): readonly CallRecord[];
  /** What goes wrong with API calls, beside what they do. */
  readonly faults: Faults;
  /** Counts requests that no socket carried, as a load balancer's own: for the traffic of hours by hand. */
  readonly traffic: TrafficObserver;
  /** Answers an API call that comes from this process, without a socket between. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>;
  /** Ends everything and removes what was made: containers, network, stored images. Idempotent. */
  close(): Promise<void>;
}

/** Where the instance is, filled in as it comes up. */
interface Addresses {
  port: number;
  network: DockerNetwork | undefined;
}

const LOOPBACK = '127.0.0.1';

/**
 * startLocalAws starts an embedded AWS and resolves when it answers.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION, LOCAL_AWS_FAULT, LOCAL_AWS_PORT, LOCAL_AWS_DOCKER
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const settings = settingsOf(options);
  const addresses: Addresses = { port: settings.port, network: undefined };
  const world = createWorld(settings, addresses);
  const registryHost = (): string => `${LOOPBACK}:${addresses.port}`;
  const recordFile = settings.recordFile === undefined ? undefined : openRecordFile(settings.recordFile);
  const log = createCallLog((call) => recordFile?.write(call));
  const services = await startServices({ world, settings, registryHost });
  const closing = new AbortController();
  // Every call that a fault delays waits for it: Node takes more than ten for a leak.
  setMaxListeners(0, closing.signal);
  const check = settings.validateResponses ? createResponseCheck() : undefined;
  const front = createFront({ world, services, log, check, closing: closing.signal });
  const close = once(async () => {
    closing.abort(new Error('local-aws is closing.'));
    // What a call under way still makes, it makes before everything is closed; and no other call comes in.
    await front.gate.shut();
    await closeAll({ services, listeners: front.listeners, addresses, recordFile });
  });
  try {
    for (const fault of settings.faults) front.faults.add(fault);
    await comeUp({ settings, addresses, listeners: front.listeners, instanceId: world.instanceId });
  } catch (error) {
    await close();
    throw error;
  }
  const { state, faults, endpoint: answers } = front;
  const injected: LocalAws['inject'] = (request) => inject(answers, request);
  const endpoint = `http://${registryHost()}`;
  const calls = (): readonly CallRecord[] => log.calls();
  return {
    ...{ endpoint, registryHost: registryHost(), world, services: services.all, state, calls, faults, close },
    inject: injected,
    traffic: services.traffic,
  };
}

/** What callers meet: the listeners, and what stands between them and the services. */
interface Front {
  readonly listeners: Listeners;
  readonly faults: FaultSet;
  readonly state: () => object;
  readonly gate: Gate;
  readonly endpoint: RequestListener;
}

interface FrontParts {
  readonly world: World;
  readonly services: Services;
  readonly log: CallLog;
  readonly check: ResponseCheck | undefined;
  readonly closing: AbortSignal;
}

function createFront({ world, services, log, check, closing }: FrontParts): Front {
  const dynamoDb = createDynamoDb();
  const operations = [
    ...services.all.flatMap(({ id, operations }) => Object.keys(operations).map((name) => `${id}:${name}`)),
    ...dynamoDb.operations.map((name) => `${dynamoDb.id}:${name}`),
    ...Object.keys(REGISTRY_ACTIONS).map((name) => `${REGISTRY}:${name}`),
  ];
  const faults = createFaultSet((meets) => operations.some(meets));
  const state = (): object => ({
    instanceId: world.instanceId,
    services: Object.fromEntries(services.all.map((service) => [service.id, service.state()])),
    calls: log.counts(),
  });
  const { accountId } = world;
  const gate = createGate();
  const api = createApi({ accountId, services: services.all, foreign: [dynamoDb], log, faults, check, gate, closing });
  const local = createLocalApi({ state, calls: () => log.calls(), faults });
  const metadata = createMetadataHandler(services.metadata);
  const registry = createRegistryApi({ registry: services.registry, accountId, log, faults, closing });
  const endpoint = createEndpoint({ api, registry, metadata, local });
  return { listeners: createListeners(endpoint), faults, state, gate, endpoint };
}

function createWorld(settings: Settings, addresses: Addresses): World {
  return {
    accountId: settings.accountId,
    region: settings.region,
    time: settings.time ?? createWorldTime(settings.minuteMs),
    draining: settings.draining,
    instanceId: randomBytes(4).toString('hex'),
    endpointForTasks: () => endpointForTasks(settings, addresses),
  };
}

/** A container reaches the gateway of its network; a simulated task is in this process, and on its loopback. */
function endpointForTasks({ tasks }: Settings, { network, port }: Addresses): string | undefined {
  const host = tasks === 'simulated' ? LOOPBACK : network?.gateway;
  return host === undefined ? undefined : `http://${host}:${port}`;
}

interface ComingUp {
  readonly settings: Settings;
  readonly addresses: Addresses;
  readonly listeners: Listeners;
  readonly instanceId: string;
}

/** A container cannot reach the host's loopback address; it reaches the gateway of its own network. */
async function comeUp({ settings, addresses, listeners, instanceId }: ComingUp): Promise<void> {
  addresses.port = await listeners.listen(LOOPBACK, settings.port);
  if (settings.tasks !== 'docker') return;
  addresses.network = await createDockerNetwork(instanceId);
  await listeners.listen(addresses.network.gateway, addresses.port);
}

/**
 * Tasks first, which are still being drained through the load balancer; the network last, which they live in. Whatever
 * cannot be closed keeps nothing else from being closed.
 */
async function closeAll({ services, listeners, addresses, recordFile }: Closing): Promise<void> {
  const parts = [
    () => services.close(),
    () => listeners.close(),
    () => recordFile?.close(),
    () => addresses.network?.remove(),
  ];
  const failures: unknown[] = [];
  for (const close of parts) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

interface Closing {
  readonly services: Services;
  readonly listeners: Listeners;
  readonly addresses: Addresses;
  readonly recordFile: RecordFile | undefined;
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
