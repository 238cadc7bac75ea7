import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RegisterTaskDefinitionCommand } from '@aws-sdk/client-ecs';
import { startLocalAws, type LocalAws, type LocalAwsOptions, type SimulatedBehaviour } from '@slipway/local-aws';
import { REGION, connect, type Aws } from './aws.js';
import { CONTAINER, SERVICE, createEnvironment, createService, type Environment } from './infrastructure.js';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';

/** A live service on simulated tasks, for fast tests of the built actions. */
export interface Scene {
  readonly localAws: LocalAws;
  readonly aws: Aws;
  readonly environment: Environment;
  /** Registers a revision whose simulated tasks behave by its name. */
  register(behaviour: string): Promise<string>;
  /** GITHUB_WORKSPACE and RUNNER_TEMP. */
  readonly folder: string;
  /** Runs a built action against it. */
  run(action: string, inputs: Readonly<Record<string, string>>, start?: Partial<ActionStart>): Promise<ActionEnd>;
  close(): Promise<void>;
}

/** Ten minutes of AWS pass in six seconds. */
const MINUTE_MS = 600;

/** The digest that stands for an image of a name: simulated tasks run what their image reference says. */
export function digestOf(name: string): string {
  return `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`;
}

/** Behaviours by the name that the image's repository ends with. */
const BEHAVIOURS: Readonly<Record<string, SimulatedBehaviour>> = {
  'never-healthy': { healthyAfterSeconds: Number.POSITIVE_INFINITY },
  crashes: { healthyAfterSeconds: Number.POSITIVE_INFINITY, exitAfterSeconds: 1, exitCode: 3 },
  'crashes-later': { exitAfterSeconds: 150, exitCode: 9 },
  'no-image': { failsToStart: 'CannotPullContainerError: image not found' },
  broken: { statusByPath: { '/': 500 } },
  'fails-once': { exitAfterSeconds: 1, exitCode: 4 },
  'ends-well': { exitAfterSeconds: 1, exitCode: 0 },
};

const simulate: NonNullable<LocalAwsOptions['simulate']> = (image) =>
  BEHAVIOURS[/\/([\w-]+)@/.exec(image)?.[1] ?? ''] ?? {};

/** openScene brings up a service `hello-service` in a cluster `staging` that runs a good revision. */
export async function openScene(): Promise<Scene> {
  const localAws = await startLocalAws({
    port: 0,
    tasks: 'simulated',
    minuteMs: MINUTE_MS,
    region: REGION,
    simulate,
    validateResponses: true,
  });
  const temp = await mkdtemp(path.join(os.tmpdir(), 'slipway-deploy-'));
  const aws = connect(localAws.endpoint, MINUTE_MS);
  const environment = await createEnvironment(aws, 'staging');
  const register = (behaviour: string): Promise<string> => registerRevision(aws, behaviour);
  await createService(aws, environment, { taskDefinition: await register('first'), bakeMinutes: 5 });
  return {
    localAws,
    aws,
    environment,
    register,
    folder: temp,
    run: (action, inputs, start = {}) =>
      runAction({ action, workspace: temp, temp, environment: aws.environment, inputs, ...start }),
    close: async () => {
      await localAws.close();
      await rm(temp, { recursive: true });
      requireNoFailure(localAws);
    },
  };
}

/** What a test saw is worth nothing where the embedded AWS failed, or answered what the SDK's model does not have. */
function requireNoFailure(localAws: LocalAws): void {
  const failed = localAws.calls().filter(({ errorCode, fault }) => errorCode === 'InternalFailure' && !fault);
  if (failed.length > 0) throw new Error(`local-aws failed by itself: ${JSON.stringify(failed)}`);
}

async function registerRevision({ ecs }: Aws, behaviour: string): Promise<string> {
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      family: SERVICE,
      networkMode: 'awsvpc',
      requiresCompatibilities: ['FARGATE'],
      cpu: '256',
      memory: '512',
      containerDefinitions: [
        {
          name: CONTAINER,
          image: `registry.example/${behaviour}@${digestOf(behaviour)}`,
          essential: true,
          portMappings: [{ containerPort: 8080 }],
        },
      ],
    }),
  );
  return `${taskDefinition?.family ?? ''}:${taskDefinition?.revision ?? 0}`;
}
