import { rm } from 'node:fs/promises';
import { messageOf } from '@slipway/core';
import type { ContainerEngine } from './engine.js';
import { cleanUpFailed } from './errors.js';
import type { TestContext } from './inputs.js';
import type { TestPlan } from './plan.js';

/** Leavings is what a test may leave behind. */
export type Leavings = Pick<TestPlan, 'label' | 'folder' | 'reference'>;

/**
 * cleanUp removes all that a test made, as far as it is there. It tries everything before it complains.
 *
 * @throws SlipwayError TEST_CLEAN_UP_FAILED
 */
export async function cleanUp(engine: ContainerEngine, { label, folder, reference }: Leavings): Promise<void> {
  const causes: unknown[] = [];
  const attempt = async (remove: () => Promise<void>): Promise<void> => {
    try {
      await remove();
    } catch (error) {
      causes.push(error);
    }
  };
  // In this order: a network with containers in it stays, and so does an image that one of them runs.
  await attempt(() => engine.removeContainers(label));
  await attempt(() => engine.removeNetworks(label));
  await attempt(() => engine.removeVolumes(label));
  await attempt(() => engine.removeImage(reference));
  await attempt(() => engine.removeBuilt(label));
  await attempt(() => rm(folder, { recursive: true, force: true }));
  if (causes.length > 0) throw cleanUpFailed(causes.map(messageOf), causes[0]);
}

/** rememberLeavings saves for `post` what there will be to remove. Call it before anything is made. */
export function rememberLeavings(context: TestContext, { label, folder, reference }: Leavings): void {
  context.saveState('label', label);
  context.saveState('folder', folder);
  context.saveState('reference', reference);
}

/**
 * cleanUpAfter is the action's `post`: main cleans up too, unless it was killed.
 *
 * @throws SlipwayError TEST_CLEAN_UP_FAILED
 */
export async function cleanUpAfter(context: TestContext, open: (folder: string) => ContainerEngine): Promise<void> {
  const [label, folder, reference] = ['label', 'folder', 'reference'].map((name) => context.getState(name));
  if (!label || !folder || !reference) return;
  await cleanUp(open(folder), { label, folder, reference });
}
