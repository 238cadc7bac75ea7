import { createRegistryHandler, type RegistryHandler } from '@slipway/oci';
import type { ImageRegistry } from '../../image-registry.js';
import type { AwsService } from '../../service.js';
import { createAuthorization } from './authorization.js';
import { createImageOperations } from './image-operations.js';
import { checkedOperations } from './operations.js';
import { createRepositoryOperations, type EcrParts } from './repository-operations.js';
import { EcrRepositories } from './repositories.js';
import type { EcrRepository } from './repository.js';

/** EcrService is ECR's API, and the registry that stores what is pushed. */
export interface EcrService extends AwsService {
  /** The registry's data plane. It asks for the token's credentials. */
  readonly handler: RegistryHandler;
  /** How tasks pull. */
  readonly images: ImageRegistry;
}

/** Where ECR is and where it stores. */
export interface EcrOptions {
  readonly accountId: string;
  /** Each repository is an image layout below it. */
  readonly directory: string;
  /** `127.0.0.1:PORT`. */
  readonly registryHost: () => string;
}

/** createEcrService returns an ECR without repositories. */
export function createEcrService(options: EcrOptions): EcrService {
  const { accountId, registryHost } = options;
  const repositories = new EcrRepositories(options.directory);
  const parts: EcrParts = { repositories, accountId, registryHost };
  const authorization = createAuthorization();
  const handler = createRegistryHandler({
    storage: repositories,
    authorize: (header) => authorization.accepts(header),
  });
  const { username, password } = authorization;
  return {
    id: 'ecr',
    protocol: { kind: 'json', version: '1.1', targetPrefix: 'AmazonEC2ContainerRegistry_V20150921' },
    operations: checkedOperations(
      {
        GetAuthorizationToken: () => authorization.token(`http://${registryHost()}`),
        ...createRepositoryOperations(parts),
        ...createImageOperations(parts),
      },
      accountId,
    ),
    handler,
    images: { host: registryHost, pullCredentials: () => ({ username, password }) },
    state: () => ({ repositories: repositories.all().map(stateOf) }),
    close: () => handler.close(),
  };
}

function stateOf(repository: EcrRepository): object {
  const images = repository.digests().map((digest) => ({ digest, tags: repository.tagsOf(digest) }));
  return { name: repository.name, arn: repository.arn, tagMutability: repository.tagMutability, images };
}
