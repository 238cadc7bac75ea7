import { isFulfilled, type Condition, type ConditionContext } from './condition.js';
import { matchesPattern } from './pattern.js';

/** Policy is a policy document, read. */
export type Policy = readonly Statement[];

/** Statement is one statement of a policy. Which of its parts count is up to where the policy stands. */
export interface Statement {
  readonly effect: 'Allow' | 'Deny';
  /** Patterns in lower case: AWS does not tell actions apart by it. */
  readonly actions: readonly string[];
  /** Patterns of ARNs. Empty in trust policies. */
  readonly resources: readonly string[];
  /** Whom a trust policy is about. Empty in permissions. */
  readonly principals: readonly Principal[];
  readonly conditions: readonly Condition[];
}

/** Principal is who is trusted: an ARN, an account's number, an identity provider's ARN, or `*`. */
export interface Principal {
  readonly kind: 'AWS' | 'Federated' | 'Service';
  readonly name: string;
}

/** Asked is what somebody wants to do. */
export interface Asked {
  /** As in `ecs:UpdateService`. */
  readonly action: string;
  readonly context: ConditionContext;
}

/** Decision is what policies say: a `Deny` wins over every `Allow`; `none` is that nothing speaks of it. */
export type Decision = 'allow' | 'deny' | 'none';

/** permissionOf decides by permissions whether something may be done to a resource. */
export function permissionOf(policies: readonly Policy[], asked: Asked & { readonly resource: string }): Decision {
  return decide(policies.flat(), asked, ({ resources }) =>
    resources.some((pattern) => matchesPattern(pattern, asked.resource)),
  );
}

/** trustOf decides by a trust policy whether one who has any of these principals may come in. */
export function trustOf(policy: Policy, asked: Asked & { readonly principals: readonly Principal[] }): Decision {
  return decide(policy, asked, ({ principals }) =>
    principals.some(({ kind, name }) =>
      asked.principals.some((one) => one.kind === kind && (name === '*' || name === one.name)),
    ),
  );
}

function decide(policy: Policy, { action, context }: Asked, speaksOf: (statement: Statement) => boolean): Decision {
  const wanted = action.toLowerCase();
  const meant = policy.filter(
    (statement) =>
      statement.actions.some((pattern) => matchesPattern(pattern, wanted)) &&
      speaksOf(statement) &&
      statement.conditions.every((condition) => isFulfilled(condition, context)),
  );
  if (meant.some(({ effect }) => effect === 'Deny')) return 'deny';
  return meant.length > 0 ? 'allow' : 'none';
}
