import { randomUUID } from 'node:crypto';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWK } from 'jose';
import type { WorldTime } from '../world.js';

/** GitHub's own issuer, and the audience that AWS's provider for it has: what tokens have unless claims say otherwise. */
export const GITHUB_ISSUER = 'https://token.actions.githubusercontent.com';

/** Claims is what a token says of its bearer. */
export type Claims = Readonly<Record<string, unknown>>;

/** OidcIssuer gives out tokens in the place of an identity provider, signed with a key that it makes up. */
export interface OidcIssuer {
  /** The public keys, as `/.well-known/jwks` has them. */
  jwks(): Promise<{ readonly keys: readonly JWK[] }>;
  /** sign returns a token of claims, which may replace what it has by itself: `iss`, `iat`, `nbf`, `exp`, `jti`. */
  sign(claims: Claims, audience: string): Promise<string>;
}

/** GitHub's tokens live five minutes. */
const TOKEN_SECONDS = 300;

/** createOidcIssuer returns an issuer. Its key, which takes a moment, is made when it is first asked for. */
export function createOidcIssuer(time: WorldTime): OidcIssuer {
  let pair: Promise<Keys> | undefined;
  const keys = (): Promise<Keys> => (pair ??= makeKeys());
  return {
    jwks: async () => ({ keys: [(await keys()).public] }),
    sign: async (claims, audience) => {
      const { private: key, public: jwk } = await keys();
      const now = Math.floor(time.now().getTime() / 1000);
      const usual = { iss: GITHUB_ISSUER, jti: randomUUID(), iat: now, nbf: now, exp: now + TOKEN_SECONDS };
      return new SignJWT({ ...usual, aud: audience, ...claims })
        .setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: jwk.kid ?? '' })
        .sign(key);
    },
  };
}

interface Keys {
  readonly private: CryptoKey;
  readonly public: JWK;
}

async function makeKeys(): Promise<Keys> {
  const { privateKey, publicKey } = await generateKeyPair('RS256');
  const jwk = await exportJWK(publicKey);
  return { private: privateKey, public: { ...jwk, kid: randomUUID(), use: 'sig', alg: 'RS256' } };
}
