import type { IncomingMessage } from 'node:http';
import type { Claims, OidcIssuer } from '../oidc/issuer.js';

/** Where the issuer is on the endpoint. */
export const OIDC_PATH = '/_local/oidc/';
/** What stands for the job's own secret in ACTIONS_ID_TOKEN_REQUEST_TOKEN: any would do. */
const REQUEST_TOKEN = 'local-aws';

/** OidcAnswer is a status, and what is said with it. */
export interface OidcAnswer {
  readonly status: number;
  readonly body: object;
}

/**
 * createOidcApi answers below `/_local/oidc/`, or returns undefined where there is nothing:
 *
 * - `GET jwks`: the issuer's public keys
 * - `GET token?claims=CLAIMS&audience=AUDIENCE` with any bearer token: `{"value": "the ID token"}`, as GitHub answers
 *   a job that asks for one. CLAIMS are JSON in base64url; without an audience it is the repository owner's URL.
 *
 * @see https://docs.github.com/actions/reference/security/oidc
 */
export function createOidcApi(issuer: OidcIssuer): (request: IncomingMessage) => Promise<OidcAnswer | undefined> {
  return async ({ method, url, headers }) => {
    const { pathname, searchParams } = new URL(url ?? '/', 'http://local-aws');
    if (method !== 'GET' || !pathname.startsWith(OIDC_PATH)) return undefined;
    const what = pathname.slice(OIDC_PATH.length);
    if (what === 'jwks') return { status: 200, body: await issuer.jwks() };
    if (what !== 'token') return undefined;
    if (!/^bearer \S+$/i.test(headers.authorization ?? '')) {
      return {
        status: 401,
        body: { message: 'A token is given for the bearer token of ACTIONS_ID_TOKEN_REQUEST_TOKEN.' },
      };
    }
    const claims = claimsOf(searchParams.get('claims'));
    if (!claims) return { status: 400, body: { message: 'claims has to be a JSON object in base64url.' } };
    return {
      status: 200,
      body: { value: await issuer.sign(claims, searchParams.get('audience') ?? audienceOf(claims)) },
    };
  };
}

/** idTokenEnvironment returns the variables with which a job's own code asks the issuer for its tokens. */
export function idTokenEnvironment(endpoint: string, claims: Claims): Readonly<Record<string, string>> {
  const encoded = Buffer.from(JSON.stringify(claims)).toString('base64url');
  return {
    // GitHub's has a query of its own too: whoever asks appends &audience=.
    ACTIONS_ID_TOKEN_REQUEST_URL: `${endpoint}${OIDC_PATH}token?claims=${encoded}`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: REQUEST_TOKEN,
  };
}

function audienceOf({ repository_owner: owner }: Claims): string {
  return `https://github.com/${typeof owner === 'string' ? owner : ''}`;
}

function claimsOf(encoded: string | null): Claims | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(encoded ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? (claims as Claims) : undefined;
  } catch {
    return undefined;
  }
}
