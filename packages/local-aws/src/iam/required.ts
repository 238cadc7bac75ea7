import { arnOf } from './arn.js';
import type { ConditionContext } from './condition.js';
import type { NamedCall } from './named-call.js';
import { policyNameOf } from './policy-name.js';
import { resourcesOf } from './resources.js';

/** Required is one permission that a call takes. */
export interface Required {
  /** As in `ecs:UpdateService`. */
  readonly action: string;
  /** An ARN, or `*` where the action knows no resource. */
  readonly resource: string;
  readonly context: ConditionContext;
}

/** STS decides by the trust of the role that is asked for, and GetCallerIdentity takes no permission at all. */
const DECIDES_ITSELF = 'sts';

/** requiredOf returns every permission that a call takes: the action itself, and the roles that it passes on. */
export function requiredOf(call: NamedCall): readonly Required[] {
  if (call.service === DECIDES_ITSELF) return [];
  const action = `${policyNameOf(call.service)}:${call.operation}`;
  const passed = passedRoles(call);
  // An ARN that the call names is looked at whatever the action's own resource is: it may be another account's.
  const named = Object.values(call.input)
    .flat()
    .filter((value): value is string => typeof value === 'string' && isOfAnother(value, call))
    .filter((arn) => !passed.includes(arn));
  const resources = new Set([...resourcesOf(call), ...named]);
  return [
    ...[...resources].map((resource) => ({ action, resource, context: {} })),
    ...passed.map((resource) => ({ action: 'iam:PassRole', resource, context: PASSED_TO_TASKS })),
  ];
}

const PASSED_TO_TASKS: ConditionContext = { 'iam:passedtoservice': 'ecs-tasks.amazonaws.com' };

/** The roles that a task definition gives to its tasks. */
function passedRoles({ service, operation, input }: NamedCall): readonly string[] {
  if (service !== 'ecs' || operation !== 'RegisterTaskDefinition') return [];
  return [input['taskRoleArn'], input['executionRoleArn']].filter(
    (role): role is string => typeof role === 'string' && arnOf(role) !== undefined,
  );
}

function isOfAnother(text: string, { accountId }: NamedCall): boolean {
  const owner = arnOf(text)?.accountId ?? '';
  return owner !== '' && owner !== accountId;
}
