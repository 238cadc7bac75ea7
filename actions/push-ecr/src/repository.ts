import type { NewRepository } from '@slipway/aws';
import type { CheckedTarget } from './check-target.js';
import { repositoryNotFound } from './errors.js';
import type { PushContext } from './inputs.js';
import { readLifecyclePolicy } from './lifecycle-policy.js';

/** What is to be made where it is missing. */
export interface WantedRepository extends NewRepository {
  /** ECR's lifecycle policy, as JSON. Absent: none, or nothing is to be made. */
  readonly lifecyclePolicy?: string;
}

/** wantedRepositoryOf reads what a missing repository would be made with. @throws SlipwayError PUSH_LIFECYCLE_INVALID */
export async function wantedRepositoryOf(inputs: PushContext['inputs']): Promise<WantedRepository> {
  const { repository: name, 'kms-key': kmsKey, 'lifecycle-policy': given } = inputs;
  const lifecyclePolicy = given === undefined ? undefined : await readLifecyclePolicy(given);
  return {
    ...{ name, immutableTags: inputs['immutable-tags'], scanOnPush: inputs['scan-on-push'] },
    ...(kmsKey === undefined ? {} : { kmsKey }),
    ...(lifecyclePolicy === undefined || !inputs['create-repository'] ? {} : { lifecyclePolicy }),
  };
}

/**
 * ensureRepository makes a target's repository where it is missing, and gives it its lifecycle policy where it has none:
 * that of a run before may have been made without, because the role could not put it.
 *
 * @throws SlipwayError PUSH_REPOSITORY_NOT_FOUND, AWS_*
 */
export async function ensureRepository(
  { log }: Pick<PushContext, 'log'>,
  target: CheckedTarget,
  wanted: WantedRepository,
): Promise<CheckedTarget> {
  const { repositories, label } = target;
  const { name, lifecyclePolicy } = wanted;
  if (target.uri === undefined) {
    const end = await repositories.create(wanted);
    log.info(`${label}: the repository '${name}' ${end === 'created' ? 'was made' : 'was made by another job'}.`);
  }
  if (lifecyclePolicy !== undefined && (await repositories.ensureLifecyclePolicy(name, lifecyclePolicy)) === 'put') {
    log.info(`${label}: the repository '${name}' has its lifecycle policy.`);
  }
  if (target.uri !== undefined) return target;
  const found = await target.ecr.repository(name);
  if (!found) throw repositoryNotFound(name, target.region);
  return { ...target, uri: found.uri };
}
