import { z } from 'zod';
import { MAX_TIMEOUT_MINUTES } from './durations.js';
import { inside, line, list, map, percent, runner, url, whole } from './fields.js';
import { capacityProviders, task, volumes } from './structures.js';

/**
 * DEPLOY_SETTINGS are the settings of a deployment: bluegreen-deploy's inputs under their own names, within the bounds
 * that it knows (a test holds the two together). An environment has them, and a service can have its own in it.
 */
export const DEPLOY_SETTINGS = {
  strategy: z
    .enum(['service', 'rolling', 'all-at-once', 'canary', 'linear'])
    .describe('How traffic moves. Without it, as the ECS service is set up.'),
  'canary-percent': percent(0.1, 100).describe('The first share of a canary deployment.'),
  'canary-bake-minutes': whole(0, 1440).describe('How long the canary has that share.'),
  'step-percent': percent(3, 100).describe('How much traffic moves at each step of a linear deployment.'),
  'step-bake-minutes': whole(0, 1440).describe('How long each step of a linear deployment lasts.'),
  'bake-minutes': whole(0, 1440).describe('How long the old tasks stay after all traffic has moved.'),
  verify: inside.describe(
    'A check suite that the new tasks have to pass before they get traffic, and after each step; and what runs here, before it is promoted from here.',
  ),
  'verify-tags': list.describe('Only the checks of that suite with one of these tags are made.'),
  'verify-variables': map.describe("Values for that suite's variables; `rollback-verify` has them too."),
  'verify-seconds': whole(1, 3600).describe('How long that suite is repeated until it passes.'),
  'test-url': url.describe("Where test traffic answers. Without it, the test listener's address."),
  'test-headers': map.describe('Headers by which the load balancer takes a request for test traffic. Never a secret.'),
  'production-url': url.describe("Where production answers. Without it, the production listener's address."),
  alarms: list.describe('CloudWatch alarms that take the deployment back.'),
  analysis: z
    .boolean()
    .describe('Whether errors and slow answers of the new fleet are compared with those of the old one.'),
  'analysis-minutes': whole(1, 1380).describe('How long the analysis may wait at a pause for enough evidence.'),
  'on-inconclusive': z
    .enum(['wait', 'probe', 'pass', 'fail'])
    .describe('What happens while there are too few requests to tell: wait, send probes, go on, or go back.'),
  'slow-seconds': percent(0.1, 900).describe('Answers that take longer are counted as slow, for the analysis.'),
  'allowed-error-percent': percent(0.1, 100).describe(
    'What share of errors is tolerable where there is no old fleet to compare with.',
  ),
  'prove-drained': z
    .enum(['metrics', 'off'])
    .describe(
      'Whether the old fleet goes when CloudWatch has seen no answer of it for a minute, or by the weights alone.',
    ),
  'before-traffic-task': task.describe(
    'A one-off task with the new definition that has to succeed before anything is deployed, such as a migration. The role needs ecs:RunTask.',
  ),
  'desired-count': whole(0, 5000).describe(
    'How many tasks the service runs. Leave it out where the service scales by itself.',
  ),
  'capacity-provider-strategy': capacityProviders.describe('Where tasks run.'),
  'volume-configurations': volumes.describe("The volumes that the service manages, in ECS's own shape."),
  'health-check-grace-seconds': whole(0, 2_147_483_647).describe(
    'How long ECS ignores failed health checks of a task that has just started.',
  ),
  'max-stopped-tasks': whole(1, 1000).describe(
    'So many tasks of the new revision that stop by themselves take the deployment back.',
  ),
  allow: list.describe('What the deployment goes ahead in spite of, by name.'),
  'if-in-progress': z
    .enum(['fail', 'wait', 'supersede'])
    .describe('What happens when another revision is being deployed.'),
  'on-cancel': z.enum(['rollback', 'leave']).describe('What a cancelled job does with its deployment.'),
  'wait-until': z
    .enum(['completed', 'BAKE_TIME', 'CLEAN_UP'])
    .describe('The job ends when this stage is reached, and the next stage begins; ECS completes it by itself.'),
  'timeout-minutes': whole(1, MAX_TIMEOUT_MINUTES).describe('How long the deployment may take. Then it is taken back.'),
  'role-duration-seconds': whole(900, 43_200).describe('How long each session of a role lasts; it is renewed.'),
} as const;

/** TARGET_SETTINGS are what a service can have of its own in an environment, beside the settings of a deployment. */
export const TARGET_SETTINGS = {
  service: line.describe("The ECS service's name. Without it, the name of the service."),
  cluster: line.describe("The ECS cluster's name or ARN."),
  runner: runner.describe(
    'The runner of the jobs that push, look, deploy and go back here: its label, or a list of labels. One in the network of a load balancer that GitHub does not reach. Without it, ubuntu-24.04.',
  ),
  repository: z
    .string()
    .regex(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/, 'must be the name of an ECR repository, without a registry or a tag')
    .describe('The ECR repository, by name. Without it, the name of the service.'),
  'task-definition': inside.describe('The task definition: JSON, which may have comments, or YAML.'),
  container: line.describe(
    'The container of the task definition that runs the image. Without it, the name of the service.',
  ),
  'container-environment': map.describe('Environment variables for that container.'),
  'rollback-verify': inside.describe(
    'A check suite that every release passes, older ones too: what the one that is gone back to has to pass. Without it, its health checks decide.',
  ),
  url: url.describe('Where the service can be looked at; GitHub shows it with the deployment.'),
} as const;
