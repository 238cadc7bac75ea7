import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
} from '@aws-sdk/client-ecs';
import { startLocalAws, type LocalAws, type SimulatedBehaviour } from '@slipway/local-aws';
import {
  CONTAINER,
  REGION,
  SERVICE,
  connect,
  createEnvironment,
  createRepository,
  createService,
} from '@slipway/rehearsal';
import type { Aws } from '@slipway/rehearsal';
import { ensureBaseImage } from '../../scripts/base-image.js';
import { ROOT } from '../yaml-documents.js';
import { ensureAct, runWorkflow, type ActEnd, type ActStart } from './act.js';
import { standIns, writeConsumer, writeOwnCode } from './consumer.js';
import { startGitHub, type GitHub } from './github.js';
import { accountOf, type EnvironmentAccount } from './roles.js';

const COMMIT = '0'.repeat(40);
const CONSUMER = { repository: 'acme/shop', ownerId: 1001, repositoryId: 2002, commit: COMMIT };
/** Ten minutes of AWS pass in six seconds. */
const MINUTE_MS = 600;

export const STAGING: EnvironmentAccount = {
  ...{ environment: 'staging', accountId: '111122223333', accessKeyId: 'AKIASTAGING', readers: ['production'] },
};
export const PRODUCTION: EnvironmentAccount = {
  ...{ environment: 'production', accountId: '444455556666', accessKeyId: 'AKIAPRODUCTION', readers: [] },
};
const NAMES = {
  ...{
    REGION,
    SERVICE,
    REPOSITORY: SERVICE,
    FAMILY: SERVICE,
    SOURCE_REGION: REGION,
    SOURCE_ACCOUNT: STAGING.accountId,
  },
  ...{ EXECUTION_ROLE: 'hello-service-execution', TASK_ROLE: 'hello-service-task' },
};

/** A consumer's repository, and an AWS with an account for each of its environments, in which the service runs. */
export interface World {
  readonly localAws: LocalAws;
  readonly gitHub: GitHub;
  readonly repository: string;
  /** How the tasks of images that are deployed from now on behave. */
  behave(behaviour: SimulatedBehaviour): void;
  run(start: Pick<ActStart, 'workflow' | 'event'> & Partial<ActStart> & { readonly about?: object }): Promise<ActEnd>;
  /** What a token says of a job in one of our files. */
  refOf(file: string): string;
  /** The image that an environment's service runs. */
  running(account: EnvironmentAccount): Promise<string>;
  close(): Promise<void>;
}

/** openWorld brings all of it up; `files` are the consumer's own, by path. */
export async function openWorld(files: Readonly<Record<string, string>>): Promise<World> {
  const act = await ensureAct();
  const temp = await mkdtemp(path.join(tmpdir(), 'slipway-act-'));
  let behaviour: SimulatedBehaviour = {};
  const localAws = await startLocalAws({
    ...{ tasks: 'simulated', minuteMs: MINUTE_MS, region: REGION, unknownKeys: false },
    accounts: [STAGING, PRODUCTION].map((account) => accountOf(account, CONSUMER, NAMES)),
    simulate: () => behaviour,
  });
  const gitHub = await startGitHub(localAws, CONSUMER);
  const clients = new Map<EnvironmentAccount, Aws>();
  for (const account of [STAGING, PRODUCTION]) {
    const aws = connect(localAws.endpoint, MINUTE_MS, account.accessKeyId);
    clients.set(account, aws);
    await createRepository(aws);
    const environment = await createEnvironment(aws, account.environment);
    await createService(aws, environment, { taskDefinition: await registerFirst(aws), bakeMinutes: 1 });
  }
  const repository = path.join(temp, 'shop');
  const definitions = await Promise.all([STAGING, PRODUCTION].map(taskDefinitionFile));
  await writeConsumer({
    ...{ folder: repository, baseImage: await ensureBaseImage() },
    files: { ...Object.fromEntries(definitions), ...files },
  });
  await writeOwnCode(path.join(temp, 'slipway'), { commit: COMMIT, idTokens: gitHub.idTokens });
  const repositories = { ...(await standIns()), [`your-org/slipway@${COMMIT}`]: path.join(temp, 'slipway') };
  let runs = 0;
  return {
    ...{ localAws, gitHub, repository },
    behave: (next) => void (behaviour = next),
    run: async ({ about = {}, environment = {}, ...start }) => {
      const run = (runs += 1);
      const payload = path.join(temp, `event-${run}.json`);
      await writeFile(
        payload,
        JSON.stringify({ ...about, repository: { full_name: CONSUMER.repository, name: 'shop' } }),
      );
      return runWorkflow(act, {
        ...{ repository, payload, repositories, cache: path.join(temp, `act-${run}`) },
        environment: {
          ...{ AWS_ENDPOINT_URL: localAws.endpoint, AWS_EC2_METADATA_DISABLED: 'true' },
          ...{ SLIPWAY_REHEARSAL_MINUTE_MS: String(MINUTE_MS), SLIPWAY_ARTIFACTS: path.join(temp, `artifacts-${run}`) },
          ...{ GITHUB_API_URL: gitHub.api.url, GITHUB_REPOSITORY: CONSUMER.repository, GITHUB_RUN_ID: String(run) },
          ...environment,
        },
        ...start,
      });
    },
    refOf: (file) => `your-org/slipway/.github/workflows/${file}@${COMMIT}`,
    running: (account) => runningImage(clients.get(account) as Aws, account.environment),
    close: async () => {
      await gitHub.close();
      await localAws.close();
      await rm(temp, { recursive: true });
    },
  };
}

async function registerFirst({ ecs }: Aws): Promise<string> {
  const image = `registry.example/${SERVICE}@sha256:${'1'.repeat(64)}`;
  const { taskDefinition } = await ecs.send(
    new RegisterTaskDefinitionCommand({
      ...{ family: SERVICE, networkMode: 'awsvpc', requiresCompatibilities: ['FARGATE'], cpu: '256', memory: '512' },
      containerDefinitions: [{ name: CONTAINER, image, essential: true, portMappings: [{ containerPort: 8080 }] }],
    }),
  );
  return taskDefinition?.taskDefinitionArn ?? '';
}

/** The sample application's task definition, with the roles of an environment's account. */
async function taskDefinitionFile({ environment, accountId }: EnvironmentAccount): Promise<[string, string]> {
  const text = await readFile(path.join(ROOT, 'examples/hello-service/task-definition.json'), 'utf8');
  return [`deploy/${environment}.json`, text.replaceAll('123456789012', accountId)];
}

async function runningImage({ ecs }: Aws, cluster: string): Promise<string> {
  const { services } = await ecs.send(new DescribeServicesCommand({ cluster, services: [SERVICE] }));
  const taskDefinition = services?.[0]?.taskDefinition ?? '';
  const described = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition }));
  return described.taskDefinition?.containerDefinitions?.[0]?.image ?? '';
}
