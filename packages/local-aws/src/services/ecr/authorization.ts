import { randomBytes, timingSafeEqual } from 'node:crypto';

/** How long ECR's own tokens live. */
const TOKEN_HOURS = 12;

/** Authorization is the registry's password: one for the whole life of a local-aws, different for each. */
export interface Authorization {
  readonly username: string;
  readonly password: string;
  /** The answer of GetAuthorizationToken. */
  token(proxyEndpoint: string): object;
  /** Whether an Authorization header carries the password. */
  accepts(header: string | undefined): boolean;
}

/** createAuthorization makes up a password. */
export function createAuthorization(): Authorization {
  const username = 'AWS';
  const password = randomBytes(32).toString('hex');
  const encoded = Buffer.from(`${username}:${password}`).toString('base64');
  const expected = Buffer.from(`Basic ${encoded}`);
  return {
    username,
    password,
    token: (proxyEndpoint) => ({
      authorizationData: [
        { authorizationToken: encoded, expiresAt: new Date(Date.now() + TOKEN_HOURS * 3_600_000), proxyEndpoint },
      ],
    }),
    accepts: (header) => {
      const given = Buffer.from(header ?? '');
      return given.length === expected.length && timingSafeEqual(given, expected);
    },
  };
}
