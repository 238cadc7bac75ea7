import { deniedFor } from '../../faults/fault-errors.js';
import { accountPrincipals, userCaller, type Caller } from '../../iam/caller.js';
import type { ConditionContext } from '../../iam/condition.js';
import type { Identities } from '../../iam/identities.js';
import { permissionOf, trustOf } from '../../iam/policy.js';
import type { Role } from '../../iam/read-accounts.js';
import type { Operation } from '../../service.js';
import { refuseOthers } from './input.js';
import { sessionAnswer, sessionRequestOf, sessionSecondsOf } from './session.js';

const ACTION = 'sts:AssumeRole';

/** createAssumeRole returns the operation that gives a caller another role. */
export function createAssumeRole(identities: Identities): Operation {
  return (input, { accountId, accessKeyId, caller: given }) => {
    const caller = given ?? userCaller(accountId, { name: accessKeyId, userId: accessKeyId });
    refuseOthers('AssumeRole', input, ['RoleArn', 'RoleSessionName', 'DurationSeconds']);
    const { roleArn, sessionName } = sessionRequestOf(input);
    const role = identities.role(roleArn);
    // That there is no such role is nothing that AWS tells.
    if (!role || !mayAssume(caller, role)) {
      throw deniedFor({ service: 'sts', action: ACTION, resource: roleArn, callerArn: caller.arn });
    }
    const seconds = sessionSecondsOf(input, role, caller.isSession);
    return sessionAnswer(identities.startSession(role, { name: sessionName, seconds }));
  };
}

/**
 * Two have to agree: the role's trust, and the caller's own permissions. In one account, a trust that names the caller
 * itself, and not just the account, is enough.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
 */
function mayAssume(caller: Caller, role: Role): boolean {
  const { accountId, policies, principals } = caller;
  const context: ConditionContext = { 'aws:principalarn': caller.arn, 'aws:principalaccount': accountId };
  const asked = { action: ACTION, context };
  if (trustOf(role.trust, { ...asked, principals: [...principals, ...accountPrincipals(accountId)] }) !== 'allow') {
    return false;
  }
  if (policies === undefined) return true;
  const permission = permissionOf(policies, { ...asked, resource: role.arn });
  const isTrustedByName = accountId === role.accountId && trustOf(role.trust, { ...asked, principals }) === 'allow';
  return permission === 'allow' || (permission === 'none' && isTrustedByName);
}
