import { defineInputs } from '@slipway/runtime';

/** SERVICE_INPUTS are the ordinary settings of a service that people set while they deploy; absent ones stay as they are. */
export const SERVICE_INPUTS = defineInputs({
  'desired-count': {
    type: 'integer',
    min: 0,
    max: 5000,
    description: 'How many tasks the service runs from now on. Leave it out where the service scales by itself.',
  },
  'force-new-deployment': {
    type: 'boolean',
    default: false,
    description: 'Deploy although the service runs this revision already.',
  },
  'enable-ecs-managed-tags': {
    type: 'enum',
    values: ['true', 'false'],
    description: "Whether ECS tags the service's tasks with the names of cluster and service.",
  },
  'propagate-tags': {
    type: 'enum',
    values: ['SERVICE', 'TASK_DEFINITION', 'NONE'],
    description: 'Where new tasks get their tags from.',
  },
  'capacity-provider-strategy': {
    type: 'string',
    description: 'Where tasks run, as YAML or JSON: a list of `capacityProvider`, `weight` and `base`.',
    example: '[{ capacityProvider: FARGATE_SPOT, weight: 1 }]',
  },
  'volume-configurations': {
    type: 'string',
    description:
      "The service-managed EBS volumes, as YAML or JSON in ECS's own shape (`volumeConfigurations`). Left out, the service's volumes stay as they are.",
  },
  'health-check-grace-seconds': {
    type: 'integer',
    min: 0,
    max: 2_147_483_647,
    description: 'How long ECS ignores failed health checks of a task that has just started.',
  },
});
