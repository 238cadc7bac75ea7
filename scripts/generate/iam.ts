import type { ActionDefinition, PermissionStatement } from '@slipway/runtime';

/** What the READMEs name as a whole, made of the few names that a template is filled with. */
const ARNS: Readonly<Record<string, string>> = {
  SERVICE_ARN: 'arn:aws:ecs:<REGION>:<ACCOUNT>:service/<CLUSTER>/<SERVICE>',
  SERVICE_DEPLOYMENT_ARN: 'arn:aws:ecs:<REGION>:<ACCOUNT>:service-deployment/<CLUSTER>/<SERVICE>/*',
  SERVICE_REVISION_ARN: 'arn:aws:ecs:<REGION>:<ACCOUNT>:service-revision/<CLUSTER>/<SERVICE>/*',
  TASK_ARN: 'arn:aws:ecs:<REGION>:<ACCOUNT>:task/<CLUSTER>/*',
  TASK_DEFINITION_ARN: 'arn:aws:ecs:<REGION>:<ACCOUNT>:task-definition/<FAMILY>:*',
  REPOSITORY_ARN: 'arn:aws:ecr:<REGION>:<ACCOUNT>:repository/<REPOSITORY>',
  BASE_REPOSITORY_ARN: 'arn:aws:ecr:<REGION>:<ACCOUNT>:repository/<BASE_REPOSITORY>',
  CACHE_REPOSITORY_ARN: 'arn:aws:ecr:<REGION>:<ACCOUNT>:repository/<CACHE_REPOSITORY>',
  SOURCE_REPOSITORY_ARN: 'arn:aws:ecr:<SOURCE_REGION>:<SOURCE_ACCOUNT>:repository/<REPOSITORY>',
  EXECUTION_ROLE_ARN: 'arn:aws:iam::<ACCOUNT>:role/<EXECUTION_ROLE>',
  TASK_ROLE_ARN: 'arn:aws:iam::<ACCOUNT>:role/<TASK_ROLE>',
  INFRASTRUCTURE_ROLE_ARN: 'arn:aws:iam::<ACCOUNT>:role/<INFRASTRUCTURE_ROLE>',
  SOURCE_ROLE_ARN: 'arn:aws:iam::<SOURCE_ACCOUNT>:role/<SOURCE_ROLE>',
  ROLE_ARN: 'arn:aws:iam::<OTHER_ACCOUNT>:role/<OTHER_ROLE>',
};

/** What our workflows never ask of an action, by one permission of each: a role for them has no need of its statement. */
const NOT_IN_WORKFLOWS = [
  'ecr:CreateRepository',
  'ecr:StartImageScan',
  'sts:AssumeRole',
  'ecs:RunTask',
  'ecs:DeregisterTaskDefinition',
];

/** What one who reads an environment needs of what the actions need there: the revision and the digest that run, and the bytes. */
const READS = [
  ...['ecs:DescribeServices', 'ecs:ListServiceDeployments', 'ecs:DescribeServiceRevisions'],
  ...['ecs:DescribeTaskDefinition', 'ecs:ListTasks', 'ecs:DescribeTasks'],
  ...['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:ListImageReferrers'],
  // Where the service answers, for the checks that it has to pass.
  ...['elasticloadbalancing:DescribeListeners', 'elasticloadbalancing:DescribeLoadBalancers'],
];

/** What one needs who says what a promotion would change in an environment: what the service runs, and the repository's name. */
const PLANS = ['ecs:DescribeServices', 'ecs:DescribeTaskDefinition', 'ecr:DescribeRepositories'];

/**
 * What a role is allowed and no run of the workflows in the tests makes use of, by template and permission: why it is
 * needed all the same. Everything else that a template allows is used there, or the tests fail.
 */
export const UNUSED_IN_TESTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'role-push': {
    'ecr:GetDownloadUrlForLayer': "reads the source of a copy where that environment has no 'read-role'",
    'ecr:ListImageReferrers': "reads the source of a copy where that environment has no 'read-role'",
  },
  'role-read': {
    'ecs:DescribeTaskDefinition': "says what a promotion would change, where the target has no 'plan-role'",
  },
  'role-deploy': {
    'iam:PassRole': 'is no call: RegisterTaskDefinition and UpdateService pass on the roles that they name',
    'logs:GetLogEvents': 'reads the last lines of a task that stopped by itself, where its containers log by awslogs',
  },
};

