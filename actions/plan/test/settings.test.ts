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
  operation: 'deliver' | 'promote' | 'rollback' = 'deliver',
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
    });
    expect(cell).not.toHaveProperty('source-registry');
  });

  it('is promoted from another account by a role of that', () => {
    const role = 'arn:aws:iam::777755556666:role/read';
    const from = { 'source-cluster': 'qa', 'source-role': role, 'source-environment': 'qa' };
    expect(settingsCell(settings(from, 'promote'))).toMatchObject({
      'source-role': role,
      'source-account': '777755556666',
      'source-registry': '777755556666.dkr.ecr.eu-central-1.amazonaws.com',
      'source-repository': 'Web_1',
      'source-github-environment': 'qa',
    });
  });
});
