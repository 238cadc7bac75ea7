import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readConfiguration, targetOf } from '@slipway/configuration';
import { promotionCell } from '../src/cells.js';
import { imagesOf, matricesOf, textsOf } from '../src/matrices.js';
import { manyServices, monorepo, MONOREPO } from './samples.js';

const environments = (branch: string): readonly string[] => monorepo.branches[branch] ?? [];

describe('matricesOf', () => {
  const { images, pushes, stages } = matricesOf(monorepo, ['api', 'docs'], environments('main'));

  it('says what is built and tested, as the inputs of the actions take it', () => {
    expect(images[0]).toEqual({
      service: 'api',
      context: 'services/api',
      file: 'docker/api.Dockerfile',
      'unit-test-command': 'npm ci\nnpm test\n',
      suite: 'suites/api.yml',
      'test-environment': 'LOG_LEVEL=debug\nSTORE=memory',
      deployability: 'all=warn',
      'task-definition': 'services/api/task.json',
      container: 'app',
    });
  });

  it('tests an image as the first environment that has it will run it', () => {
    const runBy = (order: readonly string[]) =>
      imagesOf(monorepo, ['docs'], order).map((cell) => [cell['task-definition'], cell['container']]);
    expect(runBy(['staging', 'production', 'dev'])).toEqual([['docs/task.live.json', 'handbook']]);
    expect(runBy(['dev', 'production'])).toEqual([['docs/task.json', 'docs']]);
    expect(runBy([])).toEqual([['docs/task.json', 'docs']]);
  });

  it('pushes each image once, to the first stage that has the service', () => {
    expect(pushes).toEqual([
      {
        service: 'api',
        repository: 'api',
        region: 'eu-central-1',
        role: 'arn:aws:iam::111122223333:role/push',
        account: '111122223333',
        'github-environment': 'staging',
      },
      {
        service: 'docs',
        repository: 'docs',
        region: 'eu-west-1',
        role: 'arn:aws:iam::444455556666:role/deliver',
        account: '444455556666',
        'github-environment': 'live',
      },
    ]);
  });

  it('gives the jobs of an environment its runner, or the one that a service has there', () => {
    const text = MONOREPO.replace(
      '    cluster: staging',
      '    runner: [self-hosted, eu]\n    promote-baked-minutes: 30\n    cluster: staging',
    ).replace('service: api-live', 'runner: large, service: api-live');
    const configuration = readConfiguration(text, 'slipway.yml');
    const planned = matricesOf(configuration, ['web', 'api'], ['staging', 'production']);
    const runners = [planned.pushes, ...planned.stages.map(({ cells }) => cells)].map((cells) =>
      cells.map((cell) => cell['runner']),
    );
    const eu = '["self-hosted","eu"]';
    expect(runners).toEqual([
      [eu, eu],
      [eu, eu],
      [undefined, 'large'],
    ]);
    const [source, target] = ['staging', 'production'].map((name) => targetOf(configuration, 'api', name));
    if (!source || !target) throw new Error('The sample has them.');
    expect(promotionCell(target, source)).toMatchObject({
      ...{ runner: 'large', 'source-runner': eu, 'source-baked-minutes': '30' },
    });
  });

  it('gives each stage its cells, with where the bytes are when another registry has them', () => {
    expect(stages.map(({ environment, cells }) => [environment, cells.map((cell) => cell['service'])])).toEqual([
      ['staging', ['api']],
      ['production', ['api', 'docs']],
    ]);
    expect(stages[1]?.cells[0]).toEqual({
      service: 'api',
      environment: 'production',
      'github-environment': 'live',
      url: 'https://example.com',
      account: '444455556666',
      region: 'eu-west-1',
      role: 'arn:aws:iam::444455556666:role/deliver',
      'push-role': 'arn:aws:iam::444455556666:role/deliver',
      cluster: 'production',
      'ecs-service': 'api-live',
      repository: 'api',
      'task-definition': 'services/api/task.json',
      container: 'app',
      'container-environment': 'KIND=api\nSTAGE=live',
      strategy: 'canary',
      'canary-percent': '2.5',
      verify: 'suites/api-smoke.yml',
      alarms: 'all-5xx\nall-slow',
      'source-registry': '111122223333.dkr.ecr.eu-central-1.amazonaws.com',
      'source-repository': 'api',
      'source-region': 'eu-central-1',
      'source-role': 'arn:aws:iam::111122223333:role/read',
    });
    expect(stages[1]?.cells[1]).not.toHaveProperty('source-registry');
  });

  it('has every chosen service in exactly its stages, and no ECS service twice in one', () => {
    const names = Object.keys(monorepo.services);
    const places = fc.shuffledSubarray(Object.keys(monorepo.environments), { minLength: 1 });
    fc.assert(
      fc.property(fc.subarray(names), places, (services, order) => {
        const plan = matricesOf(monorepo, services, order);
        const expected = (service: string): readonly string[] =>
          order.filter((name) => monorepo.environments[name]?.services?.[service] !== false);
        for (const service of names) {
          const found = plan.stages.filter(({ cells }) => cells.some((cell) => cell['service'] === service));
          expect(found.map(({ environment }) => environment)).toEqual(
            services.includes(service) ? expected(service) : [],
          );
        }
        for (const { cells } of plan.stages) {
          const targets = cells.map((cell) =>
            [cell['account'], cell['region'], cell['cluster'], cell['ecs-service']].join(),
          );
          expect(new Set(targets).size).toBe(cells.length);
          expect(cells.length).toBeLessThanOrEqual(256);
        }
        expect(plan.pushes.map((cell) => cell['service'])).toEqual(plan.images.map((cell) => cell['service']));
        for (const cell of [plan.images, plan.pushes, ...plan.stages.map((stage) => stage.cells)].flat()) {
          for (const text of Object.values(cell)) expect(text).not.toBe('');
        }
      }),
    );
  });
});

describe('textsOf', () => {
  it('writes matrices, and nothing where there is nothing', () => {
    const texts = textsOf(matricesOf(monorepo, ['web'], ['dev']));
    expect(JSON.parse(texts['stage-1'])).toEqual({
      include: [expect.objectContaining({ service: 'web', cluster: 'dev' })],
    });
    expect(texts).toMatchObject({ 'stage-2': '', 'stage-3': '', 'stage-4': '' });
  });

  it('fits 256 services in three environments into the outputs of a job', () => {
    const configuration = readConfiguration(manyServices(256), 'slipway.yml');
    const texts = textsOf(
      matricesOf(configuration, Object.keys(configuration.services), ['dev', 'staging', 'production']),
    );
    const { include } = JSON.parse(texts['stage-3']) as { include: unknown[] };
    expect(include).toHaveLength(256);
  });

  it.each([
    ['images than a matrix has jobs', { images: 257, chars: 1 }, /257 images/],
    ['characters than the outputs of a job may have', { images: 256, chars: 3_000 }, /524288/],
  ])('refuses more %s', (_name, { images, chars }, message) => {
    const cell = { service: 'x'.repeat(chars) };
    const matrices = { images: Array.from({ length: images }, () => cell), pushes: [], stages: [] };
    expect(() => textsOf(matrices)).toThrow(message);
  });
});
