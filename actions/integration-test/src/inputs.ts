import { defineAction, defineInputs, type ActionContext } from '@slipway/runtime';

/** What can tell that a service is ready. */
const READY_BY = ['http', 'health-check', 'tcp', 'log'] as const;

const inputs = defineInputs({
  'oci-layout': {
    type: 'path',
    required: true,
    description: 'The OCI image layout that holds the image, as build-image wrote it.',
    example: '${{ steps.build.outputs.oci-layout }}',
  },
  digest: {
    type: 'string',
    required: true,
    pattern: /sha256:[0-9a-f]{64}/,
    expects: "a manifest digest: 'sha256:' and 64 hexadecimal digits",
    description: 'The digest of the manifest or index to test. It must be in the layout.',
    example: '${{ steps.build.outputs.digest }}',
  },
  suite: {
    type: 'path',
    required: true,
    description: 'The check suite: a YAML file that says when the service is ready and what it has to answer.',
    example: 'checks.yml',
  },
  tags: {
    type: 'list',
    description: 'Only checks with one of these tags are made. Without it: all.',
    example: 'smoke',
  },
  variables: {
    type: 'map',
    description: "Values for the suite's variables, as `name=value` lines, such as the version.",
    example: 'version=1.4.2',
  },
  port: {
    type: 'integer',
    min: 1,
    max: 65_535,
    description:
      'The port on which the service listens inside its container. Without it: the first that the task definition maps, or else 8080.',
    example: '8080',
  },
  environment: {
    type: 'map',
    secret: true,
    description:
      'Environment variables of the container, as `name=value` lines. The values are never printed, and those of 8 characters or more are blanked out of what the container says.',
    example: 'STORE=memory',
  },
  'env-files': {
    type: 'list',
    description: 'Files of `NAME=value` lines, read before `environment`, which wins. Comments begin with `#`.',
    example: 'test/service.env',
  },
  'task-definition': {
    type: 'path',
    description:
      'A task definition (JSON or YAML) whose constraints the image is run under: processors, memory, user, read-only root, command, variables, stop timeout, health check, limits.',
    example: 'task-definition.json',
  },
  container: {
    type: 'string',
    description: 'Which container of the task definition runs the image. Needed when it has several.',
    example: 'web',
  },
  secrets: {
    type: 'map',
    secret: true,
    description:
      'Test values for the secrets of the task definition, as `name=value` lines. Each secret needs one; the real ones are never asked for.',
    example: 'DATABASE_PASSWORD=for-the-test',
  },
  'ready-by': {
    type: 'enum',
    values: READY_BY,
    default: 'http',
    description:
      "What tells that the service is ready: `http`, the suite's `ready` path; `health-check`, of the task definition or the image; `tcp`, somebody listens on the port; `log`, a line says so. An unhealthy container fails the test in any case.",
  },
  'ready-log': {
    type: 'string',
    description: 'For `ready-by: log`: the text of the line that tells, or `/expression/`.',
    example: 'listening on port',
  },
  services: {
    type: 'string',
    description:
      'Containers that the image needs, as a YAML list: `name` (its host name), `image`, `port`, and as wanted `environment`, `command`, `ready-log`, `timeout-seconds`.',
    example: '[{ name: db, image: postgres:16, port: 5432, environment: { POSTGRES_PASSWORD: for-the-test } }]',
  },
  'compose-file': {
    type: 'path',
    description:
      'A compose file with what the image needs; it reaches the services by their names. The image itself stands not in it. Needs the plugin `docker compose`.',
    example: 'compose.test.yml',
  },
  'compose-seconds': {
    type: 'integer',
    min: 1,
    max: 3600,
    default: 120,
    description: 'How long the services of the compose file may take to get ready, once they have been started.',
  },
  command: {
    type: 'string',
    description:
      'A test program of yours, as a YAML list of words. It runs in the workspace after the checks, with BASE_URL and more in its environment, and fails the test when it fails.',
    example: '[npm, test]',
  },
  'command-minutes': {
    type: 'integer',
    min: 1,
    max: 360,
    default: 10,
    description: 'How long `command` may take.',
  },
  deployability: {
    type: 'map',
    description:
      'Which deployability checks are made, as `check=error`, `=warn` or `=off` lines; `all` is for those not named. Without it none is made.',
    example: 'all=error',
  },
  'grace-seconds': {
    type: 'integer',
    min: 1,
    max: 3600,
    description:
      "How long the service may take to get ready before ECS counts it as unhealthy. Without it: the health check's `startPeriod`, or the suite's time.",
    example: '30',
  },
  'bad-configuration': {
    type: 'map',
    secret: true,
    description: 'Variables with which the image must end with an error, for the check of that name.',
    example: 'PORT=not-a-number',
  },
  'previous-image': {
    type: 'string',
    description:
      'The image that runs now, by digest: old and new have to answer side by side, and are compared under load. The job must be able to pull it.',
    example: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:…',
  },
  'load-requests-per-second': {
    type: 'integer',
    min: 1,
    max: 100_000,
    description:
      'Puts a load on the service after the checks: so many requests are due each second, whether those before were answered or not. Without it and `load-connections` there is none.',
    example: '500',
  },
  'load-connections': {
    type: 'integer',
    min: 1,
    max: 10_000,
    description:
      'How many kept connections the load uses. Without a rate each of them asks again as soon as it has its answer; with one, at most so many requests are on their way, 1000 unless told.',
    example: '64',
  },
  'load-seconds': {
    type: 'integer',
    min: 1,
    max: 3600,
    default: 10,
    description: 'How long the load is measured, after a second in which everything gets warm.',
  },
  'load-paths': {
    type: 'list',
    description:
      'What the load asks for with GET, in turn; an answer of 2xx or 3xx is a good one. Without it and `load-tags`: the GET checks of the suite.',
    example: '/, /products?page=2',
  },
  'load-tags': {
    type: 'list',
    description:
      'The load sends the requests of the checks with one of these tags, of any method, with headers, body and credentials; the statuses that a check expects are good ones. Checks that need a captured value are left out.',
    example: 'load',
  },
  'load-max-error-percent': {
    type: 'percent',
    min: 0,
    max: 100,
    default: 0,
    description: 'The share of requests that may fail in the load.',
  },
  'load-max-p50-ms': {
    type: 'integer',
    min: 1,
    max: 60_000,
    description: 'The time within which half of the requests of the load have to be answered, in milliseconds.',
    example: '20',
  },
  'load-max-p95-ms': {
    type: 'integer',
    min: 1,
    max: 60_000,
    description: 'The same for 95 of 100 requests.',
    example: '100',
  },
  'load-max-p99-ms': {
    type: 'integer',
    min: 1,
    max: 60_000,
    description: 'The same for 99 of 100 requests.',
    example: '250',
  },
  'load-max-slower-percent': {
    type: 'percent',
    min: 0,
    max: 1000,
    description:
      'By how much the p95 may lie above that of `previous-image`, which is put under the same load in the same run. Without it the two are compared, and nothing fails.',
    example: '20',
  },
  'load-on-inconclusive': {
    type: 'enum',
    values: ['warn', 'error'],
    default: 'warn',
    description:
      'What it is when a limit of the load is broken and this machine itself may be the reason: it could not keep the rate, or had no processor left.',
  },
  'keep-running': {
    type: 'boolean',
    default: false,
    description:
      'Leaves the container, and the services, running after a test that has passed, for later steps of the job, at the output `base-url`. They are removed when the job ends.',
  },
  'check-concurrency': {
    type: 'integer',
    min: 1,
    max: 100,
    default: 1,
    description:
      'How many checks are made at once. Those of a suite that captures values are made one after the other in any case.',
  },
  'log-lines': {
    type: 'integer',
    min: 1,
    max: 10_000,
    default: 200,
    description: "How many of the container's last log lines are shown when the test fails.",
  },
  'stop-timeout-seconds': {
    type: 'integer',
    min: 0,
    max: 120,
    description:
      "How long the container may take to end after SIGTERM before it is killed. Without it: the task definition's `stopTimeout`, or ECS's 30 where it has none; 10 without a task definition.",
    example: '30',
  },
});

