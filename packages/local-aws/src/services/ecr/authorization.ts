import { randomBytes } from 'node:crypto';
import { userCaller, type Caller } from '../../iam/caller.js';

/** How long ECR's own tokens live. */
const TOKEN_HOURS = 12;
/** The user of every token of ECR's. */
const USERNAME = 'AWS';

/** Authorization is the registry's passwords: one for each caller, for the whole life of a local-aws. */
export interface Authorization {
  /** What the account's own tasks pull with. */
  readonly pull: { readonly username: string; readonly password: string };
  /** The answer of GetAuthorizationToken. What may be done with the token is what its caller may do. */
  token(caller: Caller, proxyEndpoint: string): object;
  /** Whose password an Authorization header carries; undefined when it is none. */
  callerOf(header: string | undefined): Caller | undefined;
}

/** createAuthorization makes up the passwords of an account's registry. */
export function createAuthorization(accountId: string): Authorization {
  const passwords = new Map<string, string>();
  const callers = new Map<string, Caller>();
  const passwordOf = (caller: Caller): string => {
    const given = passwords.get(caller.arn) ?? randomBytes(32).toString('hex');
    passwords.set(caller.arn, given);
    callers.set(`Basic ${encoded(given)}`, caller);
    return given;
  };
  const engine = userCaller(accountId, { name: 'local-aws-engine', userId: 'local-aws-engine' });
  return {
    pull: { username: USERNAME, password: passwordOf(engine) },
    token: (caller, proxyEndpoint) => ({
      authorizationData: [
        {
          authorizationToken: encoded(passwordOf(caller)),
          expiresAt: new Date(Date.now() + TOKEN_HOURS * 3_600_000),
          proxyEndpoint,
        },
      ],
    }),
    callerOf: (header) => callers.get(header ?? ''),
  };
}

function encoded(password: string): string {
  return Buffer.from(`${USERNAME}:${password}`).toString('base64');
}
