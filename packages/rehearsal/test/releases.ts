import { DescribeServicesCommand } from '@aws-sdk/client-ecs';
import { ensureBaseImage } from '../../../scripts/base-image.js';
import { deliverFirst, underLoad, type WatchedDelivery } from '../src/deliveries.js';
import { outputOf } from '../src/delivery-report.js';
import { CONTAINER, SERVICE, createEnvironment, createRepository, type Environment } from '../src/infrastructure.js';
import { attempt, judgedDeploy, step, type Job } from '../src/pipeline.js';
import type { Play } from '../src/play.js';
import type { DeliveryReport } from '../src/report.js';
import { setStage } from '../src/stage.js';

/** A release of the one image that there is: what differs is its configuration. */
export interface TriedRelease {
  readonly version: string;
  /** Variables of its container. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Inputs of the deploy step that differ from the usual. */
  readonly inputs?: Readonly<Record<string, string>>;
  readonly load?: WatchedDelivery['load'];
}

/** A live service on real containers, to which one release after the other is delivered. */
export interface Releases {
  readonly minuteMs: number;
  readonly play: Play;
  readonly environment: Environment;
  /** Delivers by the built actions, under load. */
  deliver(release: TriedRelease): Promise<DeliveryReport>;
  /** The revision that the service runs, `family:revision`. */
  running(): Promise<string>;
  close(): Promise<readonly string[]>;
}

/** openReleases makes version 1 live; a minute of AWS takes so many milliseconds. */
export async function openReleases(minuteMs: number): Promise<Releases> {
  const stage = await setStage({ minuteMs, draining: true });
  const { aws, workspace, temp } = stage;
  const signal = new AbortController().signal;
  const say = (): void => undefined;
  const job: Job = { aws, workspace, temp, baseImage: await ensureBaseImage(), signal, say };
  const options = { baseImage: () => ensureBaseImage(), signal, say };
  const play: Play = { stage, options, job, deliveries: [], series: [], counts: [], problems: [] };
  await createRepository(aws);
  const environment = await createEnvironment(aws, 'staging');
  const digest = outputOf(await deliverFirst(play, environment), 'digest');
  return {
    minuteMs,
    play,
    environment,
    deliver: (release) => deliver({ play, environment, digest }, release),
    running: async () => {
      const { services } = await aws.ecs.send(
        new DescribeServicesCommand({ cluster: environment.name, services: [SERVICE] }),
      );
      return services?.[0]?.taskDefinition?.split('/')[1] ?? '';
    },
    close: () => stage.strike(),
  };
}

interface Scene {
  readonly play: Play;
  readonly environment: Environment;
  readonly digest: string;
}

async function deliver({ play, environment, digest }: Scene, release: TriedRelease): Promise<DeliveryReport> {
  const variables = { STATE_TABLE: environment.table, APP_VERSION: release.version, ...release.variables };
  const registered = await step(play.job, 'register-task-def', {
    'task-definition': 'task-definition.json',
    container: CONTAINER,
    repository: SERVICE,
    digest,
    environment: Object.entries(variables)
      .map(([name, value]) => `${name}=${value}`)
      .join('\n'),
  });
  const start = judgedDeploy(environment.name, outputOf([registered], 'task-definition'));
  await underLoad(play, environment, {
    version: release.version,
    leastRequests: 0,
    deliver: async () => ({
      steps: [(await attempt(play.job, { ...start, inputs: { ...start.inputs, ...release.inputs } })).report],
    }),
    judge: () => [],
    ...(release.load ? { load: release.load } : {}),
  });
  const delivery = play.deliveries.at(-1);
  if (!delivery) throw new Error('The delivery left no report.');
  return delivery;
}
