import { AWS_INPUTS, defineAction, defineInputs } from '@slipway/runtime';

const inputs = defineInputs({
  'task-definition': {
    type: 'path',
    required: true,
    description: "The task definition as a JSON file, in the form of ECS's RegisterTaskDefinition.",
    example: 'deploy/task-definition.json',
  },
  container: {
    type: 'string',
    required: true,
    pattern: /[A-Za-z0-9_-]{1,255}/,
    expects: "a container's name: letters, digits, '_' and '-'",
    description: 'The container of that file whose image is set.',
    example: 'web',
  },
  repository: {
    type: 'string',
    pattern: /[a-z0-9]+(?:[._/-][a-z0-9]+)*/,
    expects: 'the name of an ECR repository, without a registry, tag or digest',
    description: "The ECR repository that holds the image, by name. Goes with 'digest'.",
    example: 'shop/web',
  },
  digest: {
    type: 'string',
    pattern: /sha256:[0-9a-f]{64}/,
    expects: 'sha256: and 64 hexadecimal digits',
    description: "The image's manifest digest, as push-ecr tells it. A moving tag is never registered.",
    example: '${{ steps.push.outputs.digest }}',
  },
  'source-cluster': {
    type: 'string',
    description: "Promotion: the cluster of the service whose running image is taken, instead of 'digest'.",
    example: 'staging',
  },
  'source-service': {
    type: 'string',
    description:
      "Promotion: the service whose running tasks tell the image. The digest is what the tasks' engines pulled; all of them have to agree.",
    example: 'web',
  },
  environment: {
    type: 'map',
    description: 'Environment variables to set in the container, `key=value` lines; others stay as the file has them.',
    example: 'LOG_LEVEL=info',
  },
  ...AWS_INPUTS,
  'dry-run': {
    type: 'boolean',
    default: false,
    description: 'Say what would be registered and change nothing.',
  },
});

export const definition = defineAction({
  name: 'register-task-def',
  title: 'Slipway: register a task definition',
  description:
    'Registers a task definition whose image is pinned by digest, taken from the push or from what a service runs.',
  icon: 'file-text',
  inputs,
  outputs: {
    'task-definition': { description: 'The registered revision as `family:revision`.', example: 'web:42' },
    family: { description: 'The family of the task definition.', example: 'web' },
    revision: { description: 'The number of the revision.', example: '42' },
    digest: { description: 'The digest of the image that the container runs.' },
  },
  hasPost: false,
  permissions: [
    {
      actions: ['ecs:RegisterTaskDefinition', 'ecs:DescribeTaskDefinition'],
      resources: ['*'],
      reason: 'to register the revision and read it back',
    },
    {
      actions: ['iam:PassRole'],
      resources: ['<EXECUTION_ROLE_ARN>', '<TASK_ROLE_ARN>'],
      reason: 'the roles that the task definition names',
      conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
    },
    {
      actions: ['ecr:DescribeRepositories', 'ecr:BatchGetImage'],
      resources: ['<REPOSITORY_ARN>'],
      reason: "to resolve 'repository' and to see that the digest is there",
    },
    {
      actions: ['ecs:ListTasks', 'ecs:DescribeTasks'],
      resources: ['*'],
      reason: "with 'source-service': to read what its tasks run",
    },
  ],
});

export type Definition = typeof definition;
