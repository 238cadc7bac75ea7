import { isRepositoryName } from '@slipway/oci';
import { AwsError, type CallContext, type Operation } from '../../service.js';
import { invalidParameter, listOf, pageOf, stringOf } from './input.js';
import type { EcrRepositories } from './repositories.js';
import type { EcrRepository, Encryption, TagMutability } from './repository.js';

/** What ECR's operations work on. */
export interface EcrParts {
  readonly repositories: EcrRepositories;
  readonly accountId: string;
  /** `127.0.0.1:PORT`. */
  readonly registryHost: () => string;
}

/** createRepositoryOperations returns the operations on repositories themselves. */
export function createRepositoryOperations(parts: EcrParts): Record<string, Operation> {
  return {
    CreateRepository: async (input, context) => {
      const repository = await createRepository(parts, input, context);
      return { repository: describe(parts, repository) };
    },
    DescribeRepositories: (input) => describeRepositories(parts, input),
    DeleteRepository: async (input) => {
      const repository = await findRepository(parts, input);
      if (input['force'] !== true && repository.digests().length > 0) {
        throw new AwsError(
          'RepositoryNotEmptyException',
          `${named(parts, repository.name)} cannot be deleted: it has images`,
        );
      }
      await parts.repositories.remove(repository.name);
      return { repository: describe(parts, repository) };
    },
    PutImageTagMutability: async (input) => {
      const repository = await findRepository(parts, input);
      repository.tagMutability = mutabilityOf(stringOf(input, 'imageTagMutability'));
      const { name: repositoryName, tagMutability: imageTagMutability } = repository;
      return { registryId: parts.accountId, repositoryName, imageTagMutability };
    },
  };
}

/**
 * findRepository returns the repository that an input names.
 *
 * @throws AwsError RepositoryNotFoundException
 */
export async function findRepository(
  parts: EcrParts,
  input: Readonly<Record<string, unknown>>,
): Promise<EcrRepository> {
  const name = stringOf(input, 'repositoryName');
  const repository = await parts.repositories.repository(name);
  if (repository) return repository;
  throw new AwsError('RepositoryNotFoundException', `${named(parts, name)} does not exist`);
}

async function createRepository(
  parts: EcrParts,
  input: Readonly<Record<string, unknown>>,
  context: CallContext,
): Promise<EcrRepository> {
  const name = stringOf(input, 'repositoryName');
  const tagMutability = mutabilityOf(input['imageTagMutability'] ?? 'MUTABLE');
  // ECR's own shortest name has two characters.
  if (name.length < 2 || !isRepositoryName(name)) throw invalidParameter(`'${name}' is not a repository name.`);
  if (await parts.repositories.repository(name)) {
    throw new AwsError('RepositoryAlreadyExistsException', `${named(parts, name)} already exists`);
  }
  const arn = `arn:aws:ecr:${context.region}:${parts.accountId}:repository/${name}`;
  const { scanOnPush = false } = (input['imageScanningConfiguration'] ?? {}) as { readonly scanOnPush?: boolean };
  const encryption = encryptionOf(input['encryptionConfiguration']);
  return parts.repositories.create({ name, arn, tagMutability, scanOnPush, encryption });
}

async function describeRepositories(parts: EcrParts, input: Readonly<Record<string, unknown>>): Promise<object> {
  const names = listOf<string>(input, 'repositoryNames') ?? parts.repositories.all().map(({ name }) => name);
  const page = pageOf(names, input);
  const repositories: object[] = [];
  for (const repositoryName of page.items) {
    repositories.push(describe(parts, await findRepository(parts, { repositoryName })));
  }
  return { repositories, nextToken: page.nextToken };
}

function describe(parts: EcrParts, repository: EcrRepository): object {
  return {
    repositoryArn: repository.arn,
    registryId: parts.accountId,
    repositoryName: repository.name,
    repositoryUri: `${parts.registryHost()}/${repository.name}`,
    createdAt: repository.createdAt,
    imageTagMutability: repository.tagMutability,
    imageScanningConfiguration: { scanOnPush: repository.scanOnPush },
    encryptionConfiguration: repository.encryption,
  };
}

function encryptionOf(value: unknown): Encryption {
  const { encryptionType, kmsKey } = (value ?? { encryptionType: 'AES256' }) as Readonly<Record<string, unknown>>;
  if (encryptionType === 'AES256' && kmsKey === undefined) return { encryptionType };
  if (encryptionType === 'KMS') return { encryptionType, ...(typeof kmsKey === 'string' ? { kmsKey } : {}) };
  throw invalidParameter("'encryptionConfiguration' has to be AES256 without a key, or KMS here.");
}

function mutabilityOf(value: unknown): TagMutability {
  if (value === 'MUTABLE' || value === 'IMMUTABLE') return value;
  throw invalidParameter("The member 'imageTagMutability' has to be MUTABLE or IMMUTABLE here.");
}

/** The beginning of ECR's own sentences. */
function named(parts: EcrParts, name: string): string {
  return `The repository with name '${name}' in the registry with id '${parts.accountId}'`;
}
