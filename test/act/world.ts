import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalAws, type LocalAws, type Simulate, type SimulatedBehaviour } from '@slipway/local-aws';
import { REGION, connect, type Aws } from '@slipway/rehearsal';
import { ensureBaseImage } from '../../scripts/base-image.js';
import { ensureAct, runWorkflow, type ActEnd, type ActStart } from './act.js';
import { standIns, writeConsumer, writeOwnCode, type Example } from './consumer.js';
import { startGitHub, type GitHub } from './github.js';
import { accountOf, type EnvironmentAccount } from './roles.js';
import { imageOfService, openServices, tagsOfService, type ServiceWish } from './services.js';

const COMMIT = '0'.repeat(40);
const CONSUMER = { repository: 'acme/shop', ownerId: 1001, repositoryId: 2002, commit: COMMIT };
/** Ten minutes of AWS pass in six seconds. */
const MINUTE_MS = 600;

/** What there is: an example of ours as a repository, and what its configuration names. */
export interface WorldWish {
  readonly example: Example;
  readonly services: readonly ServiceWish[];
  /** One for each of the environments that are played. */
  readonly accounts: readonly EnvironmentAccount[];
  /** Brings up what an environment has beside its services. */
  readonly furnish?: (aws: Aws, account: EnvironmentAccount) => Promise<void>;
}

/** A run of one of the repository's workflows. */
export type RunWish = Pick<ActStart, 'workflow' | 'event'> & Partial<ActStart> & { readonly about?: object };

/** PUSH is a push to main. */
export const PUSH = { event: 'push', about: { ref: 'refs/heads/main' } } as const;

/** A consumer's repository, and an AWS with an account for each of its environments, in which the services run. */
export interface World {
  readonly localAws: LocalAws;
  readonly gitHub: GitHub;
  readonly repository: string;
  /** How tasks that start from now on behave: those of a family, those whose image is in a registry, or all. */
  behave(behaviour: SimulatedBehaviour, of?: { readonly family?: string; readonly registry?: string }): void;
  run(wish: RunWish): Promise<ActEnd>;
  /** What a token says of a job in one of our files. */
  refOf(file: string): string;
  /** The image that a service of an environment has. */
  running(account: EnvironmentAccount, service: string): Promise<string>;
  /** The tags of a service of an environment. */
  tags(account: EnvironmentAccount, service: string): Promise<Readonly<Record<string, string>>>;
  close(): Promise<void>;
}

/** openWorld brings all of it up. */
export async function openWorld(wish: WorldWish): Promise<World> {
  const act = await ensureAct();
  const temp = await mkdtemp(path.join(tmpdir(), 'slipway-act-'));
  let behaves: Simulate = () => ({});
  const localAws = await openAws(wish, (image, family) => behaves(image, family));
  const gitHub = await startGitHub(localAws, CONSUMER);
  const clients = new Map<EnvironmentAccount, Aws>();
  for (const account of wish.accounts) {
    const aws = connect(localAws.endpoint, MINUTE_MS, account.accessKeyId);
    clients.set(account, aws);
    await openServices(aws, account.environment, wish.services);
    await wish.furnish?.(aws, account);
  }
  const repository = path.join(temp, 'shop');
  const adaptation = { commit: COMMIT, idTokens: gitHub.idTokens };
  await writeConsumer({ folder: repository, example: wish.example, baseImage: await ensureBaseImage(), adaptation });
  await writeOwnCode(path.join(temp, 'slipway'), adaptation);
  const repositories = { ...(await standIns()), [`your-org/slipway@${COMMIT}`]: path.join(temp, 'slipway') };
  return {
    ...{ localAws, gitHub, repository },
    behave: (next, of = {}) =>
      void (behaves = (image, family) =>
        [family, undefined].includes(of.family) && image.startsWith(of.registry ?? '') ? next : {}),
    run: runnerIn({ act, temp, repository, repositories, endpoint: localAws.endpoint, api: gitHub.api.url }),
    refOf: (file) => `your-org/slipway/.github/workflows/${file}@${COMMIT}`,
    running: (account, service) => imageOfService(clients.get(account) as Aws, account.environment, service),
    tags: (account, service) => tagsOfService(clients.get(account) as Aws, account.environment, service),
    close: async () => {
      await gitHub.close();
      await localAws.close();
      await rm(temp, { recursive: true });
    },
  };
}

interface RunnerPlace extends Pick<ActStart, 'repository' | 'repositories'> {
  /** The program. */
  readonly act: string;
  readonly temp: string;
  /** Of AWS. */
  readonly endpoint: string;
  /** Of GitHub. */
  readonly api: string;
}

/** Each run has artifacts, a cache and a number of its own. */
function runnerIn({ act, temp, repository, repositories, endpoint, api }: RunnerPlace): World['run'] {
  let runs = 0;
  return async ({ about = {}, environment = {}, ...start }) => {
    const run = (runs += 1);
    const payload = path.join(temp, `event-${run}.json`);
    const whose = { repository: { full_name: CONSUMER.repository, name: 'shop' } };
    await writeFile(payload, JSON.stringify({ ...about, ...whose }));
    return runWorkflow(act, {
      ...{ repository, payload, repositories, cache: path.join(temp, `act-${run}`) },
      environment: {
        ...{ AWS_ENDPOINT_URL: endpoint, AWS_EC2_METADATA_DISABLED: 'true' },
        ...{ SLIPWAY_REHEARSAL_MINUTE_MS: String(MINUTE_MS), SLIPWAY_ARTIFACTS: path.join(temp, `artifacts-${run}`) },
        ...{ GITHUB_API_URL: api, GITHUB_REPOSITORY: CONSUMER.repository, GITHUB_RUN_ID: String(run) },
        GITHUB_WORKFLOW_REF: `${CONSUMER.repository}/.github/workflows/${start.workflow}@refs/heads/main`,
        ...environment,
      },
      ...start,
    });
  };
}

function openAws(wish: WorldWish, simulate: Simulate): Promise<LocalAws> {
  // The first account is where images are pushed to, and promoted from.
  const names = { REGION, SOURCE_REGION: REGION, SOURCE_ACCOUNT: wish.accounts[0]?.accountId ?? '' };
  const services = wish.services.map(({ name }) => name);
  return startLocalAws({
    ...{ tasks: 'simulated', minuteMs: MINUTE_MS, region: REGION, unknownKeys: false },
    accounts: wish.accounts.map((account) => accountOf(account, { consumer: CONSUMER, names, services })),
    simulate,
  });
}
