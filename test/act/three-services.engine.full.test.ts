import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ActEnd } from './act.js';
import { commitVersion, headOf } from './consumer.js';
import { explained, unused } from './permissions.js';
import type { EnvironmentAccount } from './roles.js';
import type { ServiceWish } from './services.js';
import { OPEN_MS, RUN_MS, sinceNow } from './watched.js';
import { openWorld, PUSH, type World } from './world.js';

const STAGING: EnvironmentAccount = {
  ...{ environment: 'staging', accountId: '111122223333', accessKeyId: 'AKIASTAGING' },
  ...{ readers: ['production'], hasPushRole: true },
};
const SERVICES: readonly ServiceWish[] = [
  { name: 'web', container: 'web', isBehindLoadBalancer: true },
  { name: 'api', container: 'api', isBehindLoadBalancer: false },
  { name: 'worker', container: 'worker', isBehindLoadBalancer: false },
];

let world: World;
beforeAll(async () => {
  world = await openWorld({ example: 'monorepo', services: SERVICES, accounts: [STAGING] });
}, OPEN_MS);
afterAll(() => world.close());

const running = () => Promise.all(SERVICES.map(({ name }) => world.running(STAGING, name)));

/** What steps gave out, by `job › step.name`; of several cells of a matrix, the last. */
const valuesOf = ({ outputs }: ActEnd, name: RegExp): readonly string[] =>
  Object.entries(outputs)
    .filter(([key]) => name.test(key))
    .map(([, value]) => value);

/** commitChange commits a change of sources, and GitHub tells that it came after a delivery. */
async function commitChange(...files: readonly string[]): Promise<void> {
  const base = await headOf(world.repository);
  const head = await commitVersion(world.repository, '2', files);
  const changed = files.map((filename) => ({ filename, status: 'modified' }));
  world.gitHub.api.world.comparisons.set(`${base}...${head}`, { status: 'ahead', files: changed });
  world.gitHub.api.world.runs.unshift({
    ...{ id: 1, path: '.github/workflows/deliver.yml', head_branch: 'main', head_sha: base, event: 'push' },
    ...{
      status: 'completed',
      conclusion: 'success',
      jobs: { 'deliver / plan': { 'plan all that changed': 'success' } },
    },
  });
}

describe('examples/monorepo', () => {
  it(
    'a stage of which one service fails goes back as a group, and production does not start',
    async () => {
      const [before, since] = [await running(), sinceNow(world)];
      await commitChange('services/web/server.js', 'services/worker/server.js');
      world.behave({ failsToStart: 'CannotPullContainerError: image not found' }, { family: 'worker' });
      const end = await world.run({ workflow: 'deliver.yml', ...PUSH });
      expect([end.exitCode, end.errors]).toEqual([1, [expect.stringMatching(/^DEPLOY_ROLLED_BACK: /)]]);
      // What changed was delivered, and nothing else. One of the two had all its traffic when the other one failed.
      expect(valuesOf(end, /^push › .*\.artifact-id$/)).toEqual([
        expect.stringMatching(/^slipway-source-(?:web|worker)$/),
      ]);
      expect(valuesOf(end, /^deploy › .*\.artifact-id$/)).toEqual([
        expect.stringMatching(/^slipway-result-staging\.(?:web|worker)$/),
      ]);
      expect(valuesOf(end, /^deployed › .*\.taken-back$/)).toEqual([
        expect.stringMatching(/^\{"include":\[\{"at":\d,"service":"web"\}\]\}$/),
      ]);
      expect(valuesOf(end, /^take-back › .*\.outcome$/)).toEqual(['succeeded']);
      expect(await running()).toEqual(before);
      const updated = since.calls().filter(({ operation }) => operation === 'UpdateService');
      expect(new Set(updated.map(({ resource }) => resource))).toEqual(new Set(['web', 'worker']));
      expect(new Set(since.tokens().map(({ environment }) => environment))).toEqual(new Set(['staging']));
    },
    RUN_MS,
  );

  it('the roles to push and to deploy use what they may of the registry, but for what is explained', () => {
    const calls = world.localAws.calls();
    expect(unused('role-push', ['slipway-push'], calls)).toEqual(explained('role-push'));
    expect(unused('role-deploy', ['slipway-staging'], calls).filter((one) => one.startsWith('ecr:'))).toEqual([]);
  });
});
