import type { PermissionStatement } from '@slipway/runtime';

/** permissions are the statements of the policy that the action needs. */
export const permissions: readonly PermissionStatement[] = [
  {
    actions: ['ecs:RegisterTaskDefinition', 'ecs:DescribeTaskDefinition'],
    resources: ['*'],
    reason: 'to register the revision, and to read the latest one',
  },
  {
    actions: ['ecs:TagResource'],
    resources: ['<TASK_DEFINITION_ARN>'],
    reason: "the revision's tags",
  },
  {
    actions: ['iam:PassRole'],
    resources: ['<EXECUTION_ROLE_ARN>', '<TASK_ROLE_ARN>'],
    reason: 'the roles that the task definition names',
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  },
  {
    actions: ['ecr:DescribeRepositories', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'],
    resources: ['<REPOSITORY_ARN>'],
    reason: "to resolve 'repository' and to see that the digest is there and for which platform",
  },
  {
    actions: ['ecr:GetAuthorizationToken'],
    resources: ['*'],
    reason: "with 'preflight': to read the platform of an image that is for one alone",
  },
  {
    actions: ['ecs:ListTasks', 'ecs:DescribeTasks'],
    resources: ['*'],
    reason: "with 'source-service', to read what its tasks run; with 'keep-revisions', what is in use",
  },
  {
    actions: ['ecs:DescribeServices'],
    resources: ['<SERVICE_ARN>'],
    reason: "with 'service': to read what it runs",
  },
  {
    actions: [
      'ecs:ListTaskDefinitions',
      'ecs:DeregisterTaskDefinition',
      'ecs:ListClusters',
      'ecs:ListServices',
      'ecs:DescribeServices',
      'events:ListEventBuses',
      'events:ListRules',
      'events:ListTargetsByRule',
    ],
    resources: ['*'],
    reason: "with 'keep-revisions': to find what is in use and deregister the rest",
  },
  {
    actions: ['ecs:ListServiceDeployments', 'ecs:DescribeServices'],
    resources: ['<SERVICE_ARN>'],
    reason: "with 'source-evidence': whether what the source runs was deployed there successfully",
  },
  {
    actions: ['ecs:DescribeServiceRevisions'],
    resources: ['<SERVICE_REVISION_ARN>'],
    reason: "with 'source-evidence': which task definition that was",
  },
  {
    actions: ['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers'],
    resources: ['*'],
    reason: "with 'source-verify' and without 'source-url': where the source answers",
  },
  {
    actions: ['sts:AssumeRole'],
    resources: ['<SOURCE_ROLE_ARN>'],
    reason: "with 'source-role', which needs the reading permissions of the source, or 'target-role'",
  },
];
