import { describe, expect, it } from '@jest/globals';
import { credentialsLifetime } from '../src/index.js';

const NOW = Date.parse('2030-01-01T00:00:00Z');
const ROLE = 'arn:aws:iam::111111111111:role/deliver';
const KEYS = { AWS_ACCESS_KEY_ID: 'AKIAUSER', AWS_SECRET_ACCESS_KEY: 'secret-of-user' };
const SESSION = { ...KEYS, AWS_SESSION_TOKEN: 'token-of-job' };
const endingAt = (at: string) => ({ ...SESSION, AWS_CREDENTIAL_EXPIRATION: at });
const ID_TOKEN = { ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.example' };
const until = (at: string) => ({ kind: 'until', at: new Date(at) });

const lifetimeOf = (
  environment: Readonly<Record<string, string>>,
  roles: readonly string[] = [],
  seconds = 3600,
): unknown =>
  credentialsLifetime(
    {
      environment,
      inputs: {
        'aws-region': undefined,
        'role-to-assume': roles,
        'role-session-name': undefined,
        'role-duration-seconds': seconds,
      },
    },
    NOW,
  );

describe('credentialsLifetime', () => {
  it.each([
    ['keys of a user', KEYS, { kind: 'lasting' }],
    ['a session that says when it ends', endingAt('2030-01-01T00:40:00Z'), until('2030-01-01T00:40:00Z')],
    ['a session that does not', SESSION, { kind: 'unknown' }],
    ['a session that says something else', endingAt('soon'), { kind: 'unknown' }],
    ['a profile, which wins over keys', { ...KEYS, AWS_PROFILE: 'work' }, { kind: 'unknown' }],
    ['half a key', { AWS_ACCESS_KEY_ID: 'AKIAUSER' }, { kind: 'unknown' }],
    ['a token file', { AWS_WEB_IDENTITY_TOKEN_FILE: '/token' }, { kind: 'renewing' }],
    ['a container', { AWS_CONTAINER_CREDENTIALS_RELATIVE_URI: '/v2' }, { kind: 'renewing' }],
    ['nothing', {}, { kind: 'unknown' }],
    ['an ID token without a role', ID_TOKEN, { kind: 'unknown' }],
  ])('of %s', (_title, environment, expected) => {
    expect(lifetimeOf(environment)).toEqual(expected);
  });

  it.each([
    ['an ID token', { ...SESSION, ...ID_TOKEN }, { kind: 'renewing' }],
    ['keys of a user', KEYS, { kind: 'renewing' }],
    ['a container', { AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://localhost' }, { kind: 'renewing' }],
    ['a session of unknown end', SESSION, until('2030-01-01T01:00:00Z')],
    ['a session that ends before the role', endingAt('2030-01-01T00:40:00Z'), until('2030-01-01T01:00:00Z')],
    ['a session that ends after the role', endingAt('2030-01-01T03:00:00Z'), until('2030-01-01T03:00:00Z')],
  ])('of a role that is assumed with %s', (_title, environment, expected) => {
    // A role that is assumed by a session gets an hour, whatever was asked for.
    expect(lifetimeOf(environment, [ROLE], 7200)).toEqual(expected);
  });

  it('of a role whose sessions are short', () => {
    expect(lifetimeOf(SESSION, [ROLE], 900)).toEqual(until('2030-01-01T00:15:00Z'));
  });
});
