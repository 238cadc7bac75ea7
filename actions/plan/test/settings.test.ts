import { describe, expect, it } from '@jest/globals';
import { readSettings, settingsCell, settingsMatrices, type Settings } from '../src/settings.js';

/** What toJSON(inputs) of deliver.yml gives, shortened. */
const GIVEN = {
  config: '.github/slipway.yml',
  environment: 'staging',
  'aws-region': 'eu-central-1',
  'role-to-assume': 'arn:aws:iam::111122223333:role/first\narn:aws:iam::444455556666:role/second',
  'role-duration-seconds': 3600,
  'allowed-account-ids': '',
  repository: '',
  cluster: 'staging',
  service: 'Web_1',
  'task-definition': 'task-definition.json',
  container: '',
  context: '.',
  suite: 'checks.yml',
  port: 8080,
  analysis: false,
  'canary-percent': '',
  'timeout-minutes': 45,
  version: null,
};

function settings(
  change: Readonly<Record<string, unknown>>,
  operation: 'deliver' | 'verify' | 'promote' | 'rollback' = 'deliver',
): Settings {
  const read = readSettings(JSON.stringify({ ...GIVEN, ...change }), operation);
  if (read) return read;
  throw new Error('The settings were left alone.');
}

describe('readSettings', () => {
  it.each([
    ['no settings', undefined, 'deliver'],
    ['no service and no cluster', JSON.stringify({ ...GIVEN, service: '', cluster: '' }), 'deliver'],
    ['a promotion of a service by its name', JSON.stringify({ ...GIVEN, cluster: '' }), 'promote'],
    ['a service without its cluster', JSON.stringify({ ...GIVEN, cluster: '' }), 'deliver'],
    ['a rollback of a service by its name', JSON.stringify({ service: 'web', cluster: '' }), 'rollback'],
  ] as const)('leaves %s to the configuration', (_name, json, operation) => {
    expect(readSettings(json, operation)).toBeUndefined();
  });

  it.each([
    ['no JSON', '{', 'no JSON'],
    ['a list', '[]', 'no object'],
    ['nothing', 'null', 'no object'],
    [
      'a cluster alone',
      JSON.stringify({ cluster: 'c' }),
      'service, environment, aws-region, role-to-assume, suite, task-definition',
    ],
  ])('refuses %s', (_name, json, message) => {
    expect(() => readSettings(json, 'deliver')).toThrow(message);
  });

  it.each([
    [{ environment: 'prod/eu' }, "'environment' is 'prod/eu'"],
    [{ environment: 'prod [eu]' }, "'environment' is 'prod [eu]'"],
    [{ service: 'we:b' }, "'service' is 'we:b'"],
    [{ 'timeout-minutes': 2880 }, "'timeout-minutes' is 2880"],
    [{ 'timeout-minutes': '331' }, "'timeout-minutes' is 331"],
    [{ strategy: 'canary', 'canary-bake-minutes': '1440' }, "1440 minutes by 'canary-bake-minutes'"],
    [{ 'bake-minutes': 45 }, 'taken back after 45'],
    [{ 'deploy-runner': '[self-hosted]' }, "'deploy-runner' is '[self-hosted]'"],
    [{ runner: '[]' }, 'neither a label nor'],
    [{ 'source-runner': '[1]' }, 'neither a label nor'],
  ])('refuses what the jobs could not keep: %j', (change, message) => {
    expect(() => settings(change)).toThrow(message);
  });

  it.each([
    { environment: 'Prod (EU) 1.2_a' },
    { 'bake-minutes': 1440, 'wait-until': 'BAKE_TIME' },
    { 'timeout-minutes': 330, 'bake-minutes': '329' },
  ])('takes %j', (change) => {
    expect(settings(change).isDelivered).toBe(true);
  });

  it('has nothing to deliver of a service that is only verified', () => {
    const { isDelivered } = settings({ 'aws-region': '' }, 'verify');
    expect(isDelivered).toBe(false);
  });
});

