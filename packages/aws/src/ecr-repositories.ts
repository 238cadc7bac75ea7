import { CreateRepositoryCommand, ECRClient, PutLifecyclePolicyCommand } from '@aws-sdk/client-ecr';
import type { AwsConfiguration } from './configuration.js';
import { awsErrorName } from './errors.js';
import { named } from './named.js';
import { obeying } from './obeying.js';

/** What a repository is made with. */
export interface NewRepository {
  readonly name: string;
  readonly immutableTags: boolean;
  readonly scanOnPush: boolean;
  /** The ARN, id or alias of a KMS key; absent: ECR's own encryption. */
  readonly kmsKey?: string;
  /** ECR's lifecycle policy, as JSON. */
  readonly lifecyclePolicy?: string;
}

/** EcrRepositoriesPort makes repositories. */
export interface EcrRepositoriesPort {
  /** Makes a repository with its lifecycle policy; one that is there already, by another job, is left as it is. */
  create(repository: NewRepository): Promise<'created' | 'was-there'>;
}

/** createEcrRepositories returns it behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createEcrRepositories(configuration: AwsConfiguration): EcrRepositoriesPort {
  const client = obeying(new ECRClient(configuration), configuration);
  return {
    create: async ({ name, immutableTags, scanOnPush, kmsKey, lifecyclePolicy }) => {
      const command = new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: immutableTags ? 'IMMUTABLE' : 'MUTABLE',
        imageScanningConfiguration: { scanOnPush },
        encryptionConfiguration:
          kmsKey === undefined ? { encryptionType: 'AES256' } : { encryptionType: 'KMS', kmsKey },
      });
      try {
        await client.send(command);
      } catch (error) {
        if (awsErrorName(error) === 'RepositoryAlreadyExistsException') return 'was-there';
        return named('ecr:CreateRepository')(error);
      }
      if (lifecyclePolicy !== undefined) {
        await client
          .send(new PutLifecyclePolicyCommand({ repositoryName: name, lifecyclePolicyText: lifecyclePolicy }))
          .catch(named('ecr:PutLifecyclePolicy'));
      }
      return 'created';
    },
  };
}
