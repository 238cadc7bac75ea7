import type { Path } from '../../json.js';
import {
  api,
  containersOfTask,
  forContainers,
  guide,
  repeated,
  runsOnFargate,
  type Broken,
  type Rule,
} from '../rule.js';
import type { Container, SecretReference, Task } from '../task.js';

const PARTITION = 'arn:aws[a-z-]*';
/** A secret, with a key of its JSON, a version stage and a version after it. */
const SECRETS_MANAGER = new RegExp(
  `^${PARTITION}:secretsmanager:[a-z0-9-]+:\\d{12}:secret:[\\w/+=.@-]+(?::[^:]*:[^:]*:[^:]*)?$`,
);
const PARAMETER = new RegExp(`^${PARTITION}:ssm:[a-z0-9-]+:\\d{12}:parameter/[\\w./-]+$`);
/** A parameter of the same region by its name: one level, or a path that begins with a slash. */
const PARAMETER_NAME = /^(?:[\w.-]+|\/[\w./-]+)$/;
const S3_OBJECT = new RegExp(`^${PARTITION}:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]/.+$`);
const MOST_ENV_FILES = 10;

/** VARIABLE_RULES are about environment variables, secrets, and the roles that fetch them. */
export const VARIABLE_RULES: readonly Rule[] = [
  {
    code: 'environment-name',
    severity: 'error',
    says: "A variable has a name, without '='.",
    link: api('KeyValuePair'),
    check: forContainers(function* ({ environment = [] }, path) {
      for (const [index, { name }] of environment.entries()) {
        if (!name || name.includes('='))
          yield { path: [...path, 'environment', index], message: "a variable needs a 'name', without '='" };
      }
    }),
  },
  {
    code: 'environment-twice',
    severity: 'error',
    says: 'A variable stands once in a container.',
    link: api('ContainerDefinition'),
    check: forContainers(function* ({ environment = [] }, path) {
      for (const index of repeated(environment.map(({ name }) => name))) {
        yield { path: [...path, 'environment', index, 'name'], message: 'this variable stands above already' };
      }
    }),
  },
  {
    code: 'secret-twice',
    severity: 'error',
    says: 'A secret’s name stands once in a container.',
    link: api('Secret'),
    check: forContainers(function* ({ secrets = [] }, path) {
      for (const index of repeated(secrets.map(({ name }) => name))) {
        yield { path: [...path, 'secrets', index, 'name'], message: 'this name stands above already' };
      }
    }),
  },
  {
    code: 'secret-is-variable',
    severity: 'error',
    says: 'No name is both a variable and a secret of a container.',
    link: guide('specifying-sensitive-data'),
    check: forContainers(function* ({ secrets = [], environment = [] }, path) {
      for (const [index, { name }] of secrets.entries()) {
        if (environment.some((variable) => variable.name === name)) {
          yield { path: [...path, 'secrets', index, 'name'], message: "a variable of 'environment' has this name too" };
        }
      }
    }),
  },
  {
    code: 'secret-source',
    severity: 'error',
    says: "A secret's valueFrom is the ARN of a secret or of a parameter, or a parameter's name.",
    link: api('Secret'),
    check: forContainers(function* (container, path) {
      for (const { secret, path: place } of referencesOf(container, path)) {
        if (secret.valueFrom !== undefined && !isSource(secret.valueFrom)) {
          yield {
            path: [...place, 'valueFrom'],
            message: "expected the ARN of a secret in Secrets Manager or of a parameter, or the parameter's name",
          };
        }
      }
    }),
  },
  {
    code: 'credentials-source',
    severity: 'error',
    says: 'The credentials of a private registry are a secret of Secrets Manager.',
    link: api('RepositoryCredentials'),
    check: forContainers(function* ({ repositoryCredentials }, path) {
      const parameter = repositoryCredentials?.credentialsParameter;
      if (parameter !== undefined && parameter.startsWith('arn:') && !SECRETS_MANAGER.test(parameter)) {
        yield {
          path: [...path, 'repositoryCredentials', 'credentialsParameter'],
          message: 'expected the ARN of a secret in Secrets Manager',
        };
      }
    }),
  },
  {
    code: 'execution-role-missing',
    severity: 'error',
    says: 'Secrets, environment files, credentials of a registry, and on Fargate images of ECR and the driver awslogs, need executionRoleArn.',
    link: guide('task_execution_IAM_role'),
    *check(task) {
      if (task.executionRoleArn !== undefined) return;
      for (const { container, path } of containersOfTask(task)) yield* needsExecutionRole(container, path, task);
    },
  },
  {
    code: 'task-role-missing',
    severity: 'warning',
    says: 'A volume of EFS with iam ENABLED is mounted with the task role.',
    link: api('EFSAuthorizationConfig'),
    *check({ volumes = [], taskRoleArn }) {
      for (const [index, { efsVolumeConfiguration }] of volumes.entries()) {
        if (taskRoleArn === undefined && efsVolumeConfiguration?.authorizationConfig?.iam === 'ENABLED') {
          yield {
            path: ['volumes', index, 'efsVolumeConfiguration'],
            message: "it is mounted with the task role: set 'taskRoleArn'",
          };
        }
      }
    },
  },
  {
    code: 'environment-file',
    severity: 'error',
    says: 'There are at most ten environment files, each the ARN of an object in S3 whose name ends in .env.',
    link: api('EnvironmentFile'),
    check: forContainers(function* ({ environmentFiles = [] }, path) {
      if (environmentFiles.length > MOST_ENV_FILES)
        yield { path: [...path, 'environmentFiles'], message: `ECS takes ${MOST_ENV_FILES} at most` };
      for (const [index, { value = '' }] of environmentFiles.entries()) {
        const place = [...path, 'environmentFiles', index, 'value'];
        if (!S3_OBJECT.test(value))
          yield { path: place, message: 'expected the ARN of an object, for example arn:aws:s3:::bucket/web.env' };
        else if (!value.endsWith('.env')) yield { path: place, message: "the object's name has to end in .env" };
      }
    }),
  },
];

