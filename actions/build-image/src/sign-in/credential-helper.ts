import { SlipwayError } from '@slipway/core';
import { askCredentialHelper } from '@slipway/process';
import type { BuildContext } from '../inputs.js';

/** One that asks a cloud answers within seconds. */
const HELPER_TIMEOUT_MS = 15_000;

/**
 * givesLogin tells whether a credential helper gives a login. One that fails, takes too long or cannot be started gives
 * none, to Docker neither. What it gives is masked, and kept nowhere.
 *
 * @throws SlipwayError PROCESS_ABORTED
 */
export async function givesLogin(
  helper: string,
  host: string,
  { signal, mask }: Pick<BuildContext, 'signal' | 'mask'>,
): Promise<boolean> {
  try {
    const answer = await askCredentialHelper(helper, host, { signal, timeoutMs: HELPER_TIMEOUT_MS });
    if (answer.kind !== 'login' || answer.secret === '') return false;
    mask(answer.secret);
    return true;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'PROCESS_ABORTED') throw error;
    return false;
  }
}
