import { z } from 'zod';
import { inside, line, list, map, percent, url, whole } from './fields.js';

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
  'bake-minutes': whole(0, 1440).describe('How long the old tasks stay after all traffic has moved.'),
  verify: inside.describe(
    'A check suite that the new tasks have to pass before they get traffic, and after each step.',
  ),
  'verify-tags': list.describe('Only the checks of that suite with one of these tags are made.'),
  'verify-variables': map.describe("Values for that suite's variables."),
  'production-url': url.describe("Where production answers. Without it, the production listener's address."),
  alarms: list.describe('CloudWatch alarms that take the deployment back.'),
  analysis: z
    .boolean()
    .describe('Whether errors and slow answers of the new fleet are compared with those of the old one.'),
  'slow-seconds': percent(0.1, 900).describe('Answers that take longer are counted as slow, for the analysis.'),
  'allowed-error-percent': percent(0.1, 100).describe(
    'What share of errors is tolerable where there is no old fleet to compare with.',
  ),
  allow: list.describe('What the deployment goes ahead in spite of, by name.'),
  'if-in-progress': z
    .enum(['fail', 'wait', 'supersede'])
    .describe('What happens when another revision is being deployed.'),
  'timeout-minutes': whole(1, 2880).describe('How long the deployment may take. Then it is taken back.'),
  'role-duration-seconds': whole(900, 43_200).describe('How long each session of a role lasts; it is renewed.'),
} as const;

/** TARGET_SETTINGS are what a service can have of its own in an environment, beside the settings of a deployment. */
export const TARGET_SETTINGS = {
  service: line.describe("The ECS service's name. Without it, the name of the service."),
  cluster: line.describe("The ECS cluster's name or ARN."),
  repository: z
    .string()
    .regex(/^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/, 'must be the name of an ECR repository, without a registry or a tag')
    .describe('The ECR repository, by name. Without it, the name of the service.'),
  'task-definition': inside.describe('The task definition: JSON, which may have comments, or YAML.'),
  container: line.describe(
    'The container of the task definition that runs the image. Without it, the name of the service.',
  ),
  'container-environment': map.describe('Environment variables for that container.'),
  url: url.describe('Where the service can be looked at; GitHub shows it with the deployment.'),
} as const;
