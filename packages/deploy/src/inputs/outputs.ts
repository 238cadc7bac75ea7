import type { OutputSchema, PermissionStatement } from '@slipway/runtime';

/** DEPLOY_OUTPUTS are the outputs of every action that deploys. */
export const DEPLOY_OUTPUTS = {
  'deployment-arn': { description: 'The service deployment that was started or adopted.' },
  'task-definition': { description: 'The ARN of the revision that was asked for.' },
  'previous-task-definition': { description: 'The ARN of the revision that ran before.' },
  'running-digests': {
    description: 'The image digests that the tasks run after a success, one per line, as their engines pulled them.',
  },
  'service-url': { description: 'Where production answers, as far as the load balancer tells.' },
  'duration-seconds': { description: 'From the start of the deployment to its end.', example: '184' },
  'rolled-back-because': { description: 'Why the deployment was taken back; empty when it was not.' },
} as const satisfies OutputSchema;

/** DEPLOY_PERMISSIONS are what every action that deploys needs of AWS. */
export const DEPLOY_PERMISSIONS: readonly PermissionStatement[] = [
  {
    actions: [
      'ecs:DescribeServices',
      'ecs:UpdateService',
      'ecs:ListServiceDeployments',
      'ecs:TagResource',
      'ecs:UntagResource',
    ],
    resources: ['<SERVICE_ARN>'],
    reason: 'to mark the service, start the deployment, and find it',
  },
  {
    actions: ['ecs:DescribeServiceDeployments', 'ecs:ContinueServiceDeployment', 'ecs:StopServiceDeployment'],
    resources: ['<SERVICE_DEPLOYMENT_ARN>'],
    reason: 'to follow it, to let it go on, and to take it back',
  },
  {
    actions: ['ecs:DescribeServiceRevisions'],
    resources: ['<SERVICE_REVISION_ARN>'],
    reason: 'to see what a deployment is of',
  },
  {
    actions: ['ecs:DescribeTaskDefinition', 'ecs:ListTasks', 'ecs:DescribeTasks'],
    resources: ['*'],
    reason: 'to see what runs',
  },
  {
    actions: [
      'elasticloadbalancing:DescribeTargetHealth',
      'elasticloadbalancing:DescribeRules',
      'elasticloadbalancing:DescribeTargetGroups',
      'elasticloadbalancing:DescribeTargetGroupAttributes',
      'elasticloadbalancing:DescribeListeners',
      'elasticloadbalancing:DescribeLoadBalancers',
    ],
    resources: ['*'],
    reason: "to read the targets' health, the weights, and where the service answers",
  },
  {
    actions: ['cloudwatch:DescribeAlarms', 'cloudwatch:GetMetricData', 'logs:GetLogEvents'],
    resources: ['*'],
    reason: "for 'alarms', 'analysis' and 'prove-drained', and to show the last lines of a task that failed",
  },
  {
    actions: ['ecs:RunTask', 'ecs:StopTask'],
    resources: ['<TASK_DEFINITION_ARN>', '<TASK_ARN>'],
    reason: "only with 'before-traffic-task'",
  },
  {
    actions: ['iam:PassRole'],
    resources: ['<EXECUTION_ROLE_ARN>', '<TASK_ROLE_ARN>'],
    reason: 'the roles that the task definition names',
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs-tasks.amazonaws.com' } },
  },
  {
    actions: ['iam:PassRole'],
    resources: ['<INFRASTRUCTURE_ROLE_ARN>'],
    reason: 'UpdateService passes the role that the load balancer settings name',
    conditions: { StringEquals: { 'iam:PassedToService': 'ecs.amazonaws.com' } },
  },
];
