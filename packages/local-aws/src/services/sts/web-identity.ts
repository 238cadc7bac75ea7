import type { Identities } from '../../iam/identities.js';
import { trustOf } from '../../iam/policy.js';
import type { IdentityProvider } from '../../iam/read-accounts.js';
import { arnOf } from '../../iam/arn.js';
import type { OidcIssuer } from '../../oidc/issuer.js';
import { issuerOf, noProvider, verifiedClaims } from '../../oidc/verify.js';
import { AwsError, type Operation } from '../../service.js';
import type { WorldTime } from '../../world.js';
import { claimsContext } from './claims.js';
import { refuseOthers, textOf } from './input.js';
import { sessionAnswer, sessionRequestOf, sessionSecondsOf } from './session.js';

/** What AssumeRoleWithWebIdentity is made of. */
export interface WebIdentityParts {
  readonly identities: Identities;
  /** Whose keys hold for providers that have none of their own. */
  readonly issuer: OidcIssuer;
  readonly time: WorldTime;
}

const ACTION = 'sts:AssumeRoleWithWebIdentity';
const PARAMETERS = ['RoleArn', 'RoleSessionName', 'WebIdentityToken', 'DurationSeconds'];
/** As long as AWS takes them. */
const TOKEN = /^[\s\S]{4,20000}$/;

/** createAssumeRoleWithWebIdentity returns the operation that gives a role to who has a token of an identity provider. */
export function createAssumeRoleWithWebIdentity({ identities, issuer, time }: WebIdentityParts): Operation {
  return async (input) => {
    refuseOthers('AssumeRoleWithWebIdentity', input, PARAMETERS);
    const { roleArn, sessionName } = sessionRequestOf(input);
    const token = textOf(input, 'WebIdentityToken', TOKEN);
    const provider = providerOf(identities, roleArn, issuerOf(token));
    const jwks = provider.jwks ?? (await issuer.jwks());
    const claims = await verifiedClaims(token, { provider, jwks, now: time.now() });
    const role = identities.role(roleArn);
    const principals = [{ kind: 'Federated', name: provider.arn }] as const;
    const asked = { action: ACTION, principals, context: claimsContext(provider, claims) };
    // That there is no such role is nothing that AWS tells.
    if (!role || trustOf(role.trust, asked) !== 'allow') throw denied();
    const seconds = sessionSecondsOf(input, role, false);
    return {
      ...sessionAnswer(identities.startSession(role, { name: sessionName, seconds })),
      SubjectFromWebIdentityToken: claims.sub,
      Audience: [claims.aud].flat()[0],
      Provider: provider.arn,
    };
  };
}

/** A provider is known to the account of the role that is asked for, or is not. */
function providerOf(identities: Identities, roleArn: string, issuer: string): IdentityProvider {
  const provider = identities.identityProvider(arnOf(roleArn)?.accountId ?? '', issuer);
  if (!provider) throw noProvider(issuer);
  return provider;
}

function denied(): AwsError {
  return new AwsError('AccessDenied', `Not authorized to perform ${ACTION}`, { status: 403 });
}
