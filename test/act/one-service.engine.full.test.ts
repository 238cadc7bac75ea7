import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { SERVICE } from '@slipway/rehearsal';
import type { ActEnd } from './act.js';
import { commitVersion } from './consumer.js';
import { ONE_SERVICE, PRODUCTION, STAGING } from './one-service.js';
import { explained, unused } from './permissions.js';
import { digestOf, expectGreen, OPEN_MS, RUN_MS, shown, sinceNow, type Since } from './watched.js';
import { openWorld, PUSH, type World } from './world.js';

let world: World;
beforeAll(async () => {
  world = await openWorld(ONE_SERVICE);
}, OPEN_MS);
afterAll(() => world.close());

let since: Since;
beforeEach(() => {
  since = sinceNow(world);
});

const running = async () => ({
  staging: digestOf(await world.running(STAGING, SERVICE)),
  production: digestOf(await world.running(PRODUCTION, SERVICE)),
});

/** A button, as a person presses it. */
const button = (workflow: string, inputs: Readonly<Record<string, string>>) =>
  world.run({ workflow, event: 'workflow_dispatch', about: { inputs: { service: SERVICE, ...inputs } } });

/** Steps run one after the other, and the later ones go on from what the earlier ones left. */
describe('examples/consumer', () => {
  let released: string;
  let staged: string;

  it(
    'a push to main goes through both stages, built once',
    async () => {
      const before = await running();
      const end = await world.run({ workflow: 'deliver.yml', ...PUSH });
      expectGreen(end);
      const { staging, production } = await running();
      expect(staging).toMatch(/^sha256:/);
      expect(staging).toBe(production);
      expect([before.staging, before.production]).not.toContain(staging);
      released = staging;
      // Each job names the file that it stands in and its environment; that is what the roles trust.
      const asked = since.tokens().map(({ job_workflow_ref: file, environment }) => `${file} ${environment}`);
      expect(new Set(asked)).toEqual(
        new Set([
          `${world.refOf('deliver.yml')} staging`,
          `${world.refOf('stage.yml')} staging`,
          `${world.refOf('stage.yml')} production`,
        ]),
      );
    },
    RUN_MS,
  );

  it(
    "a stranger's pull request builds and tests, and asks for nothing",
    async () => {
      const head = { ref: 'feature', repo: { fork: true, full_name: 'mallory/shop' } };
      const about = { number: 1, pull_request: { number: 1, base: { ref: 'main' }, head } };
      const end = await world.run({ workflow: 'verify.yml', event: 'pull_request', about });
      expectGreen(end);
      expect(Object.keys(end.jobs).map((job) => job.split('/').at(-1))).toEqual([
        'plan',
        'build and test hello-service',
        'verified',
      ]);
      expect([since.tokens(), since.calls()]).toEqual([[], []]);
      expect(end.summary).toContain('merging delivers to staging, then production');
    },
    RUN_MS,
  );

  it(
    'a gate that fails takes the stage back, and leaves the one before it',
    async () => {
      await commitVersion(world.repository, '2');
      // The same suite is asked of staging: there it answers.
      const registry = world.localAws.accounts.get(PRODUCTION.accountId)?.registryHost ?? '';
      world.behave({ statusByPath: { '/': 500 } }, { registry });
      const end = await world.run({ workflow: 'deliver.yml', ...PUSH });
      world.behave({});
      expect(end.exitCode).toBe(1);
      expect(end.errors).toEqual([expect.stringMatching(/^DEPLOY_ROLLED_BACK: /)]);
      const { staging, production } = await running();
      expect(production).toBe(released);
      expect(staging).not.toBe(released);
      expect([shown(world, 'staging')[0], shown(world, 'production')[0]]).toEqual(['success', 'failure']);
      staged = staging;
    },
    RUN_MS,
  );

  it(
    'the promotion button brings what staging runs to the other account, the same bytes',
    async () => {
      const end = await button('promote.yml', { 'source-environment': 'staging', environment: 'production' });
      expectGreen(end);
      expect(await running()).toEqual({ staging: staged, production: staged });
      expect(await world.running(PRODUCTION, SERVICE)).toContain(
        world.localAws.accounts.get(PRODUCTION.accountId)?.registryHost,
      );
      // What passed its suite in staging has to pass it there once more, where its load balancer says that it answers.
      expect(end.log).toMatch(/1 of 1 checks passed at http:/);
      // Told before anybody approves, by staging's job, which may look at production and change nothing there.
      expect(end.summary).toMatch(/What differs from hello-service:\d+/);
      expect(since.calls().filter(({ callerArn }) => callerArn?.includes('assumed-role/slipway-plan/'))).not.toEqual(
        [],
      );
      const changes = since.calls().filter(({ operation }) => /^(?:Update|Register|Put|Tag)/.test(operation));
      expect(changes.length).toBeGreaterThan(0);
      for (const { callerArn } of changes) {
        expect(callerArn).toContain(`:${PRODUCTION.accountId}:assumed-role/slipway-production/`);
      }
    },
    RUN_MS,
  );

  it(
    'the rollback button stops the delivery that is in flight',
    async () => {
      await commitVersion(world.repository, '3');
      let rollback: ReturnType<World['run']> | undefined;
      const delivery = await world.run({
        ...{ workflow: 'deliver.yml', ...PUSH },
        onEvent: ({ job = '', msg = '' }) => {
          // A tenth of production's users have it: somebody presses the button.
          if (/production/.test(job) && /production traffic 10 %/.test(msg)) {
            rollback ??= button('rollback.yml', {
              ...{ environment: 'production', 'dry-run': 'false' },
              ...{ hold: 'set', 'hold-reason': 'the canary is bad' },
            });
          }
        },
      });
      const end = await rollback;
      expectGreen(end as ActEnd);
      expect([delivery.exitCode, delivery.errors]).toEqual([1, [expect.stringMatching(/^DEPLOY_STOPPED: /)]]);
      expect((await running()).production).toBe(staged);
      expect(await world.tags(PRODUCTION, SERVICE)).toMatchObject({
        'slipway:hold': expect.stringContaining('the canary is bad'),
      });
    },
    RUN_MS,
  );

  it(
    'the rollback button releases the hold, and deploys nothing',
    async () => {
      const before = await running();
      const end = await button('rollback.yml', { environment: 'production', hold: 'release', 'dry-run': 'false' });
      expectGreen(end);
      expect(await world.tags(PRODUCTION, SERVICE)).not.toHaveProperty('slipway:hold');
      expect(await running()).toEqual(before);
      expect(since.calls().filter(({ operation }) => operation === 'UpdateService')).toEqual([]);
    },
    RUN_MS,
  );

  it('what its roles may, they made use of, but for what is explained', () => {
    const calls = world.localAws.calls();
    const of = (template: string, ...roles: readonly string[]) => unused(template, roles, calls);
    expect(of('role-deploy', 'slipway-staging', 'slipway-production')).toEqual(explained('role-deploy'));
    expect(of('role-read', 'slipway-read')).toEqual(explained('role-read'));
    expect(of('role-plan', 'slipway-plan')).toEqual([]);
  });
});
