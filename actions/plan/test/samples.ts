import type { Configuration } from '@slipway/configuration';
import { readConfiguration } from '@slipway/configuration';

/** MONOREPO has three services, two accounts and three environments. */
export const MONOREPO = `services:
  web: { context: services/web, suite: services/web/checks.yml, task-definition: services/web/task.json, port: 8080 }
  api:
    context: services/api
    file: docker/api.Dockerfile
    suite: suites/api.yml
    task-definition: services/api/task.json
    container: app
    unit-test-command: |
      npm ci
      npm test
    test-environment: { LOG_LEVEL: debug, STORE: memory }
    deployability: { all: warn }
    container-environment: { KIND: api }
  docs: { suite: docs/checks.yml, task-definition: docs/task.json, paths: ['docs/**', '!docs/**/*.draft.md', docs/note.draft.md] }
environments:
  dev: { account: 111122223333, region: eu-central-1, role: 'arn:aws:iam::111122223333:role/deliver', cluster: dev }
  staging:
    account: 111122223333
    region: eu-central-1
    role: arn:aws:iam::111122223333:role/deliver
    push-role: arn:aws:iam::111122223333:role/push
    read-role: arn:aws:iam::111122223333:role/read
    cluster: staging
    verify: suites/staging.yml
    production-url: https://staging.example.com
    services: { docs: false }
  production:
    account: 444455556666
    region: eu-west-1
    role: arn:aws:iam::444455556666:role/deliver
    cluster: production
    github-environment: live
    url: https://example.com
    strategy: canary
    canary-percent: 2.5
    verify: suites/smoke.yml
    alarms: [all-5xx, all-slow]
    services:
      api: { service: api-live, verify: suites/api-smoke.yml, container-environment: { STAGE: live } }
      docs: { task-definition: docs/task.live.json, container: handbook }
branches:
  main: [staging, production]
  develop: [dev]
`;

/** monorepo is MONOREPO as it is read. */
export const monorepo: Configuration = readConfiguration(MONOREPO, 'slipway.yml');

/** manyServices describes a repository with so many services in three environments of three accounts. */
export function manyServices(count: number): string {
  const services = Array.from({ length: count }, (_, at) => {
    const folder = `services/service-${at}`;
    return `  service-${at}: { context: ${folder}, suite: ${folder}/checks.yml, task-definition: ${folder}/task.json, port: 8080, test-environment: { STORE: memory } }`;
  });
  const environments = ['dev', 'staging', 'production'].map((name, at) => {
    const role = (what: string): string => `'arn:aws:iam::11112222333${at}:role/${what}'`;
    return `  ${name}: { account: 11112222333${at}, region: eu-central-1, role: ${role('deliver')}, read-role: ${role('read')}, cluster: ${name}, strategy: canary, alarms: [all-5xx] }`;
  });
  return [
    'services:',
    ...services,
    'environments:',
    ...environments,
    'branches:',
    '  main: [dev, staging, production]',
    '',
  ].join('\n');
}
