import { SlipwayError } from '@slipway/core';
import { awsErrorName, fromAws } from './errors.js';

interface Attempt {
  readonly arn: string;
  readonly operation: string;
  /** GitHub's token, where the role was assumed with it. */
  readonly token?: string;
}

/** STS's words for: not this identity (API reference, AssumeRole and AssumeRoleWithWebIdentity). */
const DENIED = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'InvalidIdentityToken',
  'InvalidIdentityTokenException',
  'IDPRejectedClaim',
  'IDPRejectedClaimException',
]);

/** roleError tells why a role could not be assumed, and what its trust policy would have to say. */
export function roleError(error: unknown, { arn, operation, token }: Attempt): SlipwayError {
  const general = fromAws(operation, error);
  const name = awsErrorName(error) ?? '';
  if (general.code === 'AWS_CREDENTIALS_MISSING') return nothingToBeginWith(error, arn);
  if (!DENIED.has(name)) return general;
  return new SlipwayError({
    code: 'AWS_ROLE_DENIED',
    message: `The role ${arn} could not be assumed: ${general.message}`,
    hint:
      token === undefined
        ? "Its trust policy must name the identity that assumes it, and that identity's own policy must allow sts:AssumeRole on it. In a chain, that is the role before it."
        : `Its trust policy must allow sts:AssumeRoleWithWebIdentity to the provider token.actions.githubusercontent.com, with the audience sts.amazonaws.com and the subject of this job${subjectOf(token)}.`,
    cause: error,
  });
}

function nothingToBeginWith(error: unknown, arn: string): SlipwayError {
  return new SlipwayError({
    code: 'AWS_CREDENTIALS_MISSING',
    message: `The role ${arn} cannot be assumed: the job may ask for no ID token, and its environment holds no credentials.`,
    hint: "Add 'id-token: write' to the job's permissions. GitHub gives it to no run of a fork's pull request.",
    cause: error,
  });
}

/**
 * What GitHub's token says the job is: the most common mistake is a trust policy that expects another subject. The
 * subject is no secret; nothing else of the token is shown.
 */
function subjectOf(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    const { sub } = claims as { readonly sub?: unknown };
    return typeof sub === 'string' && /^[\x20-\x7e]{1,500}$/.test(sub) ? `, ${sub}` : '';
  } catch {
    return '';
  }
}
