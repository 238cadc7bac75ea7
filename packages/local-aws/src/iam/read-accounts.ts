import type { Policy } from './policy.js';
import { membersOf, readPolicy, refuseOthers, textsOf, wrong } from './read-policy.js';

/** AccountSetup is an account's options, checked and complete. */
export interface AccountSetup {
  readonly accountId: string;
  readonly users: readonly UserSetup[];
  readonly roles: readonly Role[];
  readonly identityProviders: readonly IdentityProvider[];
}

/** UserSetup is a user with the one access key that it has. */
export interface UserSetup {
  readonly accessKeyId: string;
  readonly name: string;
  readonly policies?: readonly Policy[];
}

/** Role is a role, read. */
export interface Role {
  readonly accountId: string;
  readonly arn: string;
  /** Without its path. */
  readonly name: string;
  readonly trust: Policy;
  readonly policies: readonly Policy[];
  readonly maxSessionSeconds: number;
}

/** IdentityProvider is an OIDC provider, read. */
export interface IdentityProvider {
  readonly arn: string;
  /** The `iss` of its tokens. */
  readonly url: string;
  /** The URL without its scheme: how condition keys begin. */
  readonly name: string;
  readonly audiences: readonly string[];
  /** Undefined for local-aws's own issuer. */
  readonly jwks: { readonly keys: readonly object[] } | undefined;
}

type Members = Readonly<Record<string, unknown>>;

const ACCOUNT_ID = /^\d{12}$/;
const ACCESS_KEY_ID = /^[\w-]{3,128}$/;
const NAME = /^[\w+=,.@-]{1,64}$/;
const ROLE_NAME = /^([\w+=,.@-]+\/)*[\w+=,.@-]{1,64}$/;
/** What IAM gives a role that nothing is said of, and the range that it takes. */
const [LEAST_SESSION_SECONDS, MOST_SESSION_SECONDS] = [3_600, 43_200];
const GITHUB = 'token.actions.githubusercontent.com';

/**
 * readAccounts checks the accounts, and everything in them.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION, which names the member, what it has and what it has to be
 */
export function readAccounts(given: unknown): readonly AccountSetup[] {
  const accounts = listOf(given, 'accounts').map((account, index) => readAccount(account, `accounts[${index}]`));
  refuseTwice(
    accounts.map(({ accountId }) => accountId),
    'accounts',
  );
  refuseTwice(
    accounts.flatMap(({ users }) => users.map(({ accessKeyId }) => accessKeyId)),
    'accounts: users',
  );
  return accounts;
}

function readAccount(given: unknown, where: string): AccountSetup {
  const members = membersOf(given, where);
  refuseOthers(members, ['accountId', 'users', 'roles', 'identityProviders'], where);
  const accountId = matching(members['accountId'], ACCOUNT_ID, { where: `${where}.accountId`, right: '12 digits' });
  const read = <T>(member: string, one: (given: unknown, account: AccountPlace) => T): readonly T[] =>
    listOf(members[member] ?? [], `${where}.${member}`).map((each, index) =>
      one(each, { accountId, where: `${where}.${member}[${index}]` }),
    );
  const roles = read('roles', readRole);
  refuseTwice(
    roles.map(({ arn }) => arn),
    `${where}.roles`,
  );
  return {
    ...{ accountId, roles },
    users: read('users', readUser),
    identityProviders: read('identityProviders', readProvider),
  };
}

interface AccountPlace {
  readonly accountId: string;
  readonly where: string;
}

function readUser(given: unknown, { where }: AccountPlace): UserSetup {
  const members = membersOf(given, where);
  refuseOthers(members, ['accessKeyId', 'name', 'policies'], where);
  const accessKeyId = matching(members['accessKeyId'], ACCESS_KEY_ID, {
    where: `${where}.accessKeyId`,
    right: 'an access key id, as in AKIASTAGING',
  });
  const name = matching(members['name'] ?? accessKeyId, NAME, { where: `${where}.name`, right: 'the name of a user' });
  if (members['policies'] === undefined) return { accessKeyId, name };
  return { accessKeyId, name, policies: policiesOf(members, where) };
}

