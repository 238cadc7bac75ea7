import { SlipwayError } from '@slipway/core';

/** How every client of ours is configured. The endpoint comes from AWS_ENDPOINT_URL, read by the SDK itself. */
export interface AwsConfiguration {
  readonly region: string;
  /** One layer retries, the SDK's: full jitter, and it slows down as AWS asks. */
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive';
  readonly customUserAgent: string;
}

/** ECS registers one task definition per second in the long run; ten tries outlast a burst of deployments. */
const MAX_ATTEMPTS = 10;

/**
 * awsConfiguration takes the region from the input or the environment. Credentials come from the SDK's default
 * chain, the environment first.
 *
 * @throws SlipwayError AWS_REGION_MISSING
 */
export function awsConfiguration(
  region: string | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): AwsConfiguration {
  const chosen = region ?? (environment['AWS_REGION'] || environment['AWS_DEFAULT_REGION']);
  if (!chosen) {
    throw new SlipwayError({
      code: 'AWS_REGION_MISSING',
      message: 'No AWS region is known.',
      hint: "Set the input 'aws-region', or AWS_REGION in the environment.",
    });
  }
  return { region: chosen, maxAttempts: MAX_ATTEMPTS, retryMode: 'adaptive', customUserAgent: 'slipway' };
}
