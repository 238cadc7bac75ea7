import { SlipwayError } from '@slipway/core';
import type { StsPort } from './sts.js';

/**
 * assertAccountAllowed refuses credentials of an account that is not in the list. An empty list allows any account
 * and asks AWS nothing.
 *
 * @throws SlipwayError AWS_ACCOUNT_NOT_ALLOWED
 */
export async function assertAccountAllowed(sts: StsPort, allowed: readonly string[]): Promise<void> {
  if (allowed.length === 0) return;
  const account = await sts.accountId();
  if (allowed.includes(account)) return;
  throw new SlipwayError({
    code: 'AWS_ACCOUNT_NOT_ALLOWED',
    message: `The credentials belong to the account ${account}, and 'allowed-account-ids' names ${allowed.join(', ')}.`,
    hint: 'Check which role the job assumes. Nothing was changed.',
  });
}
