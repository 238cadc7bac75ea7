import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_CELLS } from '@slipway/configuration';
import { MONOREPO } from './samples.js';
import { openScene, type Scene } from './scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene(MONOREPO);
});
afterEach(() => scene.close());

const BEGUN = { outputs: { 'deployment-arn': 'arn:aws:ecs:eu-central-1:111122223333:service-deployment/one/web/1' } };
const RED = { error: { code: 'DEPLOY_X' } };
const REGISTERED = { action: 'register-task-def', outcome: 'registered' };
const deployment = (outcome: string, facts: object = {}) => [
  REGISTERED,
  { action: 'bluegreen-deploy', outcome, ...facts },
];

/** How the job of a service may end: the reports of the steps that it came to. */
const ENDS = {
  succeeded: deployment('succeeded', { ...BEGUN, undone: false }),
  'in progress': deployment('in-progress', { ...BEGUN, undone: false }),
  unchanged: deployment('unchanged'),
  refused: deployment('refused', RED),
  // ECS may have begun it, and never said so.
  'of no answer': deployment('failed', { ...RED, outputs: { 'deployment-arn': '' } }),
  'rolled back': deployment('rolled-back', { ...BEGUN, ...RED, undone: true }),
  superseded: deployment('superseded', { ...BEGUN, ...RED, undone: true }),
  'failed its proof': deployment('failed', { ...BEGUN, ...RED, undone: false }),
  'left as it was': deployment('cancelled', { ...BEGUN, ...RED, undone: false }),
  'lost sight of': deployment('unknown', { ...BEGUN, ...RED }),
  // The runner gives a cancelled step some seconds; then there is no report of it.
  killed: [REGISTERED],
  'not registered': [{ ...REGISTERED, outcome: 'failed', ...RED }],
  'not begun': [],
} as const;

/** What a job of a stage leaves: whose it is, and how it ended. */
interface Job {
  readonly service: string;
  readonly environment?: string;
  readonly attempt?: number;
  readonly end?: keyof typeof ENDS;
}

const ARTIFACTS = 'artifacts';

/** Writes the reports of a job into a folder of what was downloaded. */
async function leave(folder: string, job: Job): Promise<void> {
  const { service, environment = 'staging', attempt = 1, end = 'succeeded' } = job;
  const place = path.join(scene.folder, ARTIFACTS, folder);
  await mkdir(place, { recursive: true });
  const begun = { action: 'plan', outcome: 'planned', stage: { environment, service, attempt } };
  for (const report of [begun, ...ENDS[end]])
    await writeFile(path.join(place, `${report.action}-1.json`), JSON.stringify({ outputs: {}, ...report }));
}

/** Leaves them as download-artifact does: several each in a folder, a single one in the folder itself. */
async function download(jobs: readonly Job[]): Promise<void> {
  await rm(path.join(scene.folder, ARTIFACTS), { recursive: true, force: true });
  for (const [at, job] of jobs.entries()) await leave(jobs.length === 1 ? '.' : `artifact-${at}`, job);
}

const NAMES = ['web', 'api'];

/** The matrix of what goes back. */
const back = (services: readonly string[], all: readonly string[] = NAMES): string =>
  JSON.stringify({ include: services.map((service) => ({ at: all.indexOf(service), service })) });

const within = (operation: string, inputs: Readonly<Record<string, string>> = {}, attempt = '1') =>
  scene.plan(
    { operation, environment: 'staging', service: 'web', services: NAMES.join(','), artifacts: ARTIFACTS, ...inputs },
    { GITHUB_RUN_ATTEMPT: attempt },
  );

describe('a stage that begins', () => {
  it.each<readonly [string, string, readonly Job[]]>([
    // Planned in, now, what was taken back.
    ['1', '1', []],
    ['1', '2', []],
    ['1', '2', [{ service: 'other' }, { service: 'web', environment: 'production' }]],
    // By the same letters: of another environment, alone and among others.
    ['1', '2', [{ environment: 'staging-eu', service: 'web' }]],
    [
      '1',
      '2',
      [
        { environment: 'staging', service: 'eu-web' },
        { environment: 'staging-eu', service: 'web' },
      ],
    ],
    // What was red is run again.
    [
      '1',
      '2',
      [
        { service: 'api', end: 'failed its proof' },
        { service: 'web', end: 'killed' },
      ],
    ],
    ['3', '3', [{ service: 'web' }]],
    ['3', '4', [{ service: 'web' }, { service: 'api', attempt: 2 }]],
  ])('planned in attempt %s may in attempt %s after %j, and says whose job it is', async (planned, now, jobs) => {
    await download(jobs);
    const end = await within('begin-stage', { attempt: planned }, now);
    expect(end.errors).toEqual([]);
    expect(end.report).toMatchObject({
      outcome: 'planned',
      stage: { environment: 'staging', service: 'web', attempt: Number(now) },
    });
  });

  it.each<readonly [string, string, readonly Job[]]>([
    ['1', '2', [{ service: 'api' }]],
    ['1', '3', [{ service: 'api', attempt: 2 }]],
    ['1', '3', [{ service: 'api' }, { service: 'api', attempt: 2 }]],
    [
      '3',
      '4',
      [
        { service: 'web', attempt: 1 },
        { service: 'api', attempt: 3 },
      ],
    ],
  ])('planned in attempt %s may not in attempt %s after %j', async (planned, now, jobs) => {
    await download(jobs);
    const end = await within('begin-stage', { attempt: planned }, now);
    expect(end.errors).toEqual([expect.stringMatching(/^PLAN_STAGE_TAKEN_BACK: .*'staging'.*: api\./)]);
    expect(end.errors[0]).toContain('Re-run all jobs');
    expect(end.exitCode).toBe(1);
    // Whose result this is, is known all the same.
    expect(end.report).toMatchObject({ stage: { service: 'web' } });
  });

  it('finds what was taken back below the artifact too, which holds the report of that beside it', async () => {
    await download([]);
    await leave('slipway-result', { service: 'api' });
    await mkdir(path.join(scene.folder, ARTIFACTS, 'slipway'));
    const report = { action: 'rollback', outcome: 'succeeded', outputs: {} };
    await writeFile(path.join(scene.folder, ARTIFACTS, 'slipway/rollback-1.json'), JSON.stringify(report));
    const end = await within('begin-stage', { attempt: '1' }, '2');
    expect(end.errors).toEqual([expect.stringMatching(/^PLAN_STAGE_TAKEN_BACK: /)]);
  });

  it.each(['environment', 'service'])('has to be told its %s', async (name) => {
    const end = await within('begin-stage', { [name]: '' });
    expect(end.errors).toEqual([expect.stringMatching(new RegExp(`^INPUT_INVALID: '${name}' must be set`))]);
  });
});