/** iamFiles returns the templates of docs/iam by their names. */
export function iamFiles(actions: readonly ActionDefinition[]): ReadonlyMap<string, string> {
  const of = (...names: readonly string[]) =>
    actions.filter(({ name }) => names.includes(name)).flatMap(({ permissions }) => permissions);
  const deploys = of('register-task-def', 'bluegreen-deploy', 'rollback');
  const files = new Map<string, object>(
    actions
      .filter(({ permissions }) => permissions.length > 0)
      .map(({ name, permissions }) => [`action-${name}`, policyOf(permissions)]),
  );
  files.set('role-push', policyOf(of('push-ecr').filter(isUsed)));
  files.set('role-deploy', policyOf(deploys.filter(isUsed)));
  const source = of('push-ecr').filter(({ resources }) => resources.includes('<SOURCE_REPOSITORY_ARN>'));
  const here = source.map((statement) => ({ ...statement, resources: ['<REPOSITORY_ARN>'] }));
  files.set('role-read', policyOf(only(READS, [...deploys.filter(isUsed), ...here])));
  files.set('role-plan', policyOf(only(PLANS, of('register-task-def').filter(isUsed))));
  files.set('trust-ids', trust('repo:<OWNER>@<OWNER_ID>/<NAME>@<REPOSITORY_ID>:environment:<ENVIRONMENT>'));
  files.set('trust-names', trust('repo:<OWNER>/<NAME>:environment:<ENVIRONMENT>'));
  const back = ':environment:<ROLLBACK_ENVIRONMENT>';
  files.set('trust-rollback-ids', trust(`repo:<OWNER>@<OWNER_ID>/<NAME>@<REPOSITORY_ID>${back}`, GOING_BACK));
  files.set('trust-rollback-names', trust(`repo:<OWNER>/<NAME>${back}`, GOING_BACK));
  return new Map([...files].map(([name, file]) => [`${name}.json`, `${JSON.stringify(file, undefined, 2)}\n`]));
}

const isUsed = ({ actions }: PermissionStatement): boolean => !actions.some((one) => NOT_IN_WORKFLOWS.includes(one));

function only(wanted: readonly string[], statements: readonly PermissionStatement[]): PermissionStatement[] {
  return statements
    .map((statement) => ({ ...statement, actions: statement.actions.filter((one) => wanted.includes(one)) }))
    .filter(({ actions }) => actions.length > 0);
}

/** One statement for each set of resources and conditions, with no action twice. */
function policyOf(statements: readonly PermissionStatement[]): object {
  const merged = new Map<string, PermissionStatement>();
  for (const statement of statements) {
    const key = JSON.stringify([statement.resources, statement.conditions]);
    const actions = [...new Set([...(merged.get(key)?.actions ?? []), ...statement.actions])];
    merged.set(key, { ...statement, actions });
  }
  const everywhere = [...merged.values()]
    .filter(({ resources, conditions }) => resources.includes('*') && !conditions)
    .flatMap(({ actions }) => actions);
  return {
    Version: '2012-10-17',
    Statement: [...merged.values()]
      // What may be done to anything needs no second line for one thing.
      .map((statement) => ({
        ...statement,
        actions: statement.actions.filter((one) => statement.resources.includes('*') || !everywhere.includes(one)),
      }))
      .filter(({ actions }) => actions.length > 0)
      .map(({ actions, resources, conditions }) => ({
        Effect: 'Allow',
        Action: actions,
        Resource: resources.map((one) => one.replace(/^<(\w+)>$/, (whole, name: string) => ARNS[name] ?? whole)),
        ...(conditions ? { Condition: conditions } : {}),
      })),
  };
}

const GITHUB = 'token.actions.githubusercontent.com';
/** The workflows of ours whose jobs hold a role. A token names the file that the job stands in, not the one that called it. */
const WORKFLOWS = ['deliver', 'stage', 'promote', 'rollback'];
/** Those of them that have a job which goes back. */
const GOING_BACK = ['stage', 'rollback'];

/**
 * Every key has to hold: the environment of this very repository, by its number too, so that another one which gets its
 * name is refused; the branch; and our workflow at one commit, so that no other file of the repository gets the role.
 */
function trust(sub: string, workflows = WORKFLOWS): object {
  const keys = {
    aud: 'sts.amazonaws.com',
    sub,
    repository_id: '<REPOSITORY_ID>',
    ref: 'refs/heads/<BRANCH>',
    job_workflow_ref: workflows.map((name) => `<SLIPWAY_REPOSITORY>/.github/workflows/${name}.yml@<SLIPWAY_COMMIT>`),
  };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: `arn:aws:iam::<ACCOUNT>:oidc-provider/${GITHUB}` },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: Object.fromEntries(Object.entries(keys).map(([key, value]) => [`${GITHUB}:${key}`, value])),
        },
      },
    ],
  };
}
