import { childEnvironment, runProcess } from '@slipway/process';
import type { LocalAws } from '../src/index.js';
import { CALLER } from './running.js';

/** The first versions that know AWS_ENDPOINT_URL and ECS service deployments. */
const LEAST = 'aws-cli 1.45 (pip install awscli) or a current 2.x';
/** A command waits for whatever AWS's own waiters wait for; none of them has to wait long here. */
const LIMIT_MS = 60_000;

/** What a command of the AWS CLI came to; `json` is its output, empty when there was none. */
export interface AwsResult {
  readonly exitCode: number;
  readonly stderr: string;
  readonly json: Record<string, unknown>;
}

/** aws runs one command of the AWS CLI, as it is installed, against a local-aws. */
export async function aws(localAws: LocalAws, ...args: readonly string[]): Promise<AwsResult> {
  const env = childEnvironment({
    AWS_ENDPOINT_URL: localAws.endpoint,
    AWS_ACCESS_KEY_ID: CALLER.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CALLER.secretAccessKey,
    AWS_DEFAULT_REGION: 'eu-central-1',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  const { exitCode, stdout, stderr } = await runProcess({
    file: 'aws',
    args: [...args, '--output', 'json'],
    env,
    timeoutMs: LIMIT_MS,
  });
  return { exitCode, stderr, json: (stdout.trim() === '' ? {} : JSON.parse(stdout)) as Record<string, unknown> };
}

/**
 * requireAwsCli looks whether there is an AWS CLI that knows what these tests ask of it.
 *
 * @throws Error that names what is needed and what there is
 */
export async function requireAwsCli(): Promise<void> {
  const found = await runProcess({ file: 'aws', args: ['--version'], timeoutMs: LIMIT_MS }).catch(() => undefined);
  const [, major, minor] = /aws-cli\/(\d+)\.(\d+)/.exec(found?.stdout ?? '') ?? [];
  const suits = Number(major) > 1 || (Number(major) === 1 && Number(minor) >= 45);
  if (!suits) throw new Error(`These tests need ${LEAST} on PATH; there is ${found?.stdout.trim() ?? 'none'}.`);
}
