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
    values: ['deliver', 'promote', 'rollback'],
    default: 'deliver',
    description: 'What is to be planned: the stages of a delivery, or the one cell of a promotion or a rollback.',
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
      'Which services: `changed` since the last successful delivery of the branch, `all`, or names by newline or comma.',
    example: 'web, worker',
  },
  environment: {
    type: 'string',
    description: 'The environment to promote to, or to roll back in.',
    example: 'production',
  },
  'source-environment': {
    type: 'string',
    description: 'The environment to promote from.',
    example: 'staging',
  },
  service: {
    type: 'string',
    description: 'The service to promote or to roll back.',
    example: 'web',
  },
  branch: {
    type: 'string',
    description:
      "The branch whose stages are planned. Without it, the run's own, of a pull request the one that it goes to.",
    example: 'main',
  },
  'github-token': {
    type: 'string',
    secret: true,
    default: '${{ github.token }}',
    description: 'The token by which GitHub is asked what changed: `actions: read` and `contents: read`.',
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
      description: "'true' when stages are to run; 'false' for pull requests and merge queues.",
      example: 'true',
    },
    services: { description: 'The services that are planned, as a JSON list of names.', example: '["web","worker"]' },
    images: {
      description:
        'The images to build and test, as a matrix: `{"include":[…]}`. Empty when there are none. The README has the members of a cell.',
    },
    pushes: {
      description: "What is pushed to the first stage's registries, as a matrix. Empty when there is nothing.",
    },
    'stage-1': { description: 'The cells of the first stage, as a matrix. Empty when there is none.' },
    'stage-2': { description: 'The like for the second stage.' },
    'stage-3': { description: 'The like for the third stage.' },
    'stage-4': { description: 'The like for the fourth stage.' },
    cell: { description: 'The one cell of a promotion or a rollback, as JSON.' },
  },
  hasPost: false,
  permissions: [],
});

/** PlanContext is what the action's run gets. */
export type PlanContext = ActionContext<typeof definition.inputs, typeof definition.outputs>;

/** PlanInputs are the parsed inputs. */
export type PlanInputs = PlanContext['inputs'];
