import {
  AssumeRoleCommand,
  AssumeRoleWithWebIdentityCommand,
  STSClient,
  type AssumeRoleResponse,
} from '@aws-sdk/client-sts';
import { SlipwayError } from '@slipway/core';
import type { AwsConfiguration } from './configuration.js';
import { awsErrorName } from './errors.js';
import type { Session } from './renewing.js';
import { roleError } from './role-errors.js';

/** Where a chain of roles begins. */
export type Start =
  | { readonly kind: 'id-token'; request(audience: string): Promise<string> }
  /** `isSession`: its credentials may be a role's own, so that the first role is a chained one already. */
  | { readonly kind: 'environment'; readonly isSession: boolean };

/** What is assumed, and how. */
export interface Roles {
  /** Each assumed with the one before. */
  readonly arns: readonly string[];
  readonly start: Start;
  readonly sessionName: string;
  readonly durationSeconds: number;
  mask(secret: string): void;
}

/** A role that is assumed by a role gets an hour at most, whatever its own maximum is (IAM, "Role chaining"). */
export const CHAINED_SECONDS = 3600;
/** The audience that AWS's own documentation gives GitHub's identity provider. */
const AUDIENCE = 'sts.amazonaws.com';
const ROLE_ARN = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** assertRoles refuses what is no role's ARN before anything is called. @throws SlipwayError AWS_ROLE_INVALID */
export function assertRoles(arns: readonly string[], input = 'role-to-assume'): void {
  const wrong = arns.find((arn) => !ROLE_ARN.test(arn));
  if (wrong === undefined) return;
  throw new SlipwayError({
    code: 'AWS_ROLE_INVALID',
    message: `'${input}' names '${wrong}', which is no role's ARN.`,
    hint: 'Write arn:aws:iam::123456789012:role/name. Asterisks mean that the runner masked it on its way here: pass it as a variable, not as a secret.',
  });
}

/**
 * assumeRoles assumes one role after the other and returns the last one's session. Every key on the way is masked
 * before it is used.
 *
 * @throws SlipwayError AWS_ROLE_DENIED, or another AWS_* code
 */
export async function assumeRoles(configuration: AwsConfiguration, roles: Roles): Promise<Session> {
  const [first = '', ...others] = roles.arns;
  let session = await assumeFirst(configuration, roles, first);
  for (const arn of others) {
    const credentials = session;
    session = await assume({ ...configuration, credentials: () => Promise.resolve(credentials) }, roles, {
      arn,
      seconds: Math.min(roles.durationSeconds, CHAINED_SECONDS),
    });
  }
  return session;
}

async function assumeFirst(configuration: AwsConfiguration, roles: Roles, arn: string): Promise<Session> {
  const { start, durationSeconds } = roles;
  if (start.kind === 'id-token')
    return assumeByToken(configuration, roles, { arn, token: await start.request(AUDIENCE) });
  const seconds = start.isSession ? Math.min(durationSeconds, CHAINED_SECONDS) : durationSeconds;
  return assume(configuration, roles, { arn, seconds });
}

async function assumeByToken(
  configuration: AwsConfiguration,
  roles: Roles,
  { arn, token }: { readonly arn: string; readonly token: string },
): Promise<Session> {
  roles.mask(token);
  const command = new AssumeRoleWithWebIdentityCommand({
    RoleArn: arn,
    RoleSessionName: roles.sessionName,
    WebIdentityToken: token,
    DurationSeconds: roles.durationSeconds,
  });
  const askedAt = Date.now();
  const answer = await tokenClient(configuration)
    .send(command)
    .catch((error: unknown) => {
      throw roleError(error, { arn, operation: 'sts:AssumeRoleWithWebIdentity', token });
    });
  return read(answer, roles, askedAt + roles.durationSeconds * 1000);
}

/**
 * STS says of a good token, too, that it is invalid, when it could not get GitHub's keys in time. The SDK's own retries
 * are told to count that among what passes, as AWS's SDK for Rust does.
 */
function tokenClient(configuration: AwsConfiguration): STSClient {
  const client = new STSClient(configuration);
  client.middlewareStack.add(
    (next) => (request) =>
      next(request).catch((error: unknown) => {
        throw awsErrorName(error)?.startsWith('InvalidIdentityToken')
          ? Object.assign(error as Error, { $retryable: {} })
          : error;
      }),
    { step: 'deserialize', priority: 'high', name: 'slipwayRetryIdentityToken' },
  );
  return client;
}

async function assume(
  configuration: AwsConfiguration,
  roles: Roles,
  { arn, seconds }: { readonly arn: string; readonly seconds: number },
): Promise<Session> {
  const command = new AssumeRoleCommand({
    RoleArn: arn,
    RoleSessionName: roles.sessionName,
    DurationSeconds: seconds,
  });
  const askedAt = Date.now();
  const answer = await new STSClient(configuration).send(command).catch((error: unknown) => {
    throw roleError(error, { arn, operation: 'sts:AssumeRole' });
  });
  return read(answer, roles, askedAt + seconds * 1000);
}

/** Where our clock is behind AWS's, the end that AWS tells would come too late: `endsAt` is by our own. */
function read({ Credentials }: AssumeRoleResponse, roles: Roles, endsAt: number): Session {
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = Credentials ?? {};
  if (!AccessKeyId || !SecretAccessKey || !SessionToken) {
    throw new SlipwayError({
      code: 'AWS_ANSWER_MALFORMED',
      message: "STS's answer holds no credentials.",
      hint: 'Something between here and AWS may have changed the answer: a proxy, or what AWS_ENDPOINT_URL names.',
      kind: 'world',
      retryable: true,
    });
  }
  roles.mask(SecretAccessKey);
  roles.mask(SessionToken);
  const end = Math.min(Expiration?.getTime() ?? endsAt, endsAt);
  return {
    accessKeyId: AccessKeyId,
    secretAccessKey: SecretAccessKey,
    sessionToken: SessionToken,
    expiration: new Date(end),
  };
}
