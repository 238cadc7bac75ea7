import { defineAction, defineInputs, type ActionContext } from '@slipway/runtime';
import { LOAD_INPUTS } from './load/inputs.js';

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
  ports: {
    type: 'list',
    description:
      'Further TCP ports of the container, each published on a port of 127.0.0.1 of its own; the service is ready when something listens on all of them. Without it: those that the task definition maps, which nobody waits for.',
    example: '9090',
  },
  user: {
    type: 'string',
    pattern: /[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?/,
    expects: 'a user as ECS takes it: `user`, `uid`, `user:group` or `uid:gid`',
    description:
      "The user that the container runs as. Without it: the task definition's, or else the one that the image says.",
    example: '65532:65532',
  },
  'container-command': {
    type: 'string',
    description:
      "The container's command, as a YAML list of words. Without it: the task definition's, or else the image's.",
    example: '[serve, --verbose]',
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
  'command-environment': {
    type: 'map',
    secret: true,
    description:
      "Variables for `command`, as `name=value` lines, beside the job's own; tokens and AWS credentials of the job reach it in this way alone.",
    example: 'E2E_USER=for-the-test',
  },
  'command-minutes': {
    type: 'integer',
    min: 1,
    max: 360,
    default: 10,
    description: 'How long `command` may take.',
  },
  'command-on-junit-failure': {
    type: 'enum',
    values: ['error', 'warn'],
    default: 'error',
    description:
      'What it is when `command` ends with exit code 0, and a JUnit file that it wrote to `JUNIT_DIR` tells of a failed test.',
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
    pattern: /[a-z0-9][a-z0-9._/:-]*(?::\w[\w.-]*)?(?:@sha256:[0-9a-f]{64})?/,
    expects: 'an image reference: `NAME@sha256:` and 64 hexadecimal digits, or `NAME:TAG`',
    description:
      'The image that runs now, by digest: old and new have to answer side by side, and are compared under load. The job must be able to pull it.',
    example: '123456789012.dkr.ecr.eu-central-1.amazonaws.com/web@sha256:…',
  },
  ...LOAD_INPUTS,
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
        'How many checks, tests of the command, deployability checks and limits of the load passed. Not set when the image was never started.',
      example: '6',
    },
    failed: {
      description:
        'How many of them failed; deployability checks and limits that only warn are not among them. Not set when the image was never started.',
      example: '0',
    },
    junit: {
      description: 'Path of the JUnit XML file. Not set when the image was never started.',
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
    ports: {
      description:
        "Where its ports are on 127.0.0.1, as a JSON object with the container's ports as names. Set with `keep-running`.",
      example: '{"8080":32768,"9090":32769}',
    },
  },
  hasPost: true,
  permissions: [],
});

/** TestContext is what the runtime gives to this action. */
export type TestContext = ActionContext<typeof definition.inputs, typeof definition.outputs>;
