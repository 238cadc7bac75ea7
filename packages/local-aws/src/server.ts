import { randomBytes } from 'node:crypto';
import { createCallLog, type CallRecord } from './call-record.js';
import { createDockerNetwork, type DockerNetwork } from './docker-network.js';
import { createApi } from './http/api.js';
import { createEndpoint } from './http/endpoint.js';
import { createListeners, type Listeners } from './http/listeners.js';
import { settingsOf, type LocalAwsOptions, type Settings } from './options.js';
import type { AwsService } from './service.js';
import { createDynamoDb } from './services/dynamodb.js';
import { startServices, type Services } from './services/index.js';
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
 * @throws SlipwayError LOCAL_AWS_OPTION, LOCAL_AWS_PORT, LOCAL_AWS_DOCKER
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const settings = settingsOf(options);
  const addresses: Addresses = { port: settings.port, network: undefined };
  const world = createWorld(settings, addresses);
  const registryHost = (): string => `${LOOPBACK}:${addresses.port}`;
  const log = createCallLog();
  const services = await startServices({ world, settings, registryHost });
  const state = (): object => ({
    instanceId: world.instanceId,
    services: Object.fromEntries(services.all.map((service) => [service.id, service.state()])),
    calls: log.counts(),
  });
  const api = createApi({ accountId: world.accountId, services: services.all, log });
  const listeners = createListeners(
    createEndpoint({ api, dynamoDb: createDynamoDb(log), registry: services.registry, state }),
  );
  const close = once(() => closeAll(services, listeners, addresses));
  try {
    await comeUp({ settings, addresses, listeners, instanceId: world.instanceId });
  } catch (error) {
    await close();
    throw error;
  }
  return {
    endpoint: `http://${registryHost()}`,
    registryHost: registryHost(),
    world,
    services: services.all,
    state,
    calls: () => log.calls(),
    close,
  };
}

function createWorld(settings: Settings, addresses: Addresses): World {
  return {
    accountId: settings.accountId,
    region: settings.region,
    time: createWorldTime(settings.minuteMs),
    draining: settings.draining,
    instanceId: randomBytes(4).toString('hex'),
    endpointForTasks: () => (addresses.network ? `http://${addresses.network.gateway}:${addresses.port}` : undefined),
  };
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

/** Tasks first, which are still being drained through the load balancer; the network last, which they live in. */
async function closeAll(services: Services, listeners: Listeners, addresses: Addresses): Promise<void> {
  try {
    await services.close();
    await listeners.close();
  } finally {
    await addresses.network?.remove();
  }
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