function isSource(valueFrom: string): boolean {
  return [SECRETS_MANAGER, PARAMETER, PARAMETER_NAME].some((form) => form.test(valueFrom));
}

function referencesOf(
  container: Container,
  path: Path,
): readonly { readonly secret: SecretReference; readonly path: Path }[] {
  const { secrets = [], logConfiguration } = container;
  return [
    ...secrets.map((secret, index) => ({ secret, path: [...path, 'secrets', index] })),
    ...(logConfiguration?.secretOptions ?? []).map((secret, index) => ({
      secret,
      path: [...path, 'logConfiguration', 'secretOptions', index],
    })),
  ];
}

function* needsExecutionRole(container: Container, path: Path, task: Task): Iterable<Broken> {
  const onFargate = runsOnFargate(task);
  const needs: readonly (readonly [boolean, Path, string])[] = [
    [(container.secrets ?? []).length > 0, [...path, 'secrets'], 'secrets are fetched'],
    [
      (container.logConfiguration?.secretOptions ?? []).length > 0,
      [...path, 'logConfiguration', 'secretOptions'],
      'secrets are fetched',
    ],
    [(container.environmentFiles ?? []).length > 0, [...path, 'environmentFiles'], 'environment files are fetched'],
    [
      container.repositoryCredentials !== undefined,
      [...path, 'repositoryCredentials'],
      "the registry's credentials are fetched",
    ],
    [
      onFargate && container.logConfiguration?.logDriver === 'awslogs',
      [...path, 'logConfiguration'],
      'on Fargate, logs are written',
    ],
    [
      onFargate && /\.dkr\.ecr\./.test(container.image ?? ''),
      [...path, 'image'],
      'on Fargate, images of ECR are pulled',
    ],
  ];
  for (const [isNeeded, place, why] of needs) {
    if (isNeeded) yield { path: place, message: `${why} with the execution role: set 'executionRoleArn'` };
  }
}
