import { z } from 'zod';
import { DEPLOY_SETTINGS, TARGET_SETTINGS } from './deploy-settings.js';
import { account, inside, line, list, map, name, paths, region, role, runner, serviceName, whole } from './fields.js';
import { testServices } from './structures.js';

/** A job of a called workflow cannot be made of data: deliver.yml has this many, one for each stage. */
export const MAX_STAGES = 4;

const NAME_OF_STAGE = line.max(128).regex(/^[^,]+$/, 'must be a name without commas');

const serviceSchema = z.strictObject({
  context: inside.default('.').describe('The folder whose files the Dockerfile may use.'),
  file: inside.optional().describe("The Dockerfile. Without it, the file 'Dockerfile' in the context."),
  target: NAME_OF_STAGE.optional().describe('The stage to build. Without it, the last one.'),
  platforms: list.optional().describe('The platforms to build for, such as linux/arm64.'),
  runner: runner
    .optional()
    .describe(
      'The runner that builds and tests the image: its label, such as ubuntu-24.04-arm, or a list of labels. Without it, ubuntu-24.04.',
    ),
  // A registry would need credentials in the job that runs the repository's code, and a folder does not outlive its runner.
  cache: z
    .enum(['auto', 'gha', 'none'])
    .optional()
    .describe(
      "Where layers are kept between runs: GitHub's cache, or nowhere. Without it, `auto`: GitHub's where there is one.",
    ),
  'build-args': map.optional().describe('Values for the ARGs of the Dockerfile. Never a secret.'),
  'unit-test-target': NAME_OF_STAGE.optional().describe('A stage that is built first and thrown away: the unit tests.'),
  'unit-test-command': z
    .string()
    .min(1)
    .optional()
    .describe('A command that is run before the image is built, in the root of the repository: the unit tests.'),
  suite: inside.describe('The check suite that the image has to pass.'),
  port: whole(1, 65_535)
    .optional()
    .describe(
      'The port on which the service listens inside its container. Without it, the first that the task definition maps, or else 8080.',
    ),
  'test-environment': map
    .optional()
    .describe("Environment variables for the container while it is tested; they win over the task definition's."),
  'test-secrets': map
    .optional()
    .describe('Test values for the secrets of the task definition, by name; each needs one. Never a real one.'),
  'test-services': testServices.optional().describe('Containers that the image needs while it is tested.'),
  'compose-file': inside.optional().describe('A compose file with what the image needs while it is tested.'),
  'compose-seconds': whole(1, 3600).optional().describe('How long the services of that file may take to get ready.'),
  deployability: z
    .record(line, z.enum(['error', 'warn', 'off']))
    .optional()
    .describe('Which deployability checks are made, and whether they fail the test; `all` is for those not named.'),
  repository: TARGET_SETTINGS.repository.optional(),
  'task-definition': TARGET_SETTINGS['task-definition'],
  container: TARGET_SETTINGS.container.optional(),
  'container-environment': TARGET_SETTINGS['container-environment'].optional(),
  paths: paths
    .optional()
    .describe(
      'What counts as a change of the service. Without it: its context, its Dockerfile, its task definitions and its suites.',
    ),
});

/** What differs for one service in one environment; `false` leaves it out of it. */
const override = z.union([z.literal(false), z.strictObject({ ...TARGET_SETTINGS, ...DEPLOY_SETTINGS }).partial()], {
  error: 'must be what differs for the service here, or false to leave it out',
});

const githubEnvironment = z.string().regex(/^[^\r\n]{1,255}$/, 'must be the name of a GitHub environment');

const environmentSchema = z.strictObject({
  account: account.describe("The AWS account's id, 12 digits, in quotes."),
  region: region.describe('The AWS region.'),
  role: role.describe('The role that registers and deploys.'),
  'push-role': role.optional().describe("The role that pushes images. Without it, 'role'."),
  'read-role': role
    .optional()
    .describe('The role by which jobs of later environments read what runs here, and its image.'),
  'plan-role': role
    .optional()
    .describe(
      'The role by which a promotion to here reads what runs here before anybody approves: it says what would change.',
    ),
  cluster: TARGET_SETTINGS.cluster,
  runner: TARGET_SETTINGS.runner.optional(),
  'github-environment': githubEnvironment
    .optional()
    .describe("The GitHub environment, whose rules approve. Without it, the environment's name."),
  'rollback-github-environment': githubEnvironment
    .optional()
    .describe(
      'The GitHub environment of the jobs that go back, for whose rules nobody waits in an outage. Without it, `github-environment`.',
    ),
  'promote-baked-minutes': whole(0, 43_200)
    .optional()
    .describe(
      'How long ago the deployment that runs here must have ended before it is promoted from here. Without it, 0.',
    ),
  url: TARGET_SETTINGS.url.optional(),
  'rollback-verify': TARGET_SETTINGS['rollback-verify'].optional(),
  ...z.object(DEPLOY_SETTINGS).partial().shape,
  services: z.record(serviceName, override).optional().describe('What differs for single services here.'),
});

/** configurationSchema is the format of slipway.yml, before what spans several of its members is looked at. */
export const configurationSchema = z.strictObject({
  services: z
    .record(serviceName, serviceSchema)
    .refine((services) => Object.keys(services).length > 0, 'must have at least one service')
    .meta({ description: 'What is built and delivered, by name.', minProperties: 1 }),
  environments: z
    .record(name, environmentSchema)
    .refine((environments) => Object.keys(environments).length > 0, 'must have at least one environment')
    .meta({ description: 'Where it is delivered to, by name.', minProperties: 1 }),
  branches: z
    .record(
      line,
      z
        .array(name)
        .min(1, 'must name at least one environment')
        .max(MAX_STAGES, `may name ${MAX_STAGES} environments: a branch has as many stages at most`),
    )
    .describe('Which environments a push to a branch drives, in their order.'),
});

/** Configuration is slipway.yml in its own words, with what it leaves out filled in where it is the same for all. */
export type Configuration = z.output<typeof configurationSchema>;

/** ServiceConfiguration is one service of it. */
export type ServiceConfiguration = Configuration['services'][string];

/** EnvironmentConfiguration is one environment of it. */
export type EnvironmentConfiguration = Configuration['environments'][string];

/** TargetOverride is what differs for one service in one environment. */
export type TargetOverride = Exclude<z.output<typeof override>, false>;
