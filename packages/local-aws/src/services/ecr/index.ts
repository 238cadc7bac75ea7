import { createRegistryHandler, type RegistryHandler } from '@slipway/oci';
import { userCaller, type Caller } from '../../iam/caller.js';
import type { ImageRegistry } from '../../image-registry.js';
import type { AwsService } from '../../service.js';
import { createAuthorization } from './authorization.js';
import { createImageOperations } from './image-operations.js';
import { createLifecycleOperations } from './lifecycle-policies.js';
import { checkedOperations } from './operations.js';
import { createRepositoryOperations, type EcrParts } from './repository-operations.js';
import { EcrRepositories } from './repositories.js';
import type { EcrRepository } from './repository.js';
import { createScanOperations, type SimulateScan } from './scans.js';

/** EcrService is ECR's API, and the registry that stores what is pushed. */
export interface EcrService extends AwsService {
  /** The registry's data plane. It asks for the token's credentials. */
  readonly handler: RegistryHandler;
  /** How tasks pull. */
  readonly images: ImageRegistry;
  /** Whose token an Authorization header carries; undefined when it carries none of this registry. */
  callerOf(authorization: string | undefined): Caller | undefined;
  /** The ARN of a repository; undefined when there is none of that name. */
  arnOf(repositoryName: string): string | undefined;
}

/** Where ECR is and where it stores. */
export interface EcrOptions {
  readonly accountId: string;
  /** Each repository is an image layout below it. */
  readonly directory: string;
  /** `127.0.0.1:PORT`. */
  readonly registryHost: () => string;
  /** What scans find; nothing where it is absent. */
  readonly scan?: SimulateScan | undefined;
}

/** createEcrService returns an ECR without repositories. */
export function createEcrService(options: EcrOptions): EcrService {
  const { accountId, registryHost } = options;
  const repositories = new EcrRepositories(options.directory);
  const parts: EcrParts = { repositories, accountId, registryHost };
  const authorization = createAuthorization(accountId);
  const handler = createRegistryHandler({
    storage: repositories,
    authorize: (header) => authorization.callerOf(header) !== undefined,
  });
  return {
    id: 'ecr',
    protocol: { kind: 'json', version: '1.1', targetPrefix: 'AmazonEC2ContainerRegistry_V20150921' },
    operations: checkedOperations(
      {
        GetAuthorizationToken: (_input, { caller, accessKeyId }) =>
          authorization.token(
            caller ?? userCaller(accountId, { name: accessKeyId, userId: accessKeyId }),
            `http://${registryHost()}`,
          ),
        ...createRepositoryOperations(parts),
        ...createImageOperations(parts),
        ...createLifecycleOperations(parts),
        ...createScanOperations(parts, options.scan ?? (() => undefined)),
      },
      accountId,
    ),
    handler,
    images: { host: registryHost, pullCredentials: () => authorization.pull },
    callerOf: (header) => authorization.callerOf(header),
    arnOf: (name) => repositories.all().find((repository) => repository.name === name)?.arn,
    state: () => ({ repositories: repositories.all().map(stateOf) }),
    close: () => handler.close(),
  };
}

function stateOf(repository: EcrRepository): object {
  const images = repository.digests().map((digest) => ({ digest, tags: repository.tagsOf(digest) }));
  return { name: repository.name, arn: repository.arn, tagMutability: repository.tagMutability, images };
}
