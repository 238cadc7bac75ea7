import { rm } from 'node:fs/promises';
import { messageOf } from '@slipway/core';
import type { ContainerEngine } from './engine.js';
import { cleanUpFailed } from './errors.js';
import type { TestContext } from './inputs.js';
import type { TestPlan } from './plan.js';
import { variantLabel } from './test.js';

/** Leavings is what a test may leave behind. */
export type Leavings = Pick<TestPlan, 'label' | 'folder' | 'reference'> & {
  /** Whether there was a compose file: only what it describes has volumes with names, and images of its own. */
  readonly isComposed: boolean;
};

/**
 * cleanUp removes all that a test made, as far as it is there. It tries everything before it complains.
 *
 * @throws SlipwayError TEST_CLEAN_UP_FAILED
 */
export async function cleanUp(engine: ContainerEngine, leavings: Leavings): Promise<void> {
  const { label, folder, reference, isComposed } = leavings;
  const composed = [() => engine.removeVolumes(label), () => engine.removeBuilt(label)];
  await attemptAll([
    // First: a network with containers in it stays, and so does an image that one of them runs.
    [() => engine.removeContainers(label)],
    [
      () => engine.removeNetworks(label),
      () => engine.removeImage(reference),
      ...(isComposed ? composed : []),
      () => rm(folder, { recursive: true, force: true }),
    ],
  ]);
}

/**
 * leaveRunning removes all but the container under test and its services, which stay until `post`.
 *
 * @throws SlipwayError TEST_CLEAN_UP_FAILED
 */
export async function leaveRunning(engine: ContainerEngine, leavings: Leavings): Promise<void> {
  const { folder } = leavings;
  await attemptAll([
    [() => engine.removeContainers(variantLabel(leavings)), () => rm(folder, { recursive: true, force: true })],
  ]);
}

/** All of them, before the first failure is told: one step after the other, and what is in a step at once. */
async function attemptAll(steps: readonly (readonly (() => Promise<void>)[])[]): Promise<void> {
  const causes: unknown[] = [];
  for (const acts of steps) {
    const ends = await Promise.allSettled(acts.map((act) => act()));
    causes.push(...ends.flatMap((end): unknown[] => (end.status === 'rejected' ? [end.reason] : [])));
  }
  if (causes.length > 0) throw cleanUpFailed(causes.map(messageOf), causes[0]);
}

/** rememberLeavings saves for `post` what there will be to remove. Call it before anything is made. */
export function rememberLeavings(context: TestContext, { label, folder, reference, isComposed }: Leavings): void {
  context.saveState('label', label);
  context.saveState('folder', folder);
  context.saveState('reference', reference);
  context.saveState('composed', String(isComposed));
}

/**
 * cleanUpAfter is the action's `post`: main cleans up too, unless it was killed.
 *
 * @throws SlipwayError TEST_CLEAN_UP_FAILED
 */
export async function cleanUpAfter(context: TestContext, open: (folder: string) => ContainerEngine): Promise<void> {
  const [label, folder, reference] = ['label', 'folder', 'reference'].map((name) => context.getState(name));
  if (!label || !folder || !reference) return;
  if (context.getState('goes-on')) context.log.info('Removing the container that was left running, and its services');
  const isComposed = context.getState('composed') === 'true';
  await cleanUp(open(folder), { label, folder, reference, isComposed });
}
