import { createLocalJWKSet, decodeJwt, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import type { IdentityProvider } from '../iam/read-accounts.js';
import { AwsError } from '../service.js';

/** What a token is held against. */
export interface TokenExpectations {
  readonly provider: IdentityProvider;
  readonly jwks: { readonly keys: readonly object[] };
  readonly now: Date;
}

/**
 * issuerOf returns who a token says that gave it out. Nothing of it is proved yet.
 *
 * @throws AwsError InvalidIdentityToken
 */
export function issuerOf(token: string): string {
  try {
    const { iss } = decodeJwt(token);
    if (typeof iss === 'string') return iss;
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
  }
  throw invalid('The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)');
}

/**
 * verifiedClaims returns what a token says, once it is proved that its issuer says so, to this audience, and now.
 *
 * @throws AwsError InvalidIdentityToken, ExpiredTokenException
 */
export async function verifiedClaims(token: string, expected: TokenExpectations): Promise<JWTPayload> {
  const { provider, jwks, now } = expected;
  try {
    const { payload } = await jwtVerify(token, createLocalJWKSet(jwks as JSONWebKeySet), {
      audience: [...provider.audiences],
      algorithms: ['RS256'],
      currentDate: now,
      requiredClaims: ['sub', 'aud', 'iat', 'exp'],
    });
    return payload;
  } catch (error) {
    throw refusalOf(error, now);
  }
}

function refusalOf(error: unknown, now: Date): unknown {
  if (error instanceof errors.JWTExpired) {
    const [at, end] = [Math.floor(now.getTime() / 1000), error.payload.exp ?? 0];
    return new AwsError(
      'ExpiredTokenException',
      `Token expired: current date/time ${at} must be before the expiration date/time ${end}`,
    );
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return invalid(
      error.claim === 'aud' ? 'Incorrect token audience' : `The token's claim ${error.claim} is not valid.`,
    );
  }
  return error instanceof errors.JOSEError ? invalid('The token is not signed with a key of its issuer.') : error;
}

/**
 * noProvider is the error of a token whose issuer the role's account does not know.
 */
export function noProvider(issuer: string): AwsError {
  return invalid(`No OpenIDConnect provider found in your account for ${issuer}`);
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidIdentityToken', message);
}
