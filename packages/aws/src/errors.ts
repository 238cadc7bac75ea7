import { SlipwayError, messageOf } from '@slipway/core';

/** awsErrorName returns the exception's name as AWS gives it, of an error or of the one that caused it. */
export function awsErrorName(error: unknown): string | undefined {
  if (error instanceof SlipwayError) return awsErrorName(error.cause);
  return error instanceof Error ? error.name : undefined;
}

interface Reading {
  readonly code: string;
  readonly hint: string;
  readonly kind: 'user' | 'world';
  readonly retryable?: boolean;
}

const THROTTLED: Reading = {
  code: 'AWS_THROTTLED',
  hint: 'AWS answers too many calls of this account at once; run the job again, or spread deployments over time.',
  kind: 'world',
  retryable: true,
};

const DENIED: Reading = {
  code: 'AWS_ACCESS_DENIED',
  hint: 'Grant the operation to the role of this job; the README of the action lists what it needs.',
  kind: 'user',
};

const EXPIRED: Reading = {
  code: 'AWS_CREDENTIALS_EXPIRED',
  hint: 'Ask for a longer session (role-duration-seconds) than the step takes.',
  kind: 'user',
};

const INVALID: Reading = {
  code: 'AWS_CREDENTIALS_INVALID',
  hint: 'Check the role that the job assumes, or the keys in its environment.',
  kind: 'user',
};

/** The names that AWS's services give to what is the same everywhere (Common Errors of their API references). */
const COMMON: ReadonlyMap<string, Reading> = new Map<string, Reading>(
  Object.entries({
    AccessDeniedException: DENIED,
    AccessDenied: DENIED,
    UnauthorizedOperation: DENIED,
    ExpiredTokenException: EXPIRED,
    ExpiredToken: EXPIRED,
    RequestExpired: EXPIRED,
    UnrecognizedClientException: INVALID,
    InvalidClientTokenId: INVALID,
    InvalidSignatureException: INVALID,
    SignatureDoesNotMatch: INVALID,
    CredentialsProviderError: {
      code: 'AWS_CREDENTIALS_MISSING',
      hint: 'Run aws-actions/configure-aws-credentials before this step, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
      kind: 'user',
    },
    ThrottlingException: THROTTLED,
    Throttling: THROTTLED,
    TooManyRequestsException: THROTTLED,
    RequestLimitExceeded: THROTTLED,
  } satisfies Record<string, Reading>),
);

/** Node's names for a connection that could not be made or did not last. */
const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE']);

/** fromAws turns what an SDK call threw into our error: what was called, what AWS said, what to do. */
export function fromAws(operation: string, error: unknown): SlipwayError {
  const reading = read(error);
  const requestId = (error as { $metadata?: { requestId?: string } } | undefined)?.$metadata?.requestId;
  const name = awsErrorName(error);
  return new SlipwayError({
    ...reading,
    message: `${operation} failed: ${name && name !== 'Error' ? `${name}: ` : ''}${messageOf(error)}${requestId ? ` (request ${requestId})` : ''}`,
    cause: error,
  });
}

function read(error: unknown): Reading {
  const common = COMMON.get(awsErrorName(error) ?? '');
  if (common) return common;
  const code = (error as { code?: unknown } | undefined)?.code;
  if (typeof code === 'string' && NETWORK_CODES.has(code)) {
    return {
      code: 'AWS_UNREACHABLE',
      hint: 'Check aws-region, the network and, where it is set, AWS_ENDPOINT_URL.',
      kind: 'world',
      retryable: true,
    };
  }
  const fault = (error as { $fault?: unknown } | undefined)?.$fault;
  return {
    code: 'AWS_REQUEST_FAILED',
    hint: "AWS's own words say why; with the request's id its support finds the call.",
    kind: fault === 'client' ? 'user' : 'world',
    retryable: fault === 'server',
  };
}
