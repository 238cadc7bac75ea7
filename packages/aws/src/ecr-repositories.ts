import {
  CreateRepositoryCommand,
  GetLifecyclePolicyCommand,
  PutLifecyclePolicyCommand,
  type ECRClient,
} from '@aws-sdk/client-ecr';
import { awsErrorName } from './errors.js';
import { named } from './named.js';

/** What a repository is made with. */
export interface NewRepository {
  readonly name: string;
  readonly immutableTags: boolean;
  readonly scanOnPush: boolean;
  /** The ARN, id or alias of a KMS key; absent: ECR's own encryption. */
  readonly kmsKey?: string;
}

/** EcrRepositoriesPort makes repositories. */
export interface EcrRepositoriesPort {
  /** Makes a repository; one that is there already, by another job, is left as it is. */
  create(repository: NewRepository): Promise<'created' | 'was-there'>;
  /** Gives a repository that has no lifecycle policy one, ECR's own form as JSON; one that is there is left as it is. */
  ensureLifecyclePolicy(repository: string, policy: string): Promise<'put' | 'was-there'>;
}

/** ecrRepositoriesOver returns it behind a client. Errors are SlipwayErrors with codes AWS_*. */
export function ecrRepositoriesOver(client: ECRClient): EcrRepositoriesPort {
  return {
    create: async ({ name, immutableTags, scanOnPush, kmsKey }) => {
      const command = new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: immutableTags ? 'IMMUTABLE' : 'MUTABLE',
        imageScanningConfiguration: { scanOnPush },
        encryptionConfiguration:
          kmsKey === undefined ? { encryptionType: 'AES256' } : { encryptionType: 'KMS', kmsKey },
      });
      try {
        await client.send(command);
        return 'created';
      } catch (error) {
        if (awsErrorName(error) === 'RepositoryAlreadyExistsException') return 'was-there';
        return named('ecr:CreateRepository')(error);
      }
    },
    ensureLifecyclePolicy: async (repositoryName, lifecyclePolicyText) => {
      try {
        await client.send(new GetLifecyclePolicyCommand({ repositoryName }));
        return 'was-there';
      } catch (error) {
        if (awsErrorName(error) !== 'LifecyclePolicyNotFoundException') named('ecr:GetLifecyclePolicy')(error);
      }
      await client
        .send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText }))
        .catch(named('ecr:PutLifecyclePolicy'));
      return 'put';
    },
  };
}
