import {
  BatchGetImageCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  type AuthorizationData,
} from '@aws-sdk/client-ecr';
import { SlipwayError } from '@slipway/core';
import type { AwsConfiguration } from './configuration.js';
import { awsErrorName, fromAws } from './errors.js';
import { ecrRepositoriesOver, type EcrRepositoriesPort } from './ecr-repositories.js';
import { ecrScansOver, type EcrScanPort } from './ecr-scans.js';
import { obeying } from './obeying.js';

/** The user and password of a registry. The token behind it lives 12 hours. */
export interface RegistryCredentials {
  /** Host and, where there is one, port. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/** EcrPort is what the suite asks of ECR. */
export interface EcrPort {
  credentials(): Promise<RegistryCredentials>;
  /** The repository of that name; undefined when there is none. */
  repository(name: string): Promise<{ readonly uri: string; readonly arn: string } | undefined>;
  /** The manifest behind a tag or digest, as the registry stores it; undefined when there is none. */
  manifest(repository: string, image: { tag: string } | { digest: string }): Promise<StoredManifest | undefined>;
}

export interface StoredManifest {
  readonly digest: string;
  /** The manifest's own bytes, as text. */
  readonly text: string;
}

/** createEcr returns ECR behind the SDK. Errors are SlipwayErrors with codes AWS_*. */
export function createEcr(configuration: AwsConfiguration): EcrPort {
  return ecrOver(clientOf(configuration));
}

/** EcrPlace is everything that the suite does at the ECR of one identity and region. */
export interface EcrPlace {
  readonly ecr: EcrPort;
  readonly repositories: EcrRepositoriesPort;
  readonly scans: EcrScanPort;
}

/** createEcrPlace returns it behind one client, whose connections and session serve all of it. */
export function createEcrPlace(configuration: AwsConfiguration): EcrPlace {
  const client = clientOf(configuration);
  return { ecr: ecrOver(client), repositories: ecrRepositoriesOver(client), scans: ecrScansOver(client) };
}

function clientOf(configuration: AwsConfiguration): ECRClient {
  return obeying(new ECRClient(configuration), configuration);
}

function ecrOver(client: ECRClient): EcrPort {
  return {
    credentials: async () => {
      const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({})).catch((error: unknown) => {
        throw fromAws('ecr:GetAuthorizationToken', error);
      });
      return readCredentials(authorizationData?.[0]);
    },
    repository: async (name) => {
      try {
        const { repositories } = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [name] }));
        const found = repositories?.[0];
        return found?.repositoryUri && found.repositoryArn
          ? { uri: found.repositoryUri, arn: found.repositoryArn }
          : undefined;
      } catch (error) {
        if (awsErrorName(error) === 'RepositoryNotFoundException') return undefined;
        throw fromAws('ecr:DescribeRepositories', error);
      }
    },
    manifest: async (repository, image) => {
      const imageId = 'tag' in image ? { imageTag: image.tag } : { imageDigest: image.digest };
      const { images } = await client
        .send(new BatchGetImageCommand({ repositoryName: repository, imageIds: [imageId] }))
        .catch((error: unknown) => {
          throw fromAws('ecr:BatchGetImage', error);
        });
      const found = images?.[0];
      return found?.imageId?.imageDigest && found.imageManifest
        ? { digest: found.imageId.imageDigest, text: found.imageManifest }
        : undefined;
    },
  };
}

function readCredentials(data: AuthorizationData | undefined): RegistryCredentials {
  const [username, ...rest] = Buffer.from(data?.authorizationToken ?? '', 'base64')
    .toString('utf8')
    .split(':');
  const password = rest.join(':');
  if (!username || !password || !data?.proxyEndpoint) {
    throw new SlipwayError({
      code: 'AWS_REQUEST_FAILED',
      message: 'ecr:GetAuthorizationToken answered without a token or an endpoint.',
      hint: 'Run the job again.',
      kind: 'world',
      retryable: true,
    });
  }
  return { host: new URL(data.proxyEndpoint).host, username, password };
}
