import { awsConfiguration, type AwsConfiguration } from './configuration.js';
import { environmentLifetime } from './credentials-lifetime.js';
import { mayRequestIdToken, type AwsJob, type RequestIdToken } from './job.js';
import { renewing } from './renewing.js';
import { assertRoles, assumeRoles, type Start } from './roles.js';

/**
 * awsFor returns how an action reaches AWS: in its region, with the roles that it was given or with the environment's
 * own credentials. Roles are assumed at the first call and again before they end; their keys stay in memory.
 *
 * @throws SlipwayError AWS_REGION_MISSING, AWS_ROLE_INVALID; each call AWS_ROLE_DENIED and what requestIdToken throws
 */
export function awsFor(job: AwsJob, requestIdToken: RequestIdToken): AwsConfiguration {
  const { inputs, environment, github } = job;
  const configuration = awsConfiguration(inputs['aws-region'], environment);
  const arns = inputs['role-to-assume'];
  if (arns.length === 0) return configuration;
  assertRoles(arns);
  const roles = {
    arns,
    start: startOf(job, requestIdToken),
    sessionName: inputs['role-session-name'] ?? `slipway-${github.runId ?? 'local'}`,
    durationSeconds: inputs['role-duration-seconds'],
    mask: (secret: string) => job.mask(secret),
  };
  return { ...configuration, credentials: renewing(() => assumeRoles(configuration, roles)) };
}

function startOf({ environment }: AwsJob, request: RequestIdToken): Start {
  if (mayRequestIdToken(environment)) return { kind: 'id-token', request };
  return { kind: 'environment', isSession: environmentLifetime(environment).kind !== 'lasting' };
}
