import { defineInputs } from '@slipway/runtime';

/** changeInputs set members of the task definition; each acts on its own, and what none names stays as it is. */
export const changeInputs = defineInputs({
  environment: {
    type: 'map',
    description:
      'Environment variables to set in the container, `key=value` lines; others stay as they are. A secret of the same name goes.',
    example: 'LOG_LEVEL=info',
  },
  'remove-environment': {
    type: 'list',
    description: 'Environment variables to remove from the container.',
    example: 'OLD_FLAG',
  },
  'replace-environment': {
    type: 'boolean',
    default: false,
    description: "Remove the container's variables that 'environment' does not name.",
  },
  secrets: {
    type: 'map',
    description:
      'Secrets to set in the container, `NAME=ARN` lines: the ARN of a secret or parameter, or a parameter’s name. A variable of the same name goes.',
    example: 'TOKEN=arn:aws:secretsmanager:eu-central-1:123456789012:secret:web-AbCdEf',
  },
  'remove-secrets': {
    type: 'list',
    description: 'Secrets to remove from the container.',
    example: 'OLD_TOKEN',
  },
  'replace-secrets': {
    type: 'boolean',
    default: false,
    description: "Remove the container's secrets that 'secrets' does not name.",
  },
  command: {
    type: 'string',
    description: "The container's command: a JSON list, or one argument per line.",
    example: '["node", "server.js", "--title=a b"]',
  },
  'log-driver': {
    type: 'string',
    pattern: /[a-z-]+/,
    expects: "a log driver's name",
    description: "The container's log driver. The options of another driver go.",
    example: 'awslogs',
  },
  'log-options': {
    type: 'map',
    description: "Options of the container's log driver, `key=value` lines; others stay as they are.",
    example: 'awslogs-group=/web',
  },
  'docker-labels': {
    type: 'map',
    description: "The container's Docker labels, `key=value` lines; others stay as they are.",
    example: 'team=web',
  },
  'env-files': {
    type: 'list',
    description: "Environment files in place of the container's, by the ARN of their object in S3.",
    example: 'arn:aws:s3:::bucket/web.env',
  },
  'container-patch': {
    type: 'string',
    description: 'A JSON Merge Patch (RFC 7386) of the container, as JSON or YAML: members are merged, null removes.',
    example: '{"stopTimeout": 60, "healthCheck": null}',
  },
  family: {
    type: 'string',
    pattern: /[A-Za-z0-9_-]{1,255}/,
    expects: "a family: letters, digits, '_' and '-'",
    description: 'The family to register the revision in, instead of the one that the source says.',
    example: 'web-preview',
  },
  cpu: {
    type: 'string',
    description: "The task's CPU units, or vCPUs with their unit.",
    example: '512',
  },
  memory: {
    type: 'string',
    description: "The task's memory in MiB, or in GB with their unit.",
    example: '1024',
  },
  'task-role-arn': {
    type: 'string',
    description: 'The role that the containers act as.',
    example: 'arn:aws:iam::123456789012:role/web',
  },
  'execution-role-arn': {
    type: 'string',
    description: 'The role with which ECS pulls images, fetches secrets and writes logs.',
    example: 'arn:aws:iam::123456789012:role/ecs-execution',
  },
  tags: {
    type: 'map',
    description: 'Tags of the revision, `key=value` lines; others stay as they are.',
    example: 'team=web',
  },
  patch: {
    type: 'string',
    description:
      'A JSON Merge Patch (RFC 7386) of the whole definition, as JSON or YAML, for what no input names. It is applied first; lists are replaced as a whole.',
    example: '{"runtimePlatform": {"cpuArchitecture": "ARM64"}}',
  },
  variables: {
    type: 'map',
    description:
      'Placeholders of your own for the file and the patches, `NAME=value` lines, written `${NAME}` there. `${ACCOUNT_ID}`, `${REGION}`, `${SHA}` and, with one image given, `${IMAGE}` are there always; `$${NAME}` stays a `${NAME}`.',
    example: 'DOMAIN=shop.example',
  },
});
