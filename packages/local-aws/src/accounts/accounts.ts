import type { Metadata } from '../http/metadata.js';
import { startAccount, type Account, type AccountParts } from './account.js';

/** Accounts is every account of a local-aws. */
export interface Accounts {
  /** The account of calls whose key nobody has. */
  readonly default: Account;
  /** The default one first. */
  readonly all: readonly Account[];
  /** The task metadata endpoint of all of them. */
  readonly metadata: Metadata;
  /** Ends the services of all accounts. One that fails to end keeps none of the rest from it. */
  close(): Promise<void>;
}

/** startAccounts starts every account of the settings. */
export async function startAccounts(parts: Omit<AccountParts, 'accountId'>): Promise<Accounts> {
  const { accounts, accountId: first } = parts.settings;
  const others = accounts.map(({ accountId }) => accountId).filter((accountId) => accountId !== first);
  const byDefault = await startAccount({ ...parts, accountId: first });
  const all = [byDefault];
  try {
    for (const accountId of others) all.push(await startAccount({ ...parts, accountId }));
  } catch (error) {
    // Why it failed matters more than what of the others could not be ended either.
    await closeAll(all).catch(() => undefined);
    throw error;
  }
  return {
    default: byDefault,
    all,
    metadata: async (path) => {
      for (const { services } of all) {
        const found = await services.metadata(path);
        if (found !== undefined) return found;
      }
      return undefined;
    },
    close: () => closeAll(all),
  };
}

async function closeAll(accounts: readonly Account[]): Promise<void> {
  const ended = await Promise.allSettled(accounts.map(({ services }) => services.close()));
  const failed = ended.find((end) => end.status === 'rejected');
  if (failed) throw failed.reason;
}
