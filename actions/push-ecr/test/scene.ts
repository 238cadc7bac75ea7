import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ECRClient } from '@aws-sdk/client-ecr';
import { startLocalAws, type LocalAws, type LocalAwsOptions } from '@slipway/local-aws';
import { runAction, type ActionEnd, type ActionStart } from '@slipway/testkit';

export const REGION = 'eu-central-1';
/** Whose pushes these are. */
export const KEYS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' };

/** An AWS with a registry, and the built action before it. */
export interface Scene {
  readonly aws: LocalAws;
  readonly ecr: ECRClient;
  /** Workspace, temporary folder and home of the action. */
  readonly folder: string;
  push(inputs: Readonly<Record<string, string>>, more?: Partial<ActionStart>): Promise<ActionEnd>;
  close(): Promise<void>;
}

/** Keys are a user's. */
export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** openScene starts it, for a job with those keys; every answer of AWS is held against the SDK's model. */
export async function openScene(
  options: Pick<LocalAwsOptions, 'scan' | 'accounts' | 'ecrRegions'> = {},
  keys: Keys = KEYS,
): Promise<Scene> {
  const aws = await startLocalAws({ tasks: 'simulated', validateResponses: true, ...options });
  const ecr = ecrOf(aws, keys);
  const folder = await mkdtemp(path.join(tmpdir(), 'slipway-push-'));
  return {
    aws,
    ecr,
    folder,
    push: (inputs, more = {}) =>
      runAction({
        action: 'push-ecr',
        inputs: { tag: '1.0.0', 'aws-region': REGION, ...inputs },
        workspace: folder,
        temp: folder,
        timeoutMs: 25_000,
        ...more,
        environment: {
          AWS_ENDPOINT_URL: aws.endpoint,
          AWS_ACCESS_KEY_ID: keys.accessKeyId,
          AWS_SECRET_ACCESS_KEY: keys.secretAccessKey,
          // Were anything written for Docker, it would be found here.
          HOME: folder,
          ...more.environment,
        },
      }),
    close: async () => {
      ecr.destroy();
      await aws.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** ecrOf returns a client of the SDK's own, by which tests look at what is there. */
export function ecrOf({ endpoint }: LocalAws, credentials: Keys, region = REGION): ECRClient {
  return new ECRClient({ region, endpoint, credentials });
}
