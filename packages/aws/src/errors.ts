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
  hint: "Set the input 'role-to-assume': a session that this action assumes itself is renewed. Or make the job's own longer than the step takes.",
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
      hint: "Set the input 'role-to-assume' in a job with the permission id-token: write, or run aws-actions/configure-aws-credentials before this step.",
      kind: 'user',
    },
    ThrottlingException: THROTTLED,
    Throttling: THROTTLED,
    TooManyRequestsException: THROTTLED,
    RequestLimitExceeded: THROTTLED,
  } satisfies Record<string, Reading>),
);

const UNREACHABLE: Reading = {
  code: 'AWS_UNREACHABLE',
  hint: 'Check aws-region, the network and, where it is set, AWS_ENDPOINT_URL.',
  kind: 'world',
  retryable: true,
};

const FAILED: Reading = {
  code: 'AWS_REQUEST_FAILED',
  hint: "AWS's own words say why; with the request's id its support finds the call.",
  kind: 'world',
};

/** Of a write nobody knows whether it took effect: it counts as one that may, which makes the caller look. */
const MALFORMED: Reading = {
  code: 'AWS_ANSWER_MALFORMED',
  hint: 'Something between here and AWS may have changed or cut the answer: a proxy, or what AWS_ENDPOINT_URL names.',
  kind: 'world',
  retryable: true,
};

/** Node's names for a connection that could not be made or did not last. */
const NETWORK_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'ETIMEDOUT', 'EPIPE']);

/** What the SDK's errors have beside a name and a message. */
interface SdkError {
  readonly code?: unknown;
  /** Absent where the answer was no error of the service's own. */
  readonly $fault?: unknown;
  readonly $metadata?: { readonly requestId?: string; readonly httpStatusCode?: number };
}

/**
 * fromAws turns what an SDK call threw into our error: what was called, what AWS said, what to do. An error of ours,
 * which the credentials' provider threw, stays what it is.
 */
export function fromAws(operation: string, error: unknown): SlipwayError {
  if (error instanceof SlipwayError) return error;
  const details = (error ?? {}) as SdkError;
  const requestId = details.$metadata?.requestId;
  return new SlipwayError({
    ...read(error, details),
    message: `${operation} failed: ${wordsOf(error, details)}${requestId ? ` (request ${requestId})` : ''}`,
    cause: error,
  });
}

function read(error: unknown, details: SdkError): Reading {
  const common = COMMON.get(awsErrorName(error) ?? '');
  if (common) return common;
  if (isUnreachable(error, details)) return UNREACHABLE;
  const status = details.$metadata?.httpStatusCode ?? 0;
  if (isUnread(error, details) && status < 400) return MALFORMED;
  const kind = details.$fault === 'client' ? 'user' : 'world';
  return { ...FAILED, kind, retryable: details.$fault === 'server' || status >= 500 };
}

/** A connection that is not made in time, or falls silent, has no code. */
function isUnreachable(error: unknown, { code }: SdkError): boolean {
  return awsErrorName(error) === 'TimeoutError' || (typeof code === 'string' && NETWORK_CODES.has(code));
}

/** The answer came, and the SDK could not read it: a proxy's page, half a document. */
function isUnread(error: unknown, details: SdkError): boolean {
  const { $fault, $metadata } = details;
  return $fault === undefined && $metadata?.httpStatusCode !== undefined && !isUnreachable(error, details);
}

function wordsOf(error: unknown, details: SdkError): string {
  const status = details.$metadata?.httpStatusCode;
  // The parser's own words would show a part of the answer, which may be a secret.
  if (isUnread(error, details)) return `the answer (HTTP ${status}) could not be read.`;
  const name = awsErrorName(error);
  // The SDK's name for an error that the service gave none.
  if (name === 'Unknown' || name === 'UnknownError') return `HTTP ${status} without an error of AWS's own.`;
  return `${name && name !== 'Error' ? `${name}: ` : ''}${messageOf(error).split('\n', 1)[0]}`;
}
