import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ActEnd } from './act.js';
import { commitVersion } from './consumer.js';
import { CONSUMER_FILES } from './slipway-yml.js';
import { openWorld, PRODUCTION, STAGING, type World } from './world.js';

/** What a run may take on a machine that is busy with others. */
const RUN_MS = 300_000;

let world: World;
beforeAll(async () => {
  world = await openWorld(CONSUMER_FILES);
}, 500_000);
afterAll(() => world.close());

let callsBefore: number;
let tokensBefore: number;
beforeEach(() => {
  callsBefore = world.localAws.calls().length;
  tokensBefore = world.gitHub.claims.length;
});
const callsSince = () => world.localAws.calls().slice(callsBefore);
const tokensSince = () => world.gitHub.claims.slice(tokensBefore);

/** What GitHub shows of an environment, the newest first. */
const shown = (name: string) =>
  world.gitHub.api.world.deployments
    .filter(({ environment }) => environment === name)
    .map((deployment) => world.gitHub.api.world.stateOf(deployment))
    .reverse();

const push = { event: 'push', about: { ref: 'refs/heads/main' } } as const;
const digestOf = (image: string): string => image.split('@')[1] ?? '';
const running = async () => ({
  staging: digestOf(await world.running(STAGING)),
  production: digestOf(await world.running(PRODUCTION)),
});

/** The end of the log says why a run failed that has no error of ours. */
const expectGreen = ({ exitCode, errors, log }: ActEnd): void =>
  expect({ exitCode, errors, log: exitCode === 0 ? '' : log.slice(-4_000) }).toEqual({
    exitCode: 0,
    errors: [],
    log: '',
  });

/** Steps run one after the other, and the later ones go on from what the earlier ones left. */
describe("a consumer's repository", () => {
  let staged: string;

  it(
    'a push to main delivers to the environments of its branch, and to no other',
    async () => {
      const before = await running();
      const end = await world.run({ workflow: 'deliver-to-staging.yml', ...push });
      expectGreen(end);
      const after = await running();
      staged = after.staging;
      expect(staged).toMatch(/^sha256:/);
      expect(after).toEqual({ staging: expect.not.stringMatching(before.staging), production: before.production });
      // Each job names the file that it stands in and its environment; that is what the roles trust.
      expect(new Set(tokensSince().map(({ job_workflow_ref: file, environment }) => `${file} ${environment}`))).toEqual(
        new Set(['deliver.yml', 'stage.yml'].map((file) => `${world.refOf(file)} staging`)),
      );
    },
    RUN_MS,
  );

  it(
    'a promotion brings what staging runs to the other account, the same bytes',
    async () => {
      const end = await world.run({ workflow: 'promote.yml', event: 'workflow_dispatch' });
      expectGreen(end);
      expect(await running()).toEqual({ staging: staged, production: staged });
      expect(await world.running(PRODUCTION)).toContain(
        world.localAws.accounts.get(PRODUCTION.accountId)?.registryHost,
      );
      const changes = callsSince().filter(({ operation }) => /^(?:Update|Register|Put|Tag)/.test(operation));
      expect(changes.length).toBeGreaterThan(0);
      for (const { callerArn } of changes) expect(callerArn).toContain(`:${PRODUCTION.accountId}:assumed-role/deploy/`);
    },
    RUN_MS,
  );

  it(
    'a push to main goes through both stages, built once',
    async () => {
      await commitVersion(world.repository, '2');
      const end = await world.run({ workflow: 'deliver.yml', ...push });
      expectGreen(end);
      const { staging, production } = await running();
      expect(staging).toBe(production);
      expect(staging).not.toBe(staged);
      staged = staging;
    },
    RUN_MS,
  );

  it(
    "a stranger's pull request builds and tests, and asks for nothing",
    async () => {
      const head = { ref: 'feature', repo: { fork: true, full_name: 'mallory/shop' } };
      const about = { number: 1, pull_request: { number: 1, base: { ref: 'main' }, head } };
      const end = await world.run({ workflow: 'deliver.yml', event: 'pull_request', about });
      expectGreen(end);
      expect(Object.keys(end.jobs).map((job) => job.split('/').at(-1))).toEqual([
        'plan',
        'build and test hello-service',
      ]);
      expect([tokensSince(), callsSince()]).toEqual([[], []]);
    },
    RUN_MS,
  );

  it(
    'a gate that fails takes the stage back, and the next one does not start',
    async () => {
      await commitVersion(world.repository, '3');
      world.behave({ statusByPath: { '/': 500 } });
      const end = await world.run({ workflow: 'deliver.yml', ...push });
      world.behave({});
      expect(end.exitCode).toBe(1);
      expect(end.errors).toEqual([expect.stringMatching(/^DEPLOY_ROLLED_BACK: /)]);
      expect(await running()).toEqual({ staging: staged, production: staged });
      expect(tokensSince().filter(({ environment }) => environment === 'production')).toEqual([]);
      expect(shown('staging')[0]).toBe('failure');
    },
    RUN_MS,
  );

  it(
    'a rollback stops the delivery that is in flight',
    async () => {
      await commitVersion(world.repository, '4');
      let rollback: ReturnType<World['run']> | undefined;
      const delivery = await world.run({
        ...{ workflow: 'deliver.yml', ...push },
        onEvent: ({ job = '', msg = '' }) => {
          // A tenth of production's users have it: somebody presses the button.
          if (/production/.test(job) && /production traffic 10 %/.test(msg)) {
            rollback ??= world.run({ workflow: 'rollback.yml', event: 'workflow_dispatch' });
          }
        },
      });
      const end = await rollback;
      expectGreen(end as ActEnd);
      expect([delivery.exitCode, delivery.errors]).toEqual([1, [expect.stringMatching(/^DEPLOY_STOPPED: /)]]);
      expect((await running()).production).toBe(staged);
    },
    RUN_MS,
  );
});
