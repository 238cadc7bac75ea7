import { SlipwayError } from '@slipway/core';
import { readConfiguration, type Configuration } from '../src/index.js';

/** Two services, two accounts, two branches. */
export const FULL = `services:
  web:
    context: services/web
    unit-test-target: test
    unit-test-command: npm test
    platforms: [linux/amd64, linux/arm64]
    build-args: { NODE: '24' }
    suite: services/web/checks.yml
    port: 8080
    test-environment: { LOG_LEVEL: debug, RETRIES: 3, FAST: true }
    deployability: { all: error, root: warn }
    task-definition: services/web/task-definition.json
    container: app
    container-environment: { KIND: web }
    paths: [services/web/**, '!**/*.md']
  worker:
    context: services/worker
    file: services/worker/Containerfile
    suite: services/worker/checks.yml
    task-definition: services/worker/task-definition.json
environments:
  staging:
    account: 111122223333
    region: eu-central-1
    role: arn:aws:iam::111122223333:role/deliver
    push-role: arn:aws:iam::111122223333:role/push
    read-role: arn:aws:iam::111122223333:role/read
    cluster: staging
    url: https://staging.example.com
  production:
    account: '444455556666'
    region: eu-central-1
    role: arn:aws:iam::444455556666:role/deliver
    cluster: production
    github-environment: live
    strategy: canary
    canary-percent: 2.5
    alarms: [all-5xx]
    verify-variables: { version: '1.10' }
    services:
      web: { service: web-live, alarms: [web-5xx, web-slow], container-environment: { STAGE: live } }
      worker: false
branches:
  main: [staging, production]
  develop: [staging]
`;

/** read reads a configuration as the file `slipway.yml`. */
export function read(text: string): Configuration {
  return readConfiguration(text, 'slipway.yml');
}

/** refusal returns the error that a text is refused with. */
export function refusal(text: string): SlipwayError {
  try {
    read(text);
  } catch (error) {
    if (error instanceof SlipwayError) return error;
    throw error;
  }
  throw new Error('The configuration was accepted.');
}

/** problems returns what a text is refused for, a line each. */
export function problems(text: string): readonly string[] {
  return refusal(text)
    .message.split('\n')
    .slice(1)
    .map((line) => line.replace('  - slipway.yml:', ''));
}

/** changed replaces a text that stands in the full configuration exactly once. */
export function changed(from: string, to: string): string {
  if (FULL.split(from).length !== 2) throw new Error(`'${from}' does not stand in the sample exactly once.`);
  return FULL.replace(from, to);
}

/** isRead tells whether a text is a configuration. */
export function isRead(text: string): boolean {
  try {
    read(text);
    return true;
  } catch (error) {
    if (error instanceof SlipwayError) return false;
    throw error;
  }
}
