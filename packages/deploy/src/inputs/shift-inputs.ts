import { LIFTABLE, WAIT_UNTIL } from '@slipway/delivery';
import { AWS_INPUTS, defineInputs } from '@slipway/runtime';

/** WHERE_INPUTS name the service; every action that deploys has them. */
export const WHERE_INPUTS = defineInputs({
  cluster: { type: 'string', required: true, description: "The ECS cluster's name or ARN.", example: 'production' },
  service: { type: 'string', required: true, description: "The ECS service's name.", example: 'web' },
});

/** SHIFT_INPUTS say how traffic moves. */
export const SHIFT_INPUTS = defineInputs({
  strategy: {
    type: 'enum',
    values: ['service', 'rolling', 'all-at-once', 'canary', 'linear'],
    default: 'service',
    description:
      "How traffic moves. `service` is how the service is set up. Another one holds for this deployment; the service's own is put back at its end.",
  },
  'bake-minutes': {
    type: 'integer',
    min: 0,
    max: 1440,
    description: "How long the old tasks stay after all traffic has moved. The service's own when not set.",
  },
  'canary-percent': {
    type: 'percent',
    min: 0.1,
    max: 100,
    description: "The first share of a canary deployment. The service's own when not set, else 5.",
  },
  'canary-bake-minutes': {
    type: 'integer',
    min: 0,
    max: 1440,
    description: "How long the canary has that share. The service's own when not set, else 10.",
  },
  'step-percent': {
    type: 'percent',
    min: 3,
    max: 100,
    description: "How much traffic moves at each step of a linear deployment. The service's own when not set, else 10.",
  },
  'step-bake-minutes': {
    type: 'integer',
    min: 0,
    max: 1440,
    description: "How long each step lasts. The service's own when not set, else 6.",
  },
  'alternate-target-group-arn': {
    type: 'string',
    pattern: /arn:[\w-]+:elasticloadbalancing:.+:targetgroup\/.+/,
    expects: "a target group's ARN",
    description:
      'Moves a service that deploys by rolling updates to blue/green now: the second target group. Needs the two inputs below.',
  },
  'production-listener-rule-arn': {
    type: 'string',
    pattern: /arn:[\w-]+:elasticloadbalancing:.+:listener(?:-rule)?\/.+/,
    expects: "a listener rule's ARN (a Network Load Balancer's listener's)",
    description: 'With `alternate-target-group-arn`: the rule that carries production traffic.',
  },
  'test-listener-rule-arn': {
    type: 'string',
    pattern: /arn:[\w-]+:elasticloadbalancing:.+:listener(?:-rule)?\/.+/,
    expects: "a listener rule's ARN (a Network Load Balancer's listener's)",
    description: 'With `alternate-target-group-arn`: the rule that carries test traffic, if there is one.',
  },
  'infrastructure-role-arn': {
    type: 'string',
    pattern: /arn:[\w-]+:iam::\d{12}:role\/.+/,
    expects: "a role's ARN",
    description: 'With `alternate-target-group-arn`: the role by which ECS changes the load balancer.',
  },
});

/** SAFETY_INPUTS say when a deployment is refused, taken back or left. */
export const SAFETY_INPUTS = defineInputs({
  allow: {
    type: 'list',
    description: `Go ahead although something speaks against it, by name: ${LIFTABLE.map((name) => `\`${name}\``).join(', ')}. Plan and report say which protection is lost.`,
    example: 'unhealthy-fleet',
  },
  'if-in-progress': {
    type: 'enum',
    values: ['fail', 'wait', 'supersede'],
    default: 'fail',
    description:
      'What to do when another revision is being deployed: fail, wait until that has ended, or replace it. A deployment of the same revision is always adopted.',
  },
  'on-cancel': {
    type: 'enum',
    values: ['rollback', 'leave'],
    default: 'rollback',
    description:
      'What a cancelled job does with its deployment: take it back, or leave it. What was left goes back by itself when its next pause is over, unless a second run adopts it.',
  },
  'max-stopped-tasks': {
    type: 'integer',
    min: 1,
    max: 1000,
    default: 3,
    description: 'So many tasks of the new revision that stop by themselves take the deployment back.',
  },
  'wait-until': {
    type: 'enum',
    values: ['completed', ...WAIT_UNTIL],
    default: 'completed',
    description:
      "Leave when this stage is reached, with the outcome `in-progress`: for bake times longer than a job. The service's own settings are put back before.",
  },
  'timeout-minutes': {
    type: 'integer',
    min: 1,
    max: 2880,
    default: 60,
    description:
      'How long the deployment may take, its bake time included. Then it is taken back and the step fails. Give the job a longer timeout than this.',
  },
  'poll-interval-seconds': {
    type: 'integer',
    min: 1,
    max: 60,
    default: 5,
    description:
      'How long to wait between two looks at the deployment, where nothing is known of its end. Bakes are looked at less often, ends more often.',
  },
  ...AWS_INPUTS,
  'dry-run': { type: 'boolean', default: false, description: 'Print the plan and change nothing.' },
});
