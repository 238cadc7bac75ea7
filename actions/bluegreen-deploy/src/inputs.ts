import { AWS_INPUTS, defineAction, defineInputs } from '@slipway/runtime';

const inputs = defineInputs({
  cluster: {
    type: 'string',
    required: true,
    description: "The ECS cluster's name or ARN.",
    example: 'production',
  },
  service: {
    type: 'string',
    required: true,
    description: "The ECS service's name. It has to be set up for ECS blue/green, canary or linear deployments.",
    example: 'web',
  },
  'task-definition': {
    type: 'string',
    required: true,
    pattern: /(?:arn:[\w-]+:ecs:[\w-]+:\d{12}:task-definition\/)?[A-Za-z0-9_-]{1,255}:\d{1,10}/,
    expects: 'family:revision or the ARN of a revision',
    description: 'The revision to deploy, as register-task-def tells it.',
    example: '${{ steps.register.outputs.task-definition }}',
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
    description: 'How long to wait between two looks at the deployment.',
  },
  ...AWS_INPUTS,
  'dry-run': {
    type: 'boolean',
    default: false,
    description: 'Print the plan and change nothing.',
  },
});

export const definition = defineAction({
  name: 'bluegreen-deploy',
  title: 'Slipway: deploy blue/green',
  description:
    "Moves an ECS service to a task definition by ECS's own blue/green deployment, follows that very deployment to its end, and tells the truth about it.",
  icon: 'shuffle',
  inputs,
  outputs: {
    'deployment-arn': { description: 'The service deployment that was started.' },
    'task-definition': { description: 'The ARN of the revision that was asked for.' },
    'previous-task-definition': { description: 'The ARN of the revision that ran before.' },
    'running-digests': {
      description: 'The image digests that the tasks run after a success, one per line, as their engines pulled them.',
    },
    'duration-seconds': { description: 'From the start of the deployment to its end.', example: '184' },
    'rolled-back-because': { description: 'Why the deployment was taken back; empty when it was not.' },
  },
  hasPost: true,
  permissions: [
    {
      actions: ['ecs:DescribeServices', 'ecs:UpdateService', 'ecs:ListServiceDeployments'],
      resources: ['<SERVICE_ARN>'],
      reason: 'to start the deployment and find it',
    },
    {
      actions: [
        'ecs:DescribeServiceDeployments',
        'ecs:DescribeServiceRevisions',
        'ecs:StopServiceDeployment',
        'ecs:DescribeTaskDefinition',
        'ecs:ListTasks',
        'ecs:DescribeTasks',
      ],
      resources: ['*'],
      reason: 'to follow it, to take it back, and to see what runs',
    },
    {
      actions: ['elasticloadbalancing:DescribeTargetHealth', 'elasticloadbalancing:DescribeRules'],
      resources: ['*'],
      reason: "to read the targets' health and the weights",
    },
    {
      actions: ['iam:PassRole'],
      resources: ['<EXECUTION_ROLE_ARN>', '<TASK_ROLE_ARN>', '<INFRASTRUCTURE_ROLE_ARN>'],
      reason: 'UpdateService passes the roles that the task definition and the load balancer settings name',
    },
  ],
});

export type Definition = typeof definition;
