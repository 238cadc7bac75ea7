import { createHash, randomBytes } from 'node:crypto';
import { AwsError, type Protocol } from '../service.js';
import type { WorldTime } from '../world.js';
import { userCaller, type Caller } from './caller.js';
import type { AccountSetup, IdentityProvider, Role } from './read-accounts.js';

/** Identities is who may call: the users of every account, and the sessions of roles. */
export interface Identities {
  /** The account of calls whose key nobody has. */
  readonly defaultAccountId: string;
  /** The numbers of all accounts. */
  readonly accountIds: ReadonlySet<string>;
  /**
   * callerOf tells whose key signed a call.
   *
   * @throws AwsError when the key is nobody's, its session is over, or the session's token is not the one that was given
   */
  callerOf(signer: Signer): Caller;
  /** The role of an ARN; undefined when there is none. */
  role(arn: string): Role | undefined;
  /** The provider of an issuer, as an account knows it. */
  identityProvider(accountId: string, issuer: string): IdentityProvider | undefined;
  /** startSession gives out credentials of a role. */
  startSession(role: Role, session: { readonly name: string; readonly seconds: number }): RoleSession;
}

/** Signer is what a signed call says of who signed it. */
export interface Signer {
  readonly accessKeyId: string;
  /** X-Amz-Security-Token. */
  readonly sessionToken: string | undefined;
  /** The errors that AWS has for bad keys differ by it. */
  readonly protocol: Protocol['kind'];
}

/** RoleSession is the credentials of a role, as long as they last. */
export interface RoleSession {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
  readonly caller: Caller;
}

/** What identities are made of. */
export interface IdentityParts {
  readonly accounts: readonly AccountSetup[];
  readonly defaultAccountId: string;
  /** False refuses keys that nobody has; otherwise they are users of the default account. */
  readonly unknownKeys: boolean;
  readonly time: WorldTime;
}

/** A session that is over is told so for as long as this many newer ones have not come. */
const MAX_SESSIONS = 10_000;

/** taskAccessKeyOf is the access key that the tasks of an account get. */
export function taskAccessKeyOf(accountId: string): string {
  return `local-aws-task-${accountId}`;
}

/** createIdentities returns the users of the accounts, and no session yet. */
export function createIdentities(parts: IdentityParts): Identities {
  const { accounts, defaultAccountId, time } = parts;
  const users = usersOf(accounts);
  const sessions = new Map<string, RoleSession>();
  const roles = new Map(accounts.flatMap((account) => account.roles.map((role) => [role.arn, role] as const)));
  return {
    defaultAccountId,
    accountIds: new Set(accounts.map(({ accountId }) => accountId)),
    callerOf: (signer) => {
      const session = sessions.get(signer.accessKeyId);
      if (session) return sessionCaller(session, signer, time.now());
      const user = users.get(signer.accessKeyId);
      if (user) return user;
      if (!parts.unknownKeys) throw invalidKey(signer.protocol);
      const { accessKeyId } = signer;
      return userCaller(defaultAccountId, { name: accessKeyId, userId: accessKeyId });
    },
    role: (arn) => roles.get(arn),
    identityProvider: (accountId, issuer) =>
      accounts
        .find((account) => account.accountId === accountId)
        ?.identityProviders.find(({ url }) => withoutSlash(url) === withoutSlash(issuer)),
    startSession: (role, { name, seconds }) => {
      const session = newSession(role, name, new Date(time.now().getTime() + seconds * 1000));
      sessions.set(session.accessKeyId, session);
      const [oldest] = sessions.keys();
      if (sessions.size > MAX_SESSIONS && oldest !== undefined) sessions.delete(oldest);
      return session;
    },
  };
}

function usersOf(accounts: readonly AccountSetup[]): ReadonlyMap<string, Caller> {
  return new Map(
    accounts.flatMap(({ accountId, users }) => [
      ...users.map(
        ({ accessKeyId, ...user }) => [accessKeyId, userCaller(accountId, { ...user, userId: accessKeyId })] as const,
      ),
      [
        taskAccessKeyOf(accountId),
        userCaller(accountId, { name: 'local-aws-task', userId: taskAccessKeyOf(accountId) }),
      ] as const,
    ]),
  );
}

function sessionCaller({ caller, ...session }: RoleSession, { sessionToken, protocol }: Signer, now: Date): Caller {
  if (sessionToken !== session.sessionToken) throw invalidKey(protocol);
  if (now.getTime() >= session.expiresAt.getTime()) throw expired(protocol);
  return caller;
}

function newSession(role: Role, name: string, expiresAt: Date): RoleSession {
  const { accountId, policies } = role;
  const arn = `arn:aws:sts::${accountId}:assumed-role/${role.name}/${name}`;
  const userId = `${roleIdOf(role)}:${name}`;
  const principals = [role.arn, arn].map((principal) => ({ kind: 'AWS', name: principal }) as const);
  return {
    // AWS's ids of temporary keys begin so, and have twenty characters.
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomBytes(30).toString('base64'),
    sessionToken: randomBytes(96).toString('base64'),
    expiresAt,
    caller: { accountId, arn, userId, policies, principals, isSession: true },
  };
}

/** A role's id, in AWS's form: the same for as long as there is the role. */
function roleIdOf({ arn }: Role): string {
  return `AROA${createHash('sha256').update(arn).digest('hex').slice(0, 17).toUpperCase()}`;
}

function withoutSlash(url: string): string {
  return url.replace(/\/$/, '');
}

/** Where a service speaks JSON, and where it speaks Query, AWS has other codes for the same. */
function invalidKey(protocol: Protocol['kind']): AwsError {
  const message = 'The security token included in the request is invalid.';
  if (protocol === 'json') return new AwsError('UnrecognizedClientException', message);
  return new AwsError('InvalidClientTokenId', message, { status: 403 });
}

function expired(protocol: Protocol['kind']): AwsError {
  const message = 'The security token included in the request is expired';
  if (protocol === 'json') return new AwsError('ExpiredTokenException', message);
  return new AwsError('ExpiredToken', message, { status: 403 });
}
