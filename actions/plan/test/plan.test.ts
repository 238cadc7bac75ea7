import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { manyServices, MONOREPO } from './samples.js';
import { ALL, BASE, HEAD, PULL_REQUEST, openScene, servicesIn, type Scene } from './scene.js';

let scene: Scene;
beforeEach(async () => {
  scene = await openScene(MONOREPO);
});
afterEach(() => scene.close());

describe('a push', () => {
  it('plans what changed since the last delivery, in the stages of its branch', async () => {
    scene.changed(['services/web/a.ts', 'docs/a.md']);
    const { outputs, exitCode, summary, report } = await scene.plan();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      outcome: 'planned',
      deliver: 'true',
      services: '["web","docs"]',
      matrices: 'images,pushes,stage-1,stage-2',
      'stage-3': '',
      cell: '',
    });
    expect(servicesIn(outputs['images'])).toEqual(['web', 'docs']);
    expect(servicesIn(outputs['pushes'])).toEqual(['web', 'docs']);
    expect(servicesIn(outputs['stage-1'])).toEqual(['web']);
    expect(servicesIn(outputs['stage-2'])).toEqual(['web', 'docs']);
    expect(summary).toContain('| web | build and test | staging / web | production / web |');
    expect(summary).toContain('| docs | build and test | – | production / docs |');
    expect(summary).toContain('flowchart LR');
    expect(summary).toContain('approved by the rules of live');
    expect(report).toMatchObject({ plan: { branch: 'main', services: ['web', 'docs'] } });
    expect(scene.asked()).toEqual([
      'GET /repos/example/shop/actions/workflows/deliver.yml/runs?branch=main&status=success&per_page=30',
      'GET /repos/example/shop/actions/runs/1/jobs?filter=all&per_page=100',
      `GET /repos/example/shop/compare/${BASE}...${HEAD}?per_page=1`,
    ]);
  });

  it('has nothing to do when nothing of a service changed', async () => {
    scene.changed(['README.md']);
    const { outputs, exitCode } = await scene.plan();
    expect(exitCode).toBe(0);
    expect(outputs).toMatchObject({
      outcome: 'nothing-to-do',
      deliver: 'false',
      services: '[]',
      matrices: 'none',
      images: '',
      pushes: '',
      'stage-1': '',
    });
  });

  it('plans a file that was moved away for the service that it left', async () => {
    const files = [{ filename: 'attic/a.ts', status: 'renamed', previous_filename: 'services/api/a.ts' }];
    scene.github.world.comparisons.set(`${BASE}...${HEAD}`, { status: 'ahead', files });
    expect((await scene.plan()).outputs['services']).toBe('["api"]');
  });

  it.each<readonly [string, (scene: Scene) => void, string]>([
    ['there is no delivery yet', ({ github }) => github.world.runs.splice(0), "has delivered all of 'main'"],
    ['the history was rewritten', (open) => open.changed(['services/web/a.ts'], 'diverged'), 'not in the history'],
    ['the last delivery is newer', (open) => open.changed([], 'behind'), 'not in the history'],
    ['300 files changed', (open) => open.changed(Array.from({ length: 300 }, (_, at) => `${at}`)), '300 files or more'],
    ['the commit is gone', () => undefined, 'knows nothing'],
  ])('plans everything when %s, and says so', async (_name, arrange, why) => {
    arrange(scene);
    const { outputs, summary } = await scene.plan();
    expect(servicesIn(outputs['images'])).toEqual(ALL);
    expect(summary).toContain(why);
  });

  it('plans everything without the permission to ask, and warns by its name', async () => {
    const { outputs, commands } = await scene.plan({ 'github-token': 'limited' });
    expect(servicesIn(outputs['images'])).toEqual(ALL);
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
    expect(warnings).toEqual([expect.stringContaining("'actions: read'")]);
  });

  it('plans everything when GitHub fails, and warns', async () => {
    scene.github.faults.add({ kind: 'status', status: 502 });
    const { outputs, commands } = await scene.plan();
    expect(servicesIn(outputs['images'])).toEqual(ALL);
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
    expect(warnings).toEqual([
      expect.stringMatching(/GitHub did not tell what changed: .* All services are planned\.$/),
    ]);
  });

  it('fails by name, and does not plan everything, when deliveries have used up the requests of the hour', async () => {
    scene.github.faults.add({ kind: 'rate-limit', status: 403 });
    const { errors, exitCode, outputs } = await scene.plan();
    expect([exitCode, outputs['stage-1']]).toEqual([1, undefined]);
    expect(errors).toEqual([expect.stringMatching(/^GITHUB_API_RATE_LIMITED: /)]);
    expect(servicesIn((await scene.plan({}, PULL_REQUEST)).outputs['images'])).toEqual(ALL);
  });

  it.each([
    ['all', ALL],
    ['docs, web', ['web', 'docs']],
  ])('asks GitHub nothing when somebody chose %s', async (services, chosen) => {
    const { outputs } = await scene.plan({ services });
    expect(servicesIn(outputs['images'])).toEqual(chosen);
    expect(scene.asked()).toEqual([]);
  });

  it.each([
    ['another branch', { GITHUB_REF: 'refs/heads/fix', GITHUB_REF_NAME: 'fix' }],
    ['a tag named like a branch', { GITHUB_REF: 'refs/tags/main', GITHUB_REF_NAME: 'main' }],
    [
      'a branch named like what every object has',
      { GITHUB_REF: 'refs/heads/constructor', GITHUB_REF_NAME: 'constructor' },
    ],
  ])('delivers nothing of %s', async (_name, environment) => {
    const { outputs, stdout } = await scene.plan({ services: 'all' }, environment);
    expect(outputs).toMatchObject({ outcome: 'nothing-to-do', deliver: 'false', images: '', 'stage-1': '' });
    expect(stdout).toContain('drives no environment: nothing is delivered');
  });

  it('warns of a tag, which no configuration names, and of a push to some branch only says so', async () => {
    const pushed = async (ref: string) => {
      const { commands, summary } = await scene.plan({}, { GITHUB_REF: ref, GITHUB_REF_NAME: 'v1' });
      expect(summary).toContain('drives no environment');
      return commands.filter(({ name, message }) => name === 'warning' && message.includes('drives no environment'));
    };
    expect(await pushed('refs/tags/v1')).toEqual([
      expect.objectContaining({ message: expect.stringMatching(/^A tag drives/) }),
    ]);
    expect(await pushed('refs/heads/v1')).toEqual([]);
  });

  const BY_HAND = { GITHUB_EVENT_NAME: 'workflow_dispatch', GITHUB_REF: 'refs/heads/fix', GITHUB_REF_NAME: 'fix' };

  it('warns who started a run on a branch that drives nothing', async () => {
    const { outputs, commands, summary } = await scene.plan({}, BY_HAND);
    expect(outputs).toMatchObject({ outcome: 'nothing-to-do', deliver: 'false' });
    expect(summary).toContain("nothing to do, because the branch 'fix' drives no environment");
    const warnings = commands.filter(({ name }) => name === 'warning').map(({ message }) => message);
    expect(warnings).toContainEqual(expect.stringContaining("The branch 'fix' drives no environment"));
  });

  it.each(['web', 'all'])('fails where somebody asked for %s on a branch that drives nothing', async (services) => {
    const { errors, exitCode } = await scene.plan({ services }, BY_HAND);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringMatching(/^PLAN_NOT_DRIVEN: .*'fix'/)]);
  });
});

