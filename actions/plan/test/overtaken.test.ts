import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MONOREPO } from './samples.js';
import { HEAD, openScene, type Scene } from './scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene(MONOREPO);
});
afterEach(() => scene.close());

const OTHER = 'c'.repeat(40);
const OWN_RUN = 4711;

interface Deployed {
  /** The run that deployed it; later runs have higher ids. */
  readonly run?: number;
  readonly state?: string;
  readonly sha?: string;
  readonly service?: string;
  readonly cluster?: string;
  readonly environment?: string;
  /** GitHub may give it back as the text of its JSON. */
  readonly payload?: unknown;
}

/** What GitHub remembers of a deployment; the newest is told last. */
function deployed(of: Deployed): void {
  const { run = OWN_RUN + 1, state = 'success', sha = OTHER, service = 'web', cluster = 'live' } = of;
  const { environment = 'production', payload = { run: `example/shop run ${run}.1`, cluster, service } } = of;
  const { world } = scene.github;
  const now = world.time();
  const status = { id: world.nextId(), state, description: '', environment, log_url: '', environment_url: '' };
  world.deployments.push({
    ...{ id: world.nextId(), sha, ref: sha, task: `deploy:${service}`, payload, environment },
    ...{ original_environment: environment, description: null, created_at: now, updated_at: now },
    ...{ transient_environment: false, production_environment: true },
    statuses: [{ ...status, created_at: now }],
  });
}

const begin = (inputs: Readonly<Record<string, string>> = {}, attempt = '2') =>
  scene.plan(
    {
      ...{ operation: 'begin-stage', environment: 'live', service: 'shop', services: 'shop', attempt: '1' },
      ...{ 'github-environment': 'production', cluster: 'live', 'ecs-service': 'web', ...inputs },
    },
    { GITHUB_RUN_ID: String(OWN_RUN), GITHUB_RUN_ATTEMPT: attempt },
  );

const PROMOTION = { 'source-environment': 'staging' };

describe('a part of a delivery that is run again', () => {
  it('is refused when a later run has deployed another commit of the service', async () => {
    deployed({ run: OWN_RUN, state: 'failure', sha: HEAD });
    deployed({});
    const { errors, exitCode, report } = await begin();
    expect(errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: .*run 4712 .*'shop' to 'live'.*cccccccccccc/)]);
    expect(errors[0]).toContain('start the workflow by hand, or push');
    expect(exitCode).toBe(1);
    // Whose result this is, is known all the same.
    expect(report).toMatchObject({ stage: { service: 'shop' } });
  });

  it.each<readonly [string, readonly Deployed[]]>([
    ['that is under way', [{ state: 'in_progress' }]],
    ['whose payload comes as a text', [{ payload: '{"run":"example/shop run 4712.3","cluster":"live"}' }]],
    ['before others that failed', [{ state: 'success' }, { state: 'failure' }, { state: 'error' }]],
    ['of some later run', [{ sha: HEAD, state: 'inactive' }, { run: OWN_RUN + 7 }]],
  ])('is refused for a deployment %s', async (_title, all) => {
    for (const one of all) deployed(one);
    expect((await begin()).errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: /)]);
  });

  it.each<readonly [string, readonly Deployed[]]>([
    ['nothing was deployed', []],
    ['an earlier run was the last', [{ run: OWN_RUN - 1 }]],
    ['it was the last itself', [{ run: OWN_RUN }]],
    ['a later run has deployed the same commit', [{ sha: HEAD }]],
    ['what a later run deployed has gone back', [{ state: 'failure' }, { state: 'error' }]],
    ['the later run deployed another service', [{ service: 'api' }]],
    ['the later run deployed it to another environment', [{ environment: 'staging' }]],
    ['the later run deployed it to another cluster', [{ cluster: 'other' }]],
    ['somebody else wrote a deployment', [{ payload: 'by hand' }, { payload: { cluster: 'live', run: 'mine' } }]],
  ])('begins when %s', async (_title, all) => {
    for (const one of all) deployed(one);
    const { errors, exitCode } = await begin();
    expect([errors, exitCode]).toEqual([[], 0]);
  });

  it('asks once where nothing came later, and of so many later ones at most', async () => {
    deployed({ run: OWN_RUN - 1 });
    await begin();
    expect(scene.asked()).toEqual([
      'GET /repos/example/shop/deployments?environment=production&task=deploy%3Aweb&per_page=30',
    ]);
    for (let at = 0; at < 20; at += 1) deployed({ state: 'failure' });
    await begin();
    expect(scene.asked()).toHaveLength(1 + 11);
  });

  it('knows cluster and service by their ARNs too', async () => {
    deployed({});
    const arn = 'arn:aws:ecs:eu-central-1:111122223333:';
    const { errors } = await begin({ cluster: `${arn}cluster/live`, 'ecs-service': `${arn}service/live/web` });
    expect(errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: /)]);
  });

  it('says so where it may not ask', async () => {
    deployed({});
    const { commands, errors } = await begin({ 'github-token': 'limited' });
    expect(errors).toEqual([]);
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringContaining("'deployments: read'")]);
  });

  it('is not begun where GitHub does not answer', async () => {
    scene.github.faults.add({ kind: 'status', status: 502, path: /^deployments/ });
    expect((await begin()).errors).toEqual([expect.stringMatching(/^GITHUB_API_UNAVAILABLE: /)]);
  });
});

describe('all of a run that is run again', () => {
  const whole = { attempt: '2' };

  const laterOf = (more: object) => ({
    payload: { run: `example/shop run ${OWN_RUN + 1}.1`, cluster: 'live', service: 'web', ...more },
  });

  it('is refused for what a later run of the branch deployed here, however that ended elsewhere', async () => {
    deployed(laterOf({ ref: 'refs/heads/main' }));
    expect((await begin(whole)).errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: /)]);
  });

  it('begins when it is a promotion, which is of what the source runs now', async () => {
    deployed({});
    expect((await begin({ ...whole, ...PROMOTION })).errors).toEqual([]);
    expect(scene.asked()).toEqual([]);
  });

  it('begins after a rollback, which a part of it does not', async () => {
    deployed(laterOf({ ref: 'refs/heads/main', goesBack: 'true' }));
    expect((await begin(whole)).errors).toEqual([]);
    expect((await begin()).errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: /)]);
  });

  it('begins where another branch was deployed, which a part of it does not', async () => {
    deployed(laterOf({ ref: 'refs/heads/feature' }));
    expect((await begin(whole)).errors).toEqual([]);
    expect((await begin()).errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: /)]);
  });

  it('asks nothing in the first attempt', async () => {
    deployed({});
    expect((await begin({ attempt: '1' }, '1')).errors).toEqual([]);
    expect(scene.asked()).toEqual([]);
  });
});

describe('a part of a promotion that is run again', () => {
  it.each([OTHER, HEAD])('is refused whatever commit %s a later one brought', async (sha) => {
    deployed({ sha });
    const { errors } = await begin(PROMOTION);
    expect(errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: .*run 4712 .*'shop' to 'live'/)]);
    expect(errors[0]).toContain("promotes what 'staging' runs now");
  });

  it('begins when nothing came after it', async () => {
    deployed({ run: OWN_RUN - 1 });
    expect((await begin(PROMOTION)).errors).toEqual([]);
  });
});
