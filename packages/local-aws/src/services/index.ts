import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metadata } from '../http/metadata.js';
import type { Identities } from '../iam/identities.js';
import type { OidcIssuer } from '../oidc/issuer.js';
import type { Settings } from '../options.js';
import { registryHostOf, type HomeFirst, type RegistryAddress } from '../registry-address.js';
import type { AwsService } from '../service.js';
import { createTaskEngine, type TaskEngineOptions } from '../tasks/index.js';
import type { TrafficObserver } from '../traffic.js';
import type { World } from '../world.js';
import { createCloudWatchService } from './cloudwatch/index.js';
import { createEcrService } from './ecr/index.js';
import { joinRegions, type RegionalEcr } from './ecr/regions.js';
import { createEcsService } from './ecs/index.js';
import { createElbv2Service } from './elbv2/index.js';
import { createEventsService } from './events/index.js';
import { createLogsService } from './logs/index.js';
import { createStsService } from './sts/index.js';

/** What services are started with. */
export interface ServiceParts {
  readonly world: World;
  readonly settings: Settings;
  /** Where the registries will be, once they listen. */
  readonly registries: HomeFirst<RegistryAddress>;
  readonly identities: Identities;
  readonly issuer: OidcIssuer;
}

/** Services is all of them, and how they end. */
export interface Services {
  readonly all: readonly AwsService[];
  /** The registries, each with the ECR before it, in the order of their addresses. */
  readonly registries: HomeFirst<Registry>;
  /** The task metadata endpoint. */
  readonly metadata: Metadata;
  /** What counts the requests of load balancers. */
  readonly traffic: TrafficObserver;
  close(): Promise<void>;
}

/** Registry is the ECR of one region, and where its images are. */
export interface Registry extends RegionalEcr {
  readonly address: RegistryAddress;
}

/** startServices makes every service of the world and joins them to each other. */
export async function startServices(parts: ServiceParts): Promise<Services> {
  const { world, settings, identities, issuer } = parts;
  const directory = await mkdtemp(join(settings.stateDirectory ?? tmpdir(), `local-aws-${world.instanceId}-`));
  const registries = registriesAt(parts.registries, parts, directory);
  const cloudWatch = createCloudWatchService(world);
  const elbv2 = createElbv2Service(world, cloudWatch.traffic, { propagationSeconds: settings.propagationSeconds });
  const { loadBalancing } = elbv2;
  cloudWatch.watch(() => elbv2.hostCounts());
  const logs = createLogsService(world);
  const taskEngine = createTaskEngine({ ...taskEngineOptions(parts, registries), logs: logs.containerLogs });
  const ecs = createEcsService({ world, loadBalancing, taskEngine, alarmStates: cloudWatch.alarmStates });
  const all: readonly AwsService[] = [
    createStsService({ identities, issuer, time: world.time }),
    // Without regions of its own, ECR has one for whatever region a call is signed for.
    settings.ecrRegions === undefined ? registries[0].ecr : joinRegions(registries),
    cloudWatch,
    logs,
    createEventsService(world),
    elbv2,
    ecs,
  ];
  return {
    all,
    traffic: cloudWatch.traffic,
    registries,
    metadata: (path) => ecs.metadata(path),
    close: async () => {
      try {
        await closeInReverse(all);
      } finally {
        await rm(directory, { recursive: true, force: true });
      }
    },
  };
}

function registriesAt(
  [home, ...others]: HomeFirst<RegistryAddress>,
  { world: { accountId }, settings: { scan } }: ServiceParts,
  directory: string,
): HomeFirst<Registry> {
  const at = (address: RegistryAddress): Registry => {
    const stored = { directory: join(directory, address.region), registryHost: () => registryHostOf(address) };
    return { address, ecr: createEcrService({ accountId, scan, ...stored }) };
  };
  return [at(home), ...others.map(at)];
}

function taskEngineOptions({ world, settings }: ServiceParts, registries: readonly Registry[]): TaskEngineOptions {
  if (settings.tasks === 'docker')
    return { kind: 'docker', world, registries: registries.map(({ ecr }) => ecr.images) };
  return { kind: 'simulated', world, ...(settings.simulate ? { simulate: settings.simulate } : {}) };
}

/** Whoever was made of others ends before them. One that fails to end keeps none of the rest from it. */
async function closeInReverse(services: readonly AwsService[]): Promise<void> {
  const failures: unknown[] = [];
  for (const service of [...services].reverse()) {
    await service.close().catch((error: unknown) => failures.push(error));
  }
  if (failures.length > 0) throw failures[0];
}
