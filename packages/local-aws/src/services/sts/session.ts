import type { Role } from '../../iam/read-accounts.js';
import type { RoleSession } from '../../iam/identities.js';
import { secondsOf, textOf } from './input.js';

/** What both ways into a role are asked with. */
export interface SessionRequest {
  readonly roleArn: string;
  readonly sessionName: string;
}

const ROLE_ARN = /^arn:aws[\w-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const SESSION_NAME = /^[\w+=,.@-]{2,64}$/;
/** A role that is assumed by a role's session gets an hour at most (IAM, "Role chaining"). */
const CHAINED_SECONDS = 3_600;

/**
 * sessionRequestOf reads the role and the session's name.
 *
 * @throws AwsError ValidationError
 */
export function sessionRequestOf(input: Readonly<Record<string, unknown>>): SessionRequest {
  return {
    roleArn: textOf(input, 'RoleArn', ROLE_ARN),
    sessionName: textOf(input, 'RoleSessionName', SESSION_NAME),
  };
}

/**
 * sessionSecondsOf reads how long a session of the role is to last.
 *
 * @throws AwsError ValidationError
 */
export function sessionSecondsOf(
  input: Readonly<Record<string, unknown>>,
  { maxSessionSeconds }: Role,
  isChained: boolean,
): number {
  if (isChained) {
    const because = 'the 1 hour session limit for roles assumed by role chaining';
    return secondsOf(input, { seconds: CHAINED_SECONDS, because });
  }
  return secondsOf(input, { seconds: maxSessionSeconds, because: 'the MaxSessionDuration set for this role' });
}

/** sessionAnswer is what STS tells of a session. */
export function sessionAnswer({ accessKeyId, secretAccessKey, sessionToken, expiresAt, caller }: RoleSession): object {
  return {
    Credentials: {
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      SessionToken: sessionToken,
      Expiration: expiresAt,
    },
    AssumedRoleUser: { AssumedRoleId: caller.userId, Arn: caller.arn },
  };
}
