import type { NewRepository } from '@slipway/aws';
import type { CheckedTarget } from './check-target.js';
import { repositoryNotFound } from './errors.js';
import type { PushContext } from './inputs.js';
import { readLifecyclePolicy } from './lifecycle-policy.js';

/** newRepositoryOf reads what a missing repository would be made with. @throws SlipwayError PUSH_LIFECYCLE_INVALID */
export function newRepositoryOf(inputs: PushContext['inputs']): NewRepository {
  const { repository: name, 'kms-key': kmsKey, 'lifecycle-policy': policy } = inputs;
  return {
    ...{ name, immutableTags: inputs['immutable-tags'], scanOnPush: inputs['scan-on-push'] },
    ...(kmsKey === undefined ? {} : { kmsKey }),
    ...(policy === undefined ? {} : { lifecyclePolicy: readLifecyclePolicy(policy) }),
  };
}

/**
 * ensureRepository makes a target's repository where it is missing.
 *
 * @throws SlipwayError PUSH_REPOSITORY_NOT_FOUND, AWS_*
 */
export async function ensureRepository(
  { log }: Pick<PushContext, 'log'>,
  target: CheckedTarget,
  wanted: NewRepository,
): Promise<CheckedTarget> {
  if (target.uri !== undefined) return target;
  const end = await target.repositories.create(wanted);
  log.info(
    `${target.label}: the repository '${wanted.name}' ${end === 'created' ? 'was made' : 'was made by another job'}.`,
  );
  const found = await target.ecr.repository(wanted.name);
  if (!found) throw repositoryNotFound(wanted.name, target.region);
  return { ...target, uri: found.uri };
}