describe('a pull request', () => {
  it('is built and tested, and shows what merging would deliver', async () => {
    scene.github.world.comparisons.set(`main...${HEAD}`, {
      status: 'diverged',
      files: [{ filename: 'services/web/a.ts', status: 'added' }],
    });
    const { outputs, summary } = await scene.plan({}, PULL_REQUEST);
    expect(outputs).toMatchObject({ outcome: 'planned', deliver: 'false', pushes: '', 'stage-1': '', 'stage-2': '' });
    expect(servicesIn(outputs['images'])).toEqual(['web']);
    expect(summary).toContain('merging delivers to staging, then production');
    expect(summary).toContain('Nothing is delivered by this run');
    expect(scene.asked()).toHaveLength(1);
  });

  it('to a branch that drives nothing is built and tested all the same', async () => {
    const { outputs, summary } = await scene.plan({ services: 'web' }, { ...PULL_REQUEST, GITHUB_BASE_REF: 'next' });
    expect(servicesIn(outputs['images'])).toEqual(['web']);
    expect(summary).toContain("the branch 'next' drives no environment");
  });

  it('in a merge queue means the branch that it merges into', async () => {
    const name = `gh-readonly-queue/develop/pr-7-${HEAD}`;
    const queued = { GITHUB_EVENT_NAME: 'merge_group', GITHUB_REF: `refs/heads/${name}`, GITHUB_REF_NAME: name };
    const { outputs, summary } = await scene.plan({ services: 'web' }, queued);
    expect(outputs).toMatchObject({ deliver: 'false', 'stage-1': '' });
    expect(summary).toContain('merging delivers to dev');
  });
});

