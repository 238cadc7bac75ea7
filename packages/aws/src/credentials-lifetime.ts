import { mayRequestIdToken, type AwsJob } from './job.js';
import { CHAINED_SECONDS } from './roles.js';

/** How long a job's credentials last. */
export type CredentialsLifetime =
  /** Keys of a user: they do not end. */
  | { readonly kind: 'lasting' }
  /** They are replaced before they end. */
  | { readonly kind: 'renewing' }
  | { readonly kind: 'until'; readonly at: Date }
  /** Temporary ones that do not say when they end. */
  | { readonly kind: 'unknown' };

/** credentialsLifetime tells how long the credentials of a job last. `now` is milliseconds since the epoch. */
export function credentialsLifetime(
  { inputs, environment }: Pick<AwsJob, 'inputs' | 'environment'>,
  now: number,
): CredentialsLifetime {
  const own = environmentLifetime(environment);
  if (inputs['role-to-assume'].length === 0) return own;
  if (mayRequestIdToken(environment) || own.kind === 'lasting' || own.kind === 'renewing') return { kind: 'renewing' };
  // A session may outlive the one that it was assumed with, and is not renewed after that has ended.
  const seconds = Math.min(inputs['role-duration-seconds'], CHAINED_SECONDS);
  const ownEnd = own.kind === 'until' ? own.at.getTime() : 0;
  return { kind: 'until', at: new Date(Math.max(ownEnd, now + seconds * 1000)) };
}

/** By one of these the SDK fetches credentials, and fetches new ones before they end (its default provider chain). */
const FETCHED = [
  'AWS_WEB_IDENTITY_TOKEN_FILE',
  'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI',
  'AWS_CONTAINER_CREDENTIALS_FULL_URI',
];

/** environmentLifetime tells how long the credentials last that the SDK finds in the environment. */
export function environmentLifetime(environment: AwsJob['environment']): CredentialsLifetime {
  // The SDK prefers a profile, which may hold any kind of credentials, to keys in the environment.
  if (environment['AWS_PROFILE']) return { kind: 'unknown' };
  if (environment['AWS_ACCESS_KEY_ID'] && environment['AWS_SECRET_ACCESS_KEY']) {
    if (!environment['AWS_SESSION_TOKEN']) return { kind: 'lasting' };
    const at = new Date(environment['AWS_CREDENTIAL_EXPIRATION'] ?? '');
    return Number.isNaN(at.getTime()) ? { kind: 'unknown' } : { kind: 'until', at };
  }
  return { kind: FETCHED.some((name) => environment[name]) ? 'renewing' : 'unknown' };
}