function readRole(given: unknown, { accountId, where }: AccountPlace): Role {
  const members = membersOf(given, where);
  refuseOthers(members, ['name', 'trustPolicy', 'policies', 'maxSessionSeconds'], where);
  const path = matching(members['name'], ROLE_NAME, { where: `${where}.name`, right: 'the name of a role' });
  const maxSessionSeconds = members['maxSessionSeconds'] ?? LEAST_SESSION_SECONDS;
  if (!isBetween(maxSessionSeconds, LEAST_SESSION_SECONDS, MOST_SESSION_SECONDS)) {
    const right = `a whole number from ${LEAST_SESSION_SECONDS} to ${MOST_SESSION_SECONDS}`;
    throw wrong(`${where}.maxSessionSeconds`, maxSessionSeconds, right);
  }
  const trust = readPolicy(members['trustPolicy'], 'trust', `${where}.trustPolicy`);
  refuseTrustInAnybody(trust, `${where}.trustPolicy`);
  return {
    accountId,
    arn: `arn:aws:iam::${accountId}:role/${path}`,
    name: path.slice(path.lastIndexOf('/') + 1),
    trust,
    policies: policiesOf(members, where),
    maxSessionSeconds,
  };
}

/**
 * IAM takes no role that trusts GitHub's provider whatever the repository is: a condition has to be on the subject, or
 * on the workflow, and has to say something.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_create_for-idp_oidc.html
 */
function refuseTrustInAnybody(trust: Policy, where: string): void {
  const keys = [`${GITHUB}:sub`, `${GITHUB}:job_workflow_ref`];
  for (const { effect, principals, conditions } of trust) {
    const isGitHub = principals.some(({ kind, name }) => kind === 'Federated' && name.endsWith(`/${GITHUB}`));
    if (effect === 'Deny' || !isGitHub) continue;
    const says = conditions.some(({ key, values }) => keys.includes(key) && !values.includes('*'));
    if (!says) throw wrong(where, 'no condition of that kind', `one with a condition on ${keys.join(' or ')}`);
  }
}

function readProvider(given: unknown, { accountId, where }: AccountPlace): IdentityProvider {
  const members = membersOf(given, where);
  refuseOthers(members, ['url', 'audiences', 'jwks'], where);
  const right = 'a URL that begins with https://';
  const url = matching(members['url'], /^https:\/\/[^/?#\s]+[^?#\s]*$/, { where: `${where}.url`, right });
  const name = url.slice('https://'.length).replace(/\/$/, '');
  const audiences = textsOf(members['audiences'] ?? 'sts.amazonaws.com', `${where}.audiences`);
  const arn = `arn:aws:iam::${accountId}:oidc-provider/${name}`;
  return { arn, url, name, audiences, jwks: keysOf(members['jwks'], `${where}.jwks`) };
}

function keysOf(given: unknown, where: string): IdentityProvider['jwks'] {
  if (given === undefined) return undefined;
  const keys = listOf(membersOf(given, where)['keys'], `${where}.keys`);
  return { keys: keys.map((key, index) => membersOf(key, `${where}.keys[${index}]`)) };
}

function policiesOf(members: Members, where: string): readonly Policy[] {
  return listOf(members['policies'] ?? [], `${where}.policies`).map((policy, index) =>
    readPolicy(policy, 'permissions', `${where}.policies[${index}]`),
  );
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (Array.isArray(value)) return value as unknown[];
  throw wrong(where, value, 'a list');
}

function matching(
  value: unknown,
  form: RegExp,
  { where, right }: { readonly where: string; readonly right: string },
): string {
  if (typeof value === 'string' && form.test(value)) return value;
  throw wrong(where, value, right);
}

function isBetween(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && (value as number) >= least && (value as number) <= most;
}

function refuseTwice(values: readonly string[], where: string): void {
  const twice = values.find((value, index) => values.indexOf(value) !== index);
  if (twice !== undefined) throw wrong(where, twice, 'there once');
}
