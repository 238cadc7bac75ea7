import type { AwsCredentialIdentityProvider, HttpHandlerUserInput, RetryStrategy } from './sdk-types.js';
import { SlipwayError } from '@slipway/core';

/** How every client of ours is configured. The endpoint comes from AWS_ENDPOINT_URL, read by the SDK itself. */
export interface AwsConfiguration {
  readonly region: string;
  /** One layer retries, the SDK's: full jitter, and it slows down as AWS asks. */
  readonly maxAttempts: number;
  readonly retryMode: 'adaptive' | 'standard';
  readonly customUserAgent: string;
  /** How long a call may take; in tests, who answers it. */
  readonly requestHandler: HttpHandlerUserInput;
  /** Absent: the SDK's default chain, the environment first. */
  readonly credentials?: AwsCredentialIdentityProvider;
  /** Absent but in tests, whose time does not pass while they wait. */
  readonly retryStrategy?: RetryStrategy;
  readonly endpoint?: string;
  /** Ends the calls of the clients that obey it: where what was begun need not be undone by another call. */
  readonly signal?: AbortSignal;
}

/** ECS registers one task definition per second in the long run; ten tries outlast a burst of deployments. */
const MAX_ATTEMPTS = 10;
/** No call of ours takes AWS seconds; what hangs is a connection that is gone. */
const PATIENT = within({ connectMs: 5_000, answerMs: 20_000 });
/** A cancelled step has 7.5 s until SIGTERM, and 2.5 s more (actions/runner, ProcessInvoker). */
const IMPATIENT = within({ connectMs: 2_000, answerMs: 2_000 });

/** The request's time ends with the answer's head; the socket's holds for the body too. */
function within({ connectMs, answerMs }: { readonly connectMs: number; readonly answerMs: number }) {
  return {
    connectionTimeout: connectMs,
    requestTimeout: answerMs,
    socketTimeout: answerMs,
    throwOnRequestTimeout: true,
  };
}

/**
 * awsConfiguration takes the region from the input or the environment.
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
  return {
    region: chosen,
    maxAttempts: MAX_ATTEMPTS,
    retryMode: 'adaptive',
    customUserAgent: 'slipway',
    requestHandler: PATIENT,
  };
}

/** once returns the configuration of a client that tries every call once, and waits for nothing before it. */
export function once(configuration: AwsConfiguration): AwsConfiguration {
  return { ...configuration, maxAttempts: 1, retryStrategy: ONE_TRY };
}

const FIRST_TRY = { getRetryCount: () => 0, getRetryDelay: () => 0 };
const ONE_TRY: RetryStrategy = {
  acquireInitialRetryToken: () => Promise.resolve(FIRST_TRY),
  refreshRetryTokenForRetry: () => Promise.reject(new Error('Tried once.')),
  recordSuccess: () => undefined,
};

/** impatient returns the configuration of a client for a run that is being cancelled: it has seconds. */
export function impatient(configuration: AwsConfiguration): AwsConfiguration {
  const { requestHandler } = configuration;
  return {
    ...configuration,
    maxAttempts: 3,
    // The adaptive mode may hold a call back for seconds after it was throttled.
    retryMode: 'standard',
    requestHandler: 'handle' in requestHandler ? requestHandler : IMPATIENT,
  };
}