describe('a button', () => {
  it('promotes by the names of the configuration', async () => {
    const inputs = { operation: 'promote', service: 'api', environment: 'production', 'source-environment': 'staging' };
    const { outputs, summary } = await scene.plan(inputs);
    expect(JSON.parse(outputs['cell'] ?? '')).toMatchObject({
      'ecs-service': 'api-live',
      'github-environment': 'live',
      'source-environment': 'staging',
      'source-github-environment': 'staging',
      'source-cluster': 'staging',
      'source-service': 'api',
      'source-container': 'app',
      'source-role': 'arn:aws:iam::111122223333:role/read',
      'source-region': 'eu-central-1',
      'source-account': '111122223333',
      'source-verify': 'suites/staging.yml',
      'source-url': 'https://staging.example.com',
      'source-registry': '111122223333.dkr.ecr.eu-central-1.amazonaws.com',
      'source-repository': 'api',
      // By nobody of production: it has no role for it.
      ...{ 'plan-role': 'arn:aws:iam::111122223333:role/read', 'plan-account': '111122223333' },
    });
    expect(outputs['cell']).not.toContain('plan-service');
    expect(summary).toContain("Its 'plan-role' would make it so.");
    expect(scene.asked()).toEqual([]);
  });

  it("promotes with a look at the target, by the target's own role for that", async () => {
    const role = 'arn:aws:iam::444455556666:role/plan';
    await scene.write(MONOREPO.replace('    cluster: production', `    plan-role: ${role}\n    cluster: production`));
    const inputs = { operation: 'promote', service: 'api', environment: 'production', 'source-environment': 'staging' };
    const { outputs, summary } = await scene.plan(inputs);
    expect(JSON.parse(outputs['cell'] ?? '')).toMatchObject({
      ...{ 'plan-role': role, 'plan-account': '444455556666', 'plan-region': 'eu-west-1' },
      ...{ 'plan-cluster': 'production', 'plan-service': 'api-live', 'plan-repository': 'api' },
      'evidence-role': 'arn:aws:iam::111122223333:role/read',
    });
    expect(summary).not.toContain('plan-role');
  });

  it('rolls back by the names of the configuration', async () => {
    const { outputs } = await scene.plan({ operation: 'rollback', service: 'web', environment: 'production' });
    expect(JSON.parse(outputs['cell'] ?? '')).toMatchObject({
      cluster: 'production',
      'ecs-service': 'web',
      verify: 'suites/smoke.yml',
    });
  });

  it.each<readonly [string, Readonly<Record<string, string>>, string]>([
    [
      'nobody',
      { operation: 'rollback', service: 'wed', environment: 'production' },
      "PLAN_UNKNOWN_NAME: The configuration has no service 'wed'",
    ],
    ['nowhere', { operation: 'rollback', service: 'web', environment: 'prod' }, 'PLAN_UNKNOWN_NAME'],
    [
      'with a button as it stands',
      { operation: 'rollback', service: 'choose…', environment: 'choose…' },
      'No service and no environment was chosen',
    ],
    [
      'with a service alone',
      { operation: 'rollback', service: 'web', environment: 'choose…' },
      'choose the environment (dev, staging, production)',
    ],
    ['where it is not', { operation: 'rollback', service: 'docs', environment: 'staging' }, 'PLAN_NOT_THERE'],
    ['without a service', { operation: 'rollback', environment: 'staging' }, "INPUT_INVALID: 'service' must be set"],
    [
      'onto itself',
      { operation: 'promote', service: 'web', environment: 'dev', 'source-environment': 'dev' },
      'INPUT_INVALID',
    ],
    [
      'from where nobody may read',
      { operation: 'promote', service: 'web', environment: 'staging', 'source-environment': 'production' },
      'PLAN_UNREADABLE',
    ],
    ['of an unknown name by hand', { services: 'web, nobody' }, 'PLAN_UNKNOWN_NAME'],
    ['of a file that is not there', { config: 'slipway.yml' }, 'PLAN_CONFIG_NOT_FOUND'],
  ])('refuses %s', async (_name, inputs, message) => {
    const { errors, exitCode } = await scene.plan(inputs);
    expect(exitCode).toBe(1);
    expect(errors).toEqual([expect.stringContaining(message)]);
  });
});

describe('the configuration', () => {
  it('is told all that is wrong with it, with lines', async () => {
    await scene.write(MONOREPO.replace('port: 8080', 'prt: 8080').replace('[dev]', '[deb]'));
    const { errors, outputs } = await scene.plan();
    expect(outputs['outcome']).toBe('failed');
    expect(errors[0]).toContain('.github/slipway.yml:2:');
    expect(errors[0]).toContain("did you mean 'dev'?");
  });

  it('of 200 services costs as many calls as one of three', async () => {
    await scene.write(manyServices(200));
    scene.changed(Array.from({ length: 200 }, (_, at) => `services/service-${at}/a.ts`));
    const { outputs } = await scene.plan();
    expect(servicesIn(outputs['stage-3'])).toHaveLength(200);
    expect(scene.asked()).toHaveLength(3);
  });

  it('is not read when the inputs describe a service', async () => {
    await scene.write('nonsense');
    const settings = {
      service: 'web',
      cluster: 'c',
      environment: 'e',
      'aws-region': 'r',
      'role-to-assume': 'a',
      suite: 's',
      'task-definition': 't',
    };
    const { outputs } = await scene.plan({ settings: JSON.stringify(settings) });
    expect(outputs).toMatchObject({ deliver: 'true', services: '["web"]' });
    expect(servicesIn(outputs['stage-1'])).toEqual(['web']);
  });
});
