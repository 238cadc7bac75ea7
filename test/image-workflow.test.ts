import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { configurationJsonSchema, readConfiguration, type Configuration } from '@slipway/configuration';
import { parseServices } from '../actions/integration-test/src/structures.js';
import { imagesOf } from '../actions/plan/src/matrices.js';
import { asMap, readYaml, ROOT } from './yaml-documents.js';
import { jobsOf, usesOf } from './yaml-rules.js';

/** A service with all of its settings. */
const SERVICE = `
    context: services/web
    file: docker/Dockerfile
    target: final
    platforms: [linux/arm64]
    runner: ubuntu-24.04-arm
    cache: gha
    build-args: { VERSION: 1.4.2 }
    unit-test-target: tests
    unit-test-command: npm test
    suite: checks.yml
    port: 8080
    test-environment: { STORE: memory }
    test-secrets: { PASSWORD: for-the-test }
    test-services:
      - { name: db, image: postgres:16, port: 5432, environment: { POSTGRES_PASSWORD: for-the-test, WAL: 1 } }
      - { name: queue, image: redis, port: 6379, command: [redis-server], ready-log: Ready, timeout-seconds: 20 }
    compose-file: compose.test.yml
    compose-seconds: 60
    deployability: { all: warn }
    repository: shop/web
    task-definition: task.json
    container: app
    container-environment: { STAGE: any }
    paths: [services/web/**]
`;

const configuration: Configuration = readConfiguration(
  `services:\n  web:${SERVICE}environments:\n  staging:\n    { account: 111122223333, region: eu-central-1, role: 'arn:aws:iam::111122223333:role/d', cluster: c }\nbranches: { main: [staging] }\n`,
  'slipway.yml',
);

/** What the workflow itself, and no image, is described by: where it goes, and what counts as a change. */
const OF_STAGES = ['repository', 'container-environment', 'paths'];

const text = readFileSync(path.join(ROOT, '.github/workflows/image.yml'), 'utf8');

describe('the cells of image.yml', () => {
  const [cell = {}] = imagesOf(configuration, ['web'], ['staging']);

  it('are made of a sample with every setting that there is', () => {
    const services = asMap(asMap(asMap(configurationJsonSchema())['properties'])['services']);
    const settings = Object.keys(asMap(asMap(services['additionalProperties'])['properties']));
    expect(Object.keys(asMap(configuration.services['web'])).sort()).toEqual(settings.sort());
    expect(Object.keys(cell).sort()).toEqual(
      ['service', ...settings.filter((name) => !OF_STAGES.includes(name))].sort(),
    );
  });

  it('are used up by it, and hold all that it asks for', () => {
    // A version is given by inputs alone.
    const asked = new Set([...text.matchAll(/\bmatrix\.([\w-]+)/g)].map(([, name = '']) => name));
    expect([...asked].sort()).toEqual([...Object.keys(cell), 'version'].sort());
  });

  it('hold the services of a test as integration-test reads them', () => {
    expect(parseServices(cell['test-services']).map(({ name, environment }) => [name, environment])).toEqual([
      ['db', { POSTGRES_PASSWORD: 'for-the-test', WAL: '1' }],
      ['queue', {}],
    ]);
  });
});

describe('image.yml', () => {
  const [image] = jobsOf(readYaml({ name: 'image.yml', text }));

  it('builds on the runner of the service, with a builder that can keep a cache, and emulates what that runner is not', () => {
    expect(image?.job['runs-on']).toBe(
      "${{ startsWith(matrix.runner, '[') && fromJSON(matrix.runner) || matrix.runner || 'ubuntu-24.04' }}",
    );
    const order = ['docker/setup-qemu-action', 'docker/setup-buildx-action', '$/actions/build-image'];
    const steps = (image?.steps ?? []).filter((step) => order.includes(usesOf(step).replace(/@.*$/, '')));
    expect(steps.map((step) => usesOf(step).replace(/@.*$/, ''))).toEqual(order);
    expect(steps.map((step) => step['if'])).toEqual([
      expect.stringMatching(/matrix\.platforms.*runner\.arch/),
      undefined,
      undefined,
    ]);
  });
});
