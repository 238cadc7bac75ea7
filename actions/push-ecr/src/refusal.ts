import { SlipwayError } from '@slipway/core';
import { tagImmutable, tagTaken } from './errors.js';
import type { TagPlan } from './plan.js';

/** RefusedPush is what a registry refused, and how to look at the tag once more. */
export interface RefusedPush {
  readonly repository: string;
  readonly tag: string;
  /** The image's digest. */
  readonly wanted: string;
  readonly plan: TagPlan;
  /** The digest that the tag names now. */
  readonly look: () => Promise<string | undefined>;
}

/**
 * acceptRefusal passes over a push that was refused because another job pushed the same image under the same tag at the same
 * moment: where tags are immutable, the second of two equal writes may be refused. The caller is to read everything back.
 *
 * @throws SlipwayError PUSH_TAG_TAKEN, PUSH_TAG_IMMUTABLE, or else the push's own error
 */
export async function acceptRefusal(error: unknown, push: RefusedPush): Promise<void> {
  const { repository, tag, wanted, plan, look } = push;
  // A tag that named the image before the push was not written: it is not what was refused.
  const isOfTag = error instanceof SlipwayError && error.code === 'OCI_REGISTRY_REFUSED' && plan.kind !== 'unchanged';
  const current = isOfTag ? await look().catch(() => undefined) : undefined;
  if (current === undefined) throw error;
  if (current === wanted) return;
  const conflict = { repository, tag, current, wanted };
  throw plan.kind === 'push' ? tagTaken(conflict) : tagImmutable(conflict, error);
}
