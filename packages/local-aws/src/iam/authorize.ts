import { deniedFor, type Denial } from '../faults/fault-errors.js';
import { arnOf } from './arn.js';
import type { Caller } from './caller.js';
import type { ConditionContext } from './condition.js';
import type { NamedCall } from './named-call.js';
import { permissionOf } from './policy.js';
import { requiredOf, type Required } from './required.js';

/** AuthorizedCall is a call, by whom. */
export interface AuthorizedCall extends NamedCall {
  readonly caller: Caller;
}

/**
 * authorize refuses a call that its caller may not make: because a resource is another account's, or because the
 * caller's policies do not allow it.
 *
 * @throws AwsError in the words of IAM, with the service's own code for it
 */
export function authorize(call: AuthorizedCall, isOurs: (accountId: string) => boolean): void {
  const { caller } = call;
  for (const required of requiredOf(call)) {
    const owner = arnOf(required.resource)?.accountId;
    const isForeign = owner !== undefined && owner !== '' && owner !== call.accountId && isOurs(owner);
    const reason = reasonAgainst(caller, required, { ...contextOf(call), ...required.context });
    if (reason ?? isForeign) throw deniedFor(denial(call, required, reason ?? 'no resource-based policy'));
  }
}

/** What of a caller's policies speaks against it; undefined when nothing does. */
function reasonAgainst(
  { policies }: Caller,
  { action, resource }: Required,
  context: ConditionContext,
): Denial['because'] | undefined {
  if (policies === undefined) return undefined;
  const decision = permissionOf(policies, { action, resource, context });
  if (decision === 'allow') return undefined;
  return decision === 'deny' ? 'explicit deny' : 'no identity-based policy';
}

function contextOf({ caller, region }: AuthorizedCall): ConditionContext {
  return {
    'aws:principalarn': caller.arn,
    'aws:principalaccount': caller.accountId,
    'aws:requestedregion': region,
  };
}

function denial(
  { caller, service }: AuthorizedCall,
  required: Required,
  because: NonNullable<Denial['because']>,
): Denial {
  return { service, action: required.action, resource: required.resource, callerArn: caller.arn, because };
}
