import { AWS_INPUTS, REPORT_INPUTS, defineAction, defineInputs } from '@slipway/runtime';
import { changeInputs } from './change-inputs.js';
import { imageInputs } from './image-inputs.js';
import { permissions } from './permissions.js';
import { sourceInputs } from './source-inputs.js';

const inputs = defineInputs({
  'task-definition': {
    type: 'path',
    description:
      "The task definition as a file: JSON, which may have comments, or YAML, in the form of ECS's RegisterTaskDefinition. What only ECS writes is left out.",
    example: 'deploy/task-definition.json',
  },
  'task-definition-family': {
    type: 'string',
    pattern: /[A-Za-z0-9_-]{1,255}(?::\d+)?/,
    expects: 'a family, or family:revision',
    description: "Instead of a file: a family's latest active revision, or `family:revision`.",
    example: 'web',
  },
  'task-definition-arn': {
    type: 'string',
    pattern: /arn:aws[a-z-]*:ecs:[a-z0-9-]+:\d{12}:task-definition\/[A-Za-z0-9_-]{1,255}:\d+/,
    expects: "a revision's ARN",
    description: "Instead of a file: a revision's ARN.",
    example: 'arn:aws:ecs:eu-central-1:123456789012:task-definition/web:41',
  },
  cluster: {
    type: 'string',
    description: "The cluster of 'service'.",
    example: 'production',
  },
  service: {
    type: 'string',
    description:
      'The service that the revision is for: the differences are told against what it runs now. Without a file, family or ARN, what it runs now is the source too.',
    example: 'web',
  },
  ...imageInputs,
  ...sourceInputs,
  ...changeInputs,
  'unknown-fields': {
    type: 'enum',
    values: ['error', 'warn'],
    default: 'error',
    description:
      'What a field or value is that this version of the AWS SDK does not know: with `warn` the step goes on, and such a field is left out of the call.',
  },
  'lint-allow': {
    type: 'list',
    description: 'Rules that the task definition is not held against, by their code in docs/task-definition-rules.md.',
    example: 'mutable-tag',
  },
  preflight: {
    type: 'boolean',
    default: true,
    description:
      "See, for images of this account's registry, that their digest is there and that they are for the task's platform.",
  },
  'skip-if-unchanged': {
    type: 'boolean',
    default: true,
    description: "Register nothing when the family's latest active revision is the same; its name is the output then.",
  },
  'keep-revisions': {
    type: 'integer',
    min: 1,
    max: 100_000,
    description:
      "Deregister the family's active revisions but the newest so many, and never one that a service, a task or a rule of EventBridge in this region uses. Schedules of EventBridge Scheduler are not looked at.",
    example: '20',
  },
  ...REPORT_INPUTS,
  ...AWS_INPUTS,
  'dry-run': {
    type: 'boolean',
    default: false,
    description: 'Say what would be registered and deregistered, and change nothing.',
  },
});

export const definition = defineAction({
  name: 'register-task-def',
  title: 'Slipway: register a task definition',
  description:
    'Registers a task definition whose image is pinned by digest, linted before any call, and only when something changed.',
  icon: 'file-text',
  inputs,
  outputs: {
    'task-definition': { description: 'The revision as `family:revision`.', example: 'web:42' },
    'task-definition-arn': {
      description: 'The ARN of the revision. It holds the account: between jobs, pass `task-definition`.',
    },
    family: { description: 'The family of the task definition.', example: 'web' },
    revision: { description: 'The number of the revision.', example: '42' },
    registered: { description: '`true` when a revision was registered, `false` when the latest one is the same.' },
    'changed-containers': { description: 'The containers that differ, by comma.', example: 'web,proxy' },
    diff: {
      description: 'What differs, as JSON: a list of `path` and `change` (added, removed, changed). No value is in it.',
    },
    'rendered-path': {
      description: 'Path of the definition as it was sent, as JSON. It holds the values of environment variables.',
    },
    digest: { description: 'The digest of the image that was given, when it was one.' },
    'source-image': {
      description:
        'In a dry run with `source-service`: what its tasks run, as registry, repository and digest. push-ecr takes it over by its `reports`, and copies it where it is to go.',
    },
    'source-version': {
      description:
        'In the same run: the version that the image says of itself, by its label org.opencontainers.image.version; a part of the digest when it says none.',
      example: '1.4.2',
    },
    'source-revision': {
      description:
        'In the same run: the commit that the image says it was built from, by its label org.opencontainers.image.revision; empty when it says none.',
    },
  },
  hasPost: false,
  permissions,
});

export type Definition = typeof definition;
