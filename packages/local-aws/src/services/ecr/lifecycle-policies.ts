import { AwsError, type Operation } from '../../service.js';
import { invalidParameter, stringOf } from './input.js';
import { findRepository, type EcrParts } from './repository-operations.js';

/** createLifecycleOperations returns the operations on lifecycle policies. They are kept, and nothing is expired. */
export function createLifecycleOperations(parts: EcrParts): Record<string, Operation> {
  return {
    PutLifecyclePolicy: async (input) => {
      const repository = await findRepository(parts, input);
      const lifecyclePolicyText = stringOf(input, 'lifecyclePolicyText');
      if (!hasRules(lifecyclePolicyText))
        throw invalidParameter("'LifecyclePolicyText' failed to satisfy constraint: 'Invalid JSON provided'");
      repository.lifecyclePolicy = { text: lifecyclePolicyText, putAt: new Date() };
      return { registryId: parts.accountId, repositoryName: repository.name, lifecyclePolicyText };
    },
    GetLifecyclePolicy: async (input) => {
      const { name: repositoryName, lifecyclePolicy } = await findRepository(parts, input);
      if (!lifecyclePolicy) {
        throw new AwsError(
          'LifecyclePolicyNotFoundException',
          `Lifecycle policy does not exist for '${repositoryName}'`,
        );
      }
      const { text: lifecyclePolicyText, putAt: lastEvaluatedAt } = lifecyclePolicy;
      return { registryId: parts.accountId, repositoryName, lifecyclePolicyText, lastEvaluatedAt };
    },
  };
}

function hasRules(text: string): boolean {
  try {
    const parsed = JSON.parse(text) as { readonly rules?: unknown } | null;
    return Array.isArray(parsed?.rules) && parsed.rules.length > 0;
  } catch {
    return false;
  }
}