/** definition is integration-test as data. */
export const definition = defineAction({
  name: 'integration-test',
  title: 'Slipway: integration test',
  description: 'Runs the very image that will be deployed, waits until it is ready, and checks its answers over HTTP.',
  icon: 'check-circle',
  inputs,
  outputs: {
    'tested-digest': {
      description:
        'The digest of the image that ran, as the container engine tells it. Set only when every check passed.',
      example: 'sha256:2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae',
    },
    passed: {
      description:
        'How many checks, tests of the command, deployability checks and limits of the load passed. Not set when the checks were never reached.',
      example: '6',
    },
    failed: {
      description:
        'How many of them failed; what only warns is not among them. Not set when the checks were never reached.',
      example: '0',
    },
    junit: {
      description: 'Path of the JUnit XML file. Not set when the checks were never reached.',
      example: '/home/runner/work/_temp/slipway/integration-test-1-1-4f1c.xml',
    },
    'p95-ms': {
      description:
        'Within how many milliseconds 95 of 100 requests of the load were answered. Set when there was a load.',
      example: '12.4',
    },
    'error-rate': {
      description: 'How many of 100 requests of the load failed. Set when there was a load.',
      example: '0.02',
    },
    'base-url': {
      description: 'Where the container answers that `keep-running` has left running.',
      example: 'http://127.0.0.1:32768',
    },
  },
  hasPost: true,
  permissions: [],
});

/** TestContext is what the runtime gives to this action. */
export type TestContext = ActionContext<typeof definition.inputs, typeof definition.outputs>;