describe('a stage that is taken back', () => {
  it.each<readonly [string, readonly Job[], string]>([
    ['the only one that was deployed, whose artifact has no folder', [{ service: 'api' }], back(['api'])],
    ['what was deployed beside what was not', [{ service: 'api' }, { service: 'web', end: 'refused' }], back(['api'])],
    ['several, by their places', [{ service: 'api', end: 'in progress' }, { service: 'web' }], back(['web', 'api'])],
    ['nothing of another stage', [{ service: 'web', environment: 'staging-eu' }, { service: 'eu-web' }], ''],
    [
      'nothing of a delivery that was planned before',
      [
        { service: 'web', attempt: 1 },
        { service: 'api', attempt: 2 },
      ],
      back(['api']),
    ],
    ['nothing', [], ''],
  ])('is %s', async (_what, jobs, expected) => {
    await download(jobs);
    const planned = jobs.some(({ attempt = 1 }) => attempt > 1) ? '2' : '1';
    const end = await within('take-back', { attempt: planned }, planned);
    expect(end.errors).toEqual([]);
    expect(end.outputs).toMatchObject({
      outcome: expected === '' ? 'nothing-to-do' : 'planned',
      'taken-back': expected,
    });
  });

  it.each<readonly [keyof typeof ENDS, boolean]>([
    ['succeeded', true],
    ['in progress', true],
    ['failed its proof', true],
    ['left as it was', true],
    ['lost sight of', true],
    ['killed', true],
    ['of no answer', true],
    ['rolled back', false],
    ['superseded', false],
    ['unchanged', false],
    ['refused', false],
    ['not registered', false],
    ['not begun', false],
  ])('of a service that is %s takes that back: %s', async (end, isTakenBack) => {
    await download([{ service: 'api', end }]);
    expect((await within('take-back')).outputs['taken-back']).toBe(isTakenBack ? back(['api']) : '');
  });

  it.each<readonly [keyof typeof ENDS, boolean]>([
    ['failed its proof', true],
    ['left as it was', false],
    ['killed', false],
    ['of no answer', false],
  ])('alone in its stage and %s goes back: %s', async (end, isTakenBack) => {
    await download([{ service: 'api', end }]);
    const { outputs } = await within('take-back', { services: 'api' });
    expect(outputs['taken-back']).toBe(isTakenBack ? back(['api'], ['api']) : '');
  });

  it('names the services of which nothing is known', async () => {
    await download([{ service: 'web' }]);
    const { commands } = await within('take-back');
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringMatching(/^Nothing is known of api: /)]);
    await download([{ service: 'web' }, { service: 'api', end: 'refused' }]);
    expect((await within('take-back')).commands.filter(({ name }) => name === 'warning')).toEqual([]);
  });

  it('goes back without what cannot be read, and says so', async () => {
    await download([{ service: 'web' }, { service: 'api' }]);
    await writeFile(path.join(scene.folder, ARTIFACTS, 'artifact-0/other.json'), '{');
    await writeFile(path.join(scene.folder, ARTIFACTS, 'artifact-1/plan-1.json'), '{"action":');
    const end = await within('take-back');
    expect(end.outputs['taken-back']).toBe(back(['web']));
    expect(end.commands.filter(({ name }) => name === 'warning')).toHaveLength(3);
  });

  it('may have as many services as a matrix has jobs, each with the longest name', async () => {
    const names = Array.from({ length: MAX_CELLS }, (_, at) => `s${at}-`.padEnd(63, 'x'));
    await download(names.map((service) => ({ service })));
    const end = await within('take-back', { services: names.join(',') });
    expect(end.errors).toEqual([]);
    expect(JSON.parse(end.outputs['taken-back'] ?? '')).toEqual({
      include: names.map((service, at) => ({ at, service })),
    });
  });
});

describe('a plan', () => {
  it('says in which attempt it was made', async () => {
    expect((await scene.plan({}, { GITHUB_RUN_ATTEMPT: '3' })).outputs['attempt']).toBe('3');
  });
});
