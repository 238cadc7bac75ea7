import { SlipwayError } from '@slipway/core';
import { runProcess } from '@slipway/process';
import type { BuildContext } from '../inputs.js';

/** One that asks a cloud answers within seconds. */
const HELPER_TIMEOUT_MS = 15_000;

/**
 * givesLogin tells whether a credential helper gives a login, asked as Docker's client asks it. One that fails or cannot be
 * started gives none, to Docker neither. What it gives is masked, and kept nowhere.
 *
 * @see https://github.com/docker/docker-credential-helpers#development
 * @throws SlipwayError PROCESS_ABORTED
 */
export async function givesLogin(
  helper: string,
  host: string,
  { signal, mask }: Pick<BuildContext, 'signal' | 'mask'>,
): Promise<boolean> {
  const file = `docker-credential-${helper}`;
  try {
    const { exitCode, stdout } = await runProcess({
      ...{ file, args: ['get'], input: host },
      ...{ signal, timeoutMs: HELPER_TIMEOUT_MS },
    });
    const secret = exitCode === 0 ? secretIn(stdout) : undefined;
    if (secret === undefined) return false;
    mask(secret);
    return true;
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code === 'PROCESS_ABORTED') throw error;
    return false;
  }
}

function secretIn(answer: string): string | undefined {
  try {
    const { Secret: secret } = (JSON.parse(answer) ?? {}) as { readonly Secret?: unknown };
    return typeof secret === 'string' && secret !== '' ? secret : undefined;
  } catch {
    return undefined;
  }
}
