import { defineInputs } from '@slipway/runtime';

/** GATE_INPUTS say what has to be true before a deployment goes on. */
export const GATE_INPUTS = defineInputs({
  verify: {
    type: 'path',
    description:
      'A check suite (the file that integration-test reads). It is run against `test-url` before any production traffic, and against `production-url` after each step.',
    example: 'checks/smoke.yml',
  },
  'test-url': {
    type: 'string',
    description: "Where test traffic answers. The test listener's address when not set.",
    example: 'https://test.example.com',
  },
  'test-headers': {
    type: 'map',
    secret: true,
    description: 'Headers that make the load balancer take a request for test traffic, one `name=value` a line.',
    example: 'x-slipway-test=green',
  },
  'production-url': {
    type: 'string',
    description: "Where production answers. The production listener's address when not set.",
    example: 'https://www.example.com',
  },
  'verify-seconds': {
    type: 'integer',
    min: 1,
    max: 3600,
    default: 120,
    description: 'How long the check suite is repeated until it passes.',
  },
  'verify-tags': {
    type: 'list',
    description: 'Only the checks of the suite with one of these tags are made. Without it: all.',
    example: 'smoke',
  },
  'verify-variables': {
    type: 'map',
    description: "Values for the suite's variables, as `name=value` lines, such as the version.",
    example: 'version=1.4.2',
  },
  alarms: {
    type: 'list',
    description:
      'CloudWatch alarms. One that goes to ALARM takes the deployment back, by us at once and by ECS when we are gone.',
    example: 'web-5xx, web-latency',
  },
  analysis: {
    type: 'boolean',
    default: false,
    description:
      'Compare the errors (and slow answers) of the new fleet with those of the old one in the same minutes, by a test that may be looked at at any time. Needs a canary or linear deployment behind an Application Load Balancer.',
  },
  'analysis-minutes': {
    type: 'integer',
    min: 1,
    max: 1380,
    default: 15,
    description: 'How long the analysis may wait at a pause for enough evidence.',
  },
  'slow-seconds': {
    type: 'percent',
    min: 0.1,
    max: 900,
    description: 'Answers that take longer are counted as slow and compared as well.',
  },
  'allowed-error-percent': {
    type: 'percent',
    min: 0.1,
    max: 100,
    description:
      'What share of errors is tolerable when there is no old fleet to compare with: after all traffic has moved.',
  },
  'on-inconclusive': {
    type: 'enum',
    values: ['wait', 'probe', 'pass', 'fail'],
    default: 'wait',
    description:
      'What to do while there are too few requests to tell: wait (and take the deployment back if it stays so), send probes to both fleets, go on, or take it back.',
  },
  command: {
    type: 'string',
    description:
      'A program that has to exit with 0, as a YAML or JSON list of its arguments; no shell. It has BASE_URL, TEST_URL, STAGE, PERCENT and DEPLOYMENT_ARN in its environment.',
    example: '[npm, run, smoke]',
  },
  'command-minutes': {
    type: 'integer',
    min: 1,
    max: 1380,
    default: 10,
    description: 'How long the program may take.',
  },
  'prove-drained': {
    type: 'enum',
    values: ['metrics', 'off'],
    default: 'metrics',
    description:
      'Before the old fleet goes: wait until it has answered nothing for a whole minute of CloudWatch. `off` trusts the weights.',
  },
  'before-traffic-task': {
    type: 'string',
    description:
      'A one-off task with the new definition that has to succeed before anything is deployed (a migration), as YAML or JSON: `command`, `container`, `environment`, `timeout-minutes`.',
    example: '{ command: [npm, run, migrate], timeout-minutes: 10 }',
  },
});
