import type { CallRecord } from '../call-record.js';
import { REGISTRY, REGISTRY_ACTIONS } from '../http/registry-call.js';
import { policyNameOf } from './policy-name.js';

/**
 * permissionsOf returns the actions that a policy has to allow for a recorded call, as in `ecs:UpdateService`. A task
 * definition that names roles takes `iam:PassRole` too, which a record does not tell.
 */
export function permissionsOf({ service, operation }: CallRecord): readonly string[] {
  if (service !== REGISTRY) return [`${policyNameOf(service)}:${operation}`];
  const actions: Readonly<Record<string, string>> = REGISTRY_ACTIONS;
  const action = actions[operation];
  return action === undefined ? [] : [`${policyNameOf(service)}:${action}`];
}
