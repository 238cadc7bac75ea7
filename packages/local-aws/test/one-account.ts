import type { ApiParts } from '../src/http/api.js';
import type { ApiAccount } from '../src/http/dispatch.js';
import { createIdentities } from '../src/iam/identities.js';
import { createWorldTime } from '../src/world-time.js';

/** oneAccount is the part of an API that knows one account, and lets every key into it. */
export function oneAccount(account: Omit<ApiAccount, 'foreign'>): Pick<ApiParts, 'identities' | 'account'> {
  const time = createWorldTime(60_000);
  return {
    identities: createIdentities({ accounts: [], defaultAccountId: account.accountId, unknownKeys: true, time }),
    account: () => ({ ...account, foreign: [] }),
  };
}
