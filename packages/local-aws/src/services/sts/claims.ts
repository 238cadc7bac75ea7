import type { ConditionContext } from '../../iam/condition.js';
import type { IdentityProvider } from '../../iam/read-accounts.js';

/** What trust policies may ask of any provider's tokens. */
const COMMON_CLAIMS = ['aud', 'sub', 'amr'];
/**
 * What they may ask of GitHub's besides, and of no other claim: a condition on a claim that is not here finds none.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
const GITHUB_CLAIMS = [
  ...['actor', 'actor_id', 'enterprise_id', 'environment', 'job_workflow_ref'],
  ...['ref', 'repository', 'repository_id', 'workflow'],
];
const GITHUB = 'token.actions.githubusercontent.com';

/** claimsContext is what of a token's claims the conditions of a trust policy know, as `<provider>:<claim>`. */
export function claimsContext({ name }: IdentityProvider, claims: Readonly<Record<string, unknown>>): ConditionContext {
  const known = name === GITHUB ? [...COMMON_CLAIMS, ...GITHUB_CLAIMS] : COMMON_CLAIMS;
  return Object.fromEntries(known.map((claim) => [`${name}:${claim}`.toLowerCase(), textsOf(claims[claim])]));
}

function textsOf(value: unknown): string | readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
}
