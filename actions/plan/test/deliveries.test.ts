import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MONOREPO } from './samples.js';
import { BASE, HEAD, PULL_REQUEST, openScene, servicesIn, type Scene } from './scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene(MONOREPO);
});
afterEach(() => scene.close());

const OTHER = 'c'.repeat(40);
const WHOLE = 'plan all that changed';
const CHOICE = 'plan a choice';
const UNNAMED = `Run acme/slipway/actions/plan@${'d'.repeat(40)}`;

type Steps = Readonly<Record<string, 'success' | 'skipped'>>;

/** A run of the delivery, of another commit, that GitHub remembers as green. */
function green(id: number, event: string, steps: Steps): void {
  const run = { id, path: '.github/workflows/deliver.yml', head_branch: 'main', head_sha: OTHER, event };
  const jobs = { 'deliver / plan': { 'Set up job': 'success', ...steps }, 'deliver / image': {} } as const;
  scene.github.world.runs.unshift({ ...run, status: 'completed', conclusion: 'success', jobs });
}

describe('what changed is asked from the last delivery that left nothing out', () => {
  it.each<readonly [string, string, Steps, string, number]>([
    ['a push', 'push', { [WHOLE]: 'success' }, OTHER, 3],
    ['a push in a workflow of their own', 'push', { [UNNAMED]: 'success' }, OTHER, 3],
    ['a run that somebody started', 'workflow_dispatch', { [WHOLE]: 'success' }, OTHER, 3],
    ['a run of a schedule', 'schedule', { [WHOLE]: 'success' }, OTHER, 3],
    ['a run of a choice of services', 'workflow_dispatch', { [CHOICE]: 'success' }, BASE, 4],
    ['a started run of which one cannot tell', 'workflow_dispatch', { [UNNAMED]: 'success' }, BASE, 4],
    ['a push of always the same services', 'push', { [CHOICE]: 'success' }, BASE, 4],
    ['a push whose delivery was skipped', 'push', {}, BASE, 4],
    ['a push whose plan was skipped', 'push', { [WHOLE]: 'skipped' }, BASE, 4],
    ['a pull request', 'pull_request', { [WHOLE]: 'success' }, BASE, 3],
  ])('after %s', async (...[, event, steps, base, calls]) => {
    green(2, event, steps);
    scene.changed(['services/web/a.ts']);
    const since = { status: 'ahead' as const, files: [{ filename: 'services/api/a.ts', status: 'modified' }] };
    scene.github.world.comparisons.set(`${OTHER}...${HEAD}`, since);
    const { outputs, summary } = await scene.plan();
    expect(summary).toContain(`changed since ${base.slice(0, 12)}`);
    expect(outputs['services']).toBe(base === BASE ? '["web"]' : '["api"]');
    expect(scene.asked()).toHaveLength(calls);
  });

  it('however many jobs a run has, and wherever its plan stands among them', async () => {
    const [run] = scene.github.world.runs.splice(0);
    const many = Object.fromEntries(Array.from({ length: 250 }, (_, at) => [`deliver / stage ${at}`, {}]));
    if (run) scene.github.world.runs.push({ ...run, jobs: { ...many, ...run.jobs } });
    scene.changed(['services/web/a.ts']);
    expect((await scene.plan()).outputs['services']).toBe('["web"]');
    expect(scene.asked()).toContain('GET /repos/example/shop/actions/runs/1/jobs?filter=all&per_page=100&page=3');
  });

  it('and of so many runs at most', async () => {
    for (let id = 2; id < 25; id += 1) green(id, 'push', {});
    const { summary } = await scene.plan();
    expect(summary).toContain("no run that GitHub tells of has delivered all of 'main'");
    expect(scene.asked()).toHaveLength(11);
  });
});

describe('a run that is run again', () => {
  /** It was the second run; what came after it has a higher number. */
  const AGAIN = { GITHUB_RUN_ATTEMPT: '2', GITHUB_RUN_NUMBER: '2' };
  const SETTINGS = JSON.stringify({
    ...{ service: 'web', cluster: 'c', environment: 'e', suite: 's', 'task-definition': 't' },
    ...{ 'aws-region': 'r', 'role-to-assume': 'a' },
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['what changed', {}, WHOLE],
    ['all services', { services: 'all' }, WHOLE],
    ['what changed, over a choice', {}, CHOICE],
    ['a service by inputs alone', { settings: SETTINGS }, WHOLE],
  ])('is refused when a later one has delivered another commit: of %s', async (_title, inputs, step) => {
    green(3, 'push', { [step]: 'success' });
    scene.changed([], 'behind');
    const { errors, exitCode, outputs } = await scene.plan(inputs, AGAIN);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^PLAN_OVERTAKEN: Run 2 .* run 3 .*cccccccccccc/)]);
    expect(outputs['stage-1']).toBeUndefined();
  });

  it.each<readonly [string, () => void, Readonly<Record<string, string>>]>([
    ['nothing came after it', () => undefined, AGAIN],
    [
      'what came after it delivered the same commit',
      () => green(3, 'push', { [WHOLE]: 'success' }),
      { ...AGAIN, GITHUB_SHA: OTHER },
    ],
    ['what came after it delivered nothing', () => green(3, 'push', {}), AGAIN],
    // A branch that was set back is a first attempt, with a number of its own.
    ['it is the latest itself', () => green(3, 'push', { [WHOLE]: 'success' }), { ...AGAIN, GITHUB_RUN_NUMBER: '4' }],
  ])('delivers when %s', async (_title, arrange, environment) => {
    arrange();
    const { outputs } = await scene.plan({ services: 'web' }, environment);
    expect(servicesIn(outputs['stage-1'])).toEqual(['web']);
  });

  it('of a pull request delivers nothing, and asks nothing of this', async () => {
    green(3, 'push', { [WHOLE]: 'success' });
    const { exitCode } = await scene.plan({ services: 'web' }, { ...PULL_REQUEST, ...AGAIN });
    expect([exitCode, scene.asked()]).toEqual([0, []]);
  });

  it('says so where it may not ask', async () => {
    const { commands, outputs } = await scene.plan({ services: 'web', 'github-token': 'limited' }, AGAIN);
    expect(servicesIn(outputs['stage-1'])).toEqual(['web']);
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringContaining("'actions: read'")]);
  });
});
