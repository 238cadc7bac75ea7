import { mkdtemp, rm } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageRegistry } from '../image-registry.js';
import type { Metadata } from '../http/metadata.js';
import type { Caller } from '../iam/caller.js';
import type { Identities } from '../iam/identities.js';
import type { OidcIssuer } from '../oidc/issuer.js';
import type { Settings } from '../options.js';
import type { AwsService } from '../service.js';
import { createTaskEngine, type TaskEngineOptions } from '../tasks/index.js';
import type { TrafficObserver } from '../traffic.js';
import type { World } from '../world.js';
import { createCloudWatchService } from './cloudwatch/index.js';
import { createEcrService } from './ecr/index.js';
import { createEcsService } from './ecs/index.js';
import { createElbv2Service } from './elbv2/index.js';
import { createEventsService } from './events/index.js';
import { createLogsService } from './logs/index.js';
import { createStsService } from './sts/index.js';

/** What services are started with. */
export interface ServiceParts {
  readonly world: World;
  readonly settings: Settings;
  /** `127.0.0.1:PORT`. Known once the endpoint listens. */
  readonly registryHost: () => string;
  readonly identities: Identities;
  readonly issuer: OidcIssuer;
}

/** Services is all of them, and how they end. */
export interface Services {
  readonly all: readonly AwsService[];
  /** The registry's data plane. */
  readonly registry: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** Whose registry token an Authorization header carries; undefined when it carries none of this registry. */
  readonly registryCaller: (authorization: string | undefined) => Caller | undefined;
  /** The ARN of a repository in it; undefined when there is none of that name. */
  readonly repositoryArn: (repositoryName: string) => string | undefined;
  /** The task metadata endpoint. */
  readonly metadata: Metadata;
  /** What counts the requests of load balancers. */
  readonly traffic: TrafficObserver;
  close(): Promise<void>;
}

/** startServices makes every service of the world and joins them to each other. */
export async function startServices(parts: ServiceParts): Promise<Services> {
  const { world, settings, registryHost, identities, issuer } = parts;
  const directory = await mkdtemp(join(settings.stateDirectory ?? tmpdir(), `local-aws-${world.instanceId}-`));
  const ecr = createEcrService({ accountId: world.accountId, directory, registryHost, scan: settings.scan });
  const cloudWatch = createCloudWatchService(world);
  const elbv2 = createElbv2Service(world, cloudWatch.traffic, { propagationSeconds: settings.propagationSeconds });
  const { loadBalancing } = elbv2;
  cloudWatch.watch(() => elbv2.hostCounts());
  const logs = createLogsService(world);
  const taskEngine = createTaskEngine({ ...taskEngineOptions(parts, ecr.images), logs: logs.containerLogs });
  const ecs = createEcsService({ world, loadBalancing, taskEngine, alarmStates: cloudWatch.alarmStates });
  const all: readonly AwsService[] = [
    createStsService({ identities, issuer, time: world.time }),
    ecr,
    cloudWatch,
    logs,
    createEventsService(world),
    elbv2,
    ecs,
  ];
  return {
    all,
    traffic: cloudWatch.traffic,
    registry: (request, response) => ecr.handler.handle(request, response),
    repositoryArn: (name) => ecr.arnOf(name),
    registryCaller: (authorization) => ecr.callerOf(authorization),
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

function taskEngineOptions({ world, settings }: ServiceParts, registry: ImageRegistry): TaskEngineOptions {
  if (settings.tasks === 'docker') return { kind: 'docker', world, registry };
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
