import { SlipwayError, type Redactor } from '@slipway/core';
import { registryError, type Answer } from './registry-answer.js';

/** Who we are at a registry: a user's password, or what some registries give for one once and for all. */
export type RegistryLogin =
  { readonly username: string; readonly password: string } | { readonly identityToken: string };

/** Challenge is what a registry asks for in place of a password: a token of this issuer. */
export interface Challenge {
  readonly realm: string;
  readonly service?: string;
  readonly scope?: string;
}

/** basic returns the Authorization header of a user and a password. */
export function basic(login: RegistryLogin | undefined): string | undefined {
  if (!login || !('password' in login)) return undefined;
  return `Basic ${Buffer.from(`${login.username}:${login.password}`).toString('base64')}`;
}

/** challengeOf reads a WWW-Authenticate header; undefined when it asks for no token. */
export function challengeOf(header: string | undefined): Challenge | undefined {
  const bearer = /^bearer\s+(.*)$/is.exec(header ?? '')?.[1];
  if (bearer === undefined) return undefined;
  const fieldOf = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`, 'i').exec(bearer)?.[1];
  const [realm, service, scope] = [fieldOf('realm'), fieldOf('service'), fieldOf('scope')];
  if (realm === undefined || !URL.canParse(realm)) return undefined;
  return { realm, ...(service === undefined ? {} : { service }), ...(scope === undefined ? {} : { scope }) };
}

/** TokenRequest is how an issuer is asked for a token. */
export interface TokenRequest {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/**
 * tokenRequest returns the request that gets such a token.
 *
 * @see https://distribution.github.io/distribution/spec/auth/token/
 */
export function tokenRequest(challenge: Challenge, login: RegistryLogin | undefined): TokenRequest {
  const url = new URL(challenge.realm);
  const asked = new URLSearchParams();
  if (challenge.service !== undefined) asked.set('service', challenge.service);
  if (login && 'identityToken' in login) {
    if (challenge.scope !== undefined) asked.set('scope', challenge.scope);
    for (const [key, value] of Object.entries({ grant_type: 'refresh_token', client_id: 'slipway' }))
      asked.set(key, value);
    asked.set('refresh_token', login.identityToken);
    const headers = { 'content-type': 'application/x-www-form-urlencoded;charset=UTF-8' };
    return { url, method: 'POST', headers, body: Buffer.from(asked.toString()) };
  }
  // Several scopes are several parameters here, one text there.
  for (const scope of challenge.scope?.split(' ') ?? []) asked.append('scope', scope);
  for (const [key, value] of asked) url.searchParams.append(key, value);
  const authorization = basic(login);
  return { url, method: 'GET', headers: authorization === undefined ? {} : { authorization } };
}

/**
 * readToken takes the token out of the issuer's answer.
 *
 * @throws SlipwayError OCI_REGISTRY_UNAUTHORIZED, OCI_REGISTRY_UNAVAILABLE, OCI_REGISTRY_UNEXPECTED
 */
export function readToken(what: string, answer: Answer, redactor: Redactor): string {
  if (answer.status !== 200) throw registryError(what, answer, (text) => redactor.redact(text));
  const token = tokenIn(answer.body);
  if (token !== undefined) return token;
  throw new SlipwayError({
    code: 'OCI_REGISTRY_UNEXPECTED',
    message: `${what} was answered without a token.`,
    hint: 'Run again; if it stays, the issuer of the registry speaks another protocol.',
    kind: 'world',
  });
}

function tokenIn(body: Buffer): string | undefined {
  try {
    const parsed = JSON.parse(body.toString('utf8')) as { token?: unknown; access_token?: unknown } | null;
    const token = parsed?.token ?? parsed?.access_token;
    return typeof token === 'string' && token !== '' ? token : undefined;
  } catch {
    return undefined;
  }
}
