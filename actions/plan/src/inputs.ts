import { defineAction, defineInputs, type ActionContext } from '@slipway/runtime';

const inputs = defineInputs({
  config: {
    type: 'path',
    default: '.github/slipway.yml',
    description: 'The configuration: services, environments, and which branch drives which of them.',
    example: 'deploy/slipway.yml',
  },
  operation: {
    type: 'enum',
    values: ['deliver', 'verify', 'promote', 'rollback', 'begin-stage', 'take-back'],
    default: 'deliver',
    description:
      'What is to be planned: the stages of a delivery, the images that are only built and tested (`verify`), or the one cell of a promotion or a rollback; within a stage, whether it may begin (`begin-stage`), or what of it is to be taken back (`take-back`).',
  },
  settings: {
    type: 'string',
    description:
      'A single service by inputs alone: their JSON, `toJSON(inputs)` of a called workflow. It holds where it names a `cluster`, and of a workflow that knows none where it names a `service`; then no file is read.',
    example: '${{ toJSON(inputs) }}',
  },
  services: {
    type: 'string',
    default: 'changed',
    description:
      'Which services: `changed` since the last successful delivery of the branch, `all`, or names by newline or comma. Within a stage, the names of all of it.',
    example: 'web, worker',
  },
  environment: {
    type: 'string',
    description: 'The environment to promote to, or to roll back in; within a stage, its environment.',
    example: 'production',
  },
  'source-environment': {
    type: 'string',
    description: 'The environment to promote from; within a stage, where what is deployed comes from a promotion.',
    example: 'staging',
  },
  service: {
    type: 'string',
    description: 'The service to promote or to roll back, or whose job of a stage begins.',
    example: 'web',
  },
  branch: {
    type: 'string',
    description:
      "The branch whose stages are planned. Without it, the run's own, of a pull request the one that it goes to.",
    example: 'main',
  },
  artifacts: {
    type: 'path',
    description:
      "The folder with the run's artifacts `slipway-taken-back-ENVIRONMENT.…` (for `begin-stage`) or `slipway-result-ENVIRONMENT.…` (for `take-back`), as they were downloaded. Whose each is, its reports say.",
    example: '${{ runner.temp }}/slipway-artifacts',
  },
  attempt: {
    type: 'integer',
    min: 1,
    max: 1000,
    description:
      "The attempt of the run in which everything was planned, the plan's output: another one is a run of a part of the jobs.",
    example: '${{ needs.plan.outputs.attempt }}',
  },
  'github-environment': {
    type: 'string',
    description:
      'For `begin-stage`: the environment in GitHub whose deployments say whether a later run has deployed the service.',
    example: 'production',
  },
  cluster: {
    type: 'string',
    description: 'For `begin-stage`: the cluster of the service.',
    example: 'shop',
  },
  'ecs-service': {
    type: 'string',
    description: 'For `begin-stage`: what ECS calls the service.',
    example: 'web-production',
  },
  'github-token': {
    type: 'string',
    secret: true,
    default: '${{ github.token }}',
    description:
      'The token by which GitHub is asked what changed: `actions: read` and `contents: read`; for `begin-stage` `deployments: read`.',
  },
});

/** definition is what the action takes and gives. */
export const definition = defineAction({
  name: 'plan',
  title: 'Slipway: plan',
  description: 'Reads slipway.yml, finds which services changed, and gives the matrices of the jobs that deliver them.',
  icon: 'map',
  inputs,
  outputs: {
    deliver: {
      description:
        "'true' when stages are to run; 'false' for pull requests and merge queues, and of what is only verified.",
      example: 'true',
    },
    services: { description: 'The services that are planned, as a JSON list of names.', example: '["web","worker"]' },
    images: {
      description:
        'The images to build and test, as a matrix: `{"include":[…]}`. Empty when there are none. The README has the members of a cell.',
    },
    matrices: {
      description:
        "Which of the outputs with a matrix are not empty, by comma; 'none' when all are: one of them that arrives empty in another job was blanked by GitHub, because it holds the text of a secret.",
      example: 'images,pushes,stage-1',
    },
    pushes: {
      description: "What is pushed to the first stage's registries, as a matrix. Empty when there is nothing.",
    },
    'stage-1': { description: 'The cells of the first stage, as a matrix. Empty when there is none.' },
    'stage-2': { description: 'The like for the second stage.' },
    'stage-3': { description: 'The like for the third stage.' },
    'stage-4': { description: 'The like for the fourth stage.' },
    cell: { description: 'The one cell of a promotion or a rollback, as JSON.' },
    attempt: { description: 'The attempt of the run that planned, from 1 on.', example: '1' },
    'taken-back': {
      description:
        'Of a stage to take back, which of `services` are, as a matrix: their names, and their places in the list, from 0 on. Empty when there is none.',
      example: '{"include":[{"at":2,"service":"web"}]}',
    },
  },
  hasPost: false,
  permissions: [],
});

/** PlanContext is what the action's run gets. */
export type PlanContext = ActionContext<typeof definition.inputs, typeof definition.outputs>;

/** PlanInputs are the parsed inputs. */
export type PlanInputs = PlanContext['inputs'];
