import { describe, expect, it } from '@jest/globals';
import { targetOf } from '../src/index.js';
import { changed, FULL, problems, read, refusal } from './samples.js';

describe('readConfiguration', () => {
  it('reads services, environments and branches, and takes scalars as they are written', () => {
    const { services, environments, branches } = read(FULL);
    expect(services['web']?.['test-environment']).toEqual({ LOG_LEVEL: 'debug', RETRIES: '3', FAST: 'true' });
    expect(services['worker']?.context).toBe('services/worker');
    expect(environments['staging']?.account).toBe('111122223333');
    expect(branches).toEqual({ main: ['staging', 'production'], develop: ['staging'] });
  });

  it('fills in a context, and nothing else', () => {
    expect(read(changed('    context: services/worker\n', '')).services['worker']).toEqual({
      context: '.',
      file: 'services/worker/Containerfile',
      suite: 'services/worker/checks.yml',
      'task-definition': 'services/worker/task-definition.json',
    });
  });

  it('tells all problems at once, in the order of the file', () => {
    const text = changed('strategy: canary', 'strategy: canry')
      .replace('port: 8080', 'port: 80800')
      .replace('worker: false', 'wrker: false')
      .replace('develop: [staging]', 'develop: [stagin]');
    expect(problems(text)).toEqual([
      expect.stringMatching(/^9:11: 'services\.web\.port' must be a whole number from 1 to 65535$/),
      expect.stringMatching(/^36:15: 'environments\.production\.strategy' expected one of "service"\|"rolling"/),
      expect.stringMatching(/^42:7: there is no service 'wrker'; did you mean 'worker'\?$/),
      expect.stringMatching(/^45:13: there is no environment 'stagin'; did you mean 'staging'\?$/),
    ]);
  });

  it('has a code and a hint', () => {
    const { code, kind, hint } = refusal('services: 1');
    expect({ code, kind }).toEqual({ code: 'CONFIG_INVALID', kind: 'user' });
    expect(hint).toContain('slipway.schema.json');
  });
});

describe('a region', () => {
  it.each(['us-gov-west-1', 'cn-north-1', 'eusc-de-east-1', 'us-iso-east-1', 'us-isof-south-1'])(
    'may be one of another partition: %s',
    (region) => {
      const { environments } = read(FULL.replaceAll('eu-central-1', region));
      expect(environments['production']?.region).toBe(region);
    },
  );
});

describe('targetOf', () => {
  const configuration = read(FULL);

  it('puts what holds for a service in an environment together', () => {
    expect(targetOf(configuration, 'web', 'production')).toEqual({
      service: 'web',
      environment: 'production',
      account: '444455556666',
      region: 'eu-central-1',
      role: 'arn:aws:iam::444455556666:role/deliver',
      pushRole: 'arn:aws:iam::444455556666:role/deliver',
      githubEnvironment: 'live',
      cluster: 'production',
      ecsService: 'web-live',
      repository: 'web',
      taskDefinition: 'services/web/task-definition.json',
      container: 'app',
      containerEnvironment: { KIND: 'web', STAGE: 'live' },
      settings: {
        strategy: 'canary',
        'canary-percent': 2.5,
        'verify-variables': { version: '1.10' },
        alarms: ['web-5xx', 'web-slow'],
      },
    });
  });

  it('takes the names of the configuration where nothing else is said', () => {
    expect(targetOf(configuration, 'worker', 'staging')).toMatchObject({
      ecsService: 'worker',
      repository: 'worker',
      container: 'worker',
      githubEnvironment: 'staging',
      pushRole: 'arn:aws:iam::111122223333:role/push',
      readRole: 'arn:aws:iam::111122223333:role/read',
      url: 'https://staging.example.com',
    });
  });

  it('goes back by the rules of another GitHub environment where that is named', () => {
    const text = changed('    github-environment: live\n', '    rollback-github-environment: live-back\n');
    expect(targetOf(read(text), 'web', 'production')).toMatchObject({
      githubEnvironment: 'production',
      rollbackGithubEnvironment: 'live-back',
    });
  });

  it.each([
    ['worker', 'production'],
    ['worker', 'nowhere'],
    ['nobody', 'staging'],
    ['constructor', 'staging'],
    ['web', 'constructor'],
  ])('has no %s in %s', (service, environment) => {
    expect(targetOf(configuration, service, environment)).toBeUndefined();
  });
});