describe('a service by its settings', () => {
  it('is one image, one push and one stage', () => {
    const { images, pushes, stages } = settingsMatrices(settings({}));
    expect(images).toEqual([
      {
        service: 'Web_1',
        context: '.',
        suite: 'checks.yml',
        port: '8080',
        'task-definition': 'task-definition.json',
        container: 'Web_1',
      },
    ]);
    expect(pushes).toEqual([
      {
        service: 'Web_1',
        repository: 'Web_1',
        region: 'eu-central-1',
        role: GIVEN['role-to-assume'],
        account: '444455556666',
        'github-environment': 'staging',
        'role-duration-seconds': '3600',
      },
    ]);
    expect(stages[0]?.cells).toEqual([
      {
        service: 'Web_1',
        environment: 'staging',
        'github-environment': 'staging',
        account: '444455556666',
        region: 'eu-central-1',
        role: GIVEN['role-to-assume'],
        'push-role': GIVEN['role-to-assume'],
        'role-duration-seconds': '3600',
        cluster: 'staging',
        'ecs-service': 'Web_1',
        repository: 'Web_1',
        'task-definition': 'task-definition.json',
        container: 'Web_1',
        analysis: 'false',
        'timeout-minutes': '45',
      },
    ]);
  });

  it('is delivered, looked at and taken back by the runners that are named', () => {
    const runner = '["self-hosted", "live"]';
    const { images, pushes, stages } = settingsMatrices(settings({ runner: 'arm', 'deploy-runner': runner }));
    expect([images[0]?.['runner'], pushes[0]?.['runner'], stages[0]?.cells[0]?.['runner']]).toEqual([
      'arm',
      runner,
      runner,
    ]);
    const promoted = (given: object) =>
      settingsCell(settings({ 'source-cluster': 'qa', 'deploy-runner': runner, ...given }, 'promote'))['source-runner'];
    expect([promoted({}), promoted({ 'source-runner': 'qa' })]).toEqual([runner, 'qa']);
  });

  it('leaves a port of 0, which is how a number of a workflow is not set, to the task definition', () => {
    expect(settingsMatrices(settings({ port: 0 })).images[0]).not.toHaveProperty('port');
  });

  it('is built and tested alone by a workflow that knows no cluster', () => {
    const read = readSettings(JSON.stringify({ service: 'web', suite: 'checks.yml' }), 'deliver');
    expect(read && settingsMatrices(read)).toEqual({
      images: [{ service: 'web', suite: 'checks.yml', container: 'web' }],
      pushes: [],
      stages: [],
    });
  });

  it('is promoted by one role within an account', () => {
    const cell = settingsCell(settings({ 'source-cluster': 'qa', environment: 'live' }, 'promote'));
    expect(cell).toMatchObject({
      'source-cluster': 'qa',
      'source-service': 'Web_1',
      'source-role': GIVEN['role-to-assume'],
      'source-region': 'eu-central-1',
      'source-account': '444455556666',
      'source-github-environment': 'live',
      // The same role reads both.
      ...{ 'plan-role': GIVEN['role-to-assume'], 'plan-cluster': 'staging', 'plan-service': 'Web_1' },
    });
    const named = { 'source-cluster': 'qa', environment: 'live', 'source-environment': 'qa' };
    expect(settingsCell(settings(named, 'promote'))).toMatchObject({
      'source-environment': 'qa',
      // The role trusts the target's environment.
      'source-github-environment': 'live',
    });
    expect(cell).not.toHaveProperty('source-registry');
  });

  it('is promoted from another account by a role of that', () => {
    const role = 'arn:aws:iam::777755556666:role/read';
    const checks = { 'source-verify': 'smoke.yml', 'source-url': 'https://qa.example.com' };
    const from = {
      'source-cluster': 'qa',
      'source-role': role,
      'source-environment': 'qa',
      'source-container': 'app',
      ...checks,
    };
    expect(settingsCell(settings(from, 'promote'))).toMatchObject({
      ...checks,
      'source-container': 'app',
      'source-role': role,
      'source-account': '777755556666',
      'source-registry': '777755556666.dkr.ecr.eu-central-1.amazonaws.com',
      'source-repository': 'Web_1',
      'source-github-environment': 'qa',
      ...{ 'plan-role': role, 'plan-account': '777755556666' },
    });
    const plan = 'arn:aws:iam::444455556666:role/plan';
    expect(settingsCell(settings({ ...from, 'plan-role': plan }, 'promote'))).toMatchObject({
      ...{ 'plan-role': plan, 'plan-account': '444455556666', 'plan-service': 'Web_1', 'plan-repository': 'Web_1' },
    });
  });
});
