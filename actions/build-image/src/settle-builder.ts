import { SlipwayError } from '@slipway/core';
import type { ChosenBuilder } from './ask-builder.js';
import { settleCache, type CacheChoice } from './cache.js';
import type { BuilderChoice } from './choose-builder.js';
import type { BuildContext } from './inputs.js';
import type { OwnBuilder } from './own-builder.js';
import type { IsSilent } from './silent-cache.js';

/** What a build goes by once its builder is there. */
export type Settled = Pick<CacheChoice, 'cache' | 'environment'> & { readonly chosen: ChosenBuilder };

/**
 * settleBuilder settles the cache, and makes the chosen builder where that is to be done.
 *
 * @throws SlipwayError BUILD_BUILDER_NOT_MADE where nothing else would do
 */
export async function settleBuilder(
  context: BuildContext,
  isSilent: IsSilent,
  { choice, own }: { readonly choice: BuilderChoice; readonly own: OwnBuilder },
): Promise<Settled> {
  const { chosen } = choice;
  // Before the builder is made: one that was wanted for a cache that does not answer is wanted no more.
  const cache = await settleCache(context, chosen, isSilent);
  if (choice.own === undefined) return { chosen, ...cache };
  const { reason, orElse } = choice.own;
  if (orElse !== undefined && cache.cache.kind === 'none') return { chosen: orElse, ...cache };
  context.log.info(`The engine's own builder cannot do ${reason}, so this step makes one that can.`);
  try {
    await own.make();
    return { chosen, ...cache };
  } catch (error) {
    if (orElse === undefined || !(error instanceof SlipwayError) || error.code !== 'BUILD_BUILDER_NOT_MADE')
      throw error;
    context.log.warning(`The build goes without a cache. ${error.message}`);
    return { chosen: orElse, cache: { kind: 'none' }, environment: {} };
  }
}
