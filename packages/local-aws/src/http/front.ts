import type { RequestListener } from 'node:http';
import { operationsOf, stateOf, type Account } from '../accounts/account.js';
import type { Accounts } from '../accounts/accounts.js';
import type { CallLog } from '../call-record.js';
import { createFaultSet, type FaultSet } from '../faults/faults.js';
import type { Identities } from '../iam/identities.js';
import type { RegistryAddress } from '../registry-address.js';
import type { Registry } from '../services/index.js';
import type { OidcIssuer } from '../oidc/issuer.js';
import type { ResponseCheck } from '../schemas/response-check.js';
import { createApi } from './api.js';
import type { ApiAccount } from './dispatch.js';
import { createEndpoint, createRegistryEndpoint } from './endpoint.js';
import { createGate, type Gate } from './gate.js';
import { createListeners, type Listeners } from './listeners.js';
import { createLocalApi } from './local-api.js';
import { createMetadataHandler } from './metadata.js';
import { createOidcApi } from './oidc-api.js';
import { createRegistryApi } from './registry-api.js';
import { REGISTRY, REGISTRY_ACTIONS } from './registry-call.js';

/** Front is what callers meet: the listeners, and what stands between them and the services. */
export interface Front {
  /** Of everything but the registries that have a port of their own. */
  readonly listeners: Listeners;
  /** Every registry but that of the default account's home, each behind a port of its own. */
  readonly registries: readonly RegistryFront[];
  readonly faults: FaultSet;
  readonly state: () => object;
  readonly gate: Gate;
  readonly endpoint: RequestListener;
}

/** RegistryFront is the registry of one account and region. */
export interface RegistryFront {
  readonly address: RegistryAddress;
  readonly listeners: Listeners;
}

/** What the front is made of. */
export interface FrontParts {
  readonly accounts: Accounts;
  readonly identities: Identities;
  readonly issuer: OidcIssuer;
  readonly log: CallLog;
  readonly check: ResponseCheck | undefined;
  readonly closing: AbortSignal;
}

/** createFront joins the accounts to listeners, which listen nowhere yet. */
export function createFront({ accounts, identities, issuer, log, check, closing }: FrontParts): Front {
  const operations = [
    ...operationsOf(accounts.default),
    ...Object.keys(REGISTRY_ACTIONS).map((name) => `${REGISTRY}:${name}`),
  ];
  const faults = createFaultSet((meets) => operations.some(meets));
  const state = (): object => stateOfAll(accounts, log);
  const gate = createGate();
  const api = createApi({ account: apiAccountOf(accounts), identities, log, faults, check, gate, closing });
  const local = createLocalApi({ state, calls: () => log.calls(), faults, oidc: createOidcApi(issuer) });
  const metadata = createMetadataHandler(accounts.metadata);
  const registryOf = ({ accountId }: Account, registry: Registry) =>
    createRegistryApi({ accountId, ...registry, log, faults, closing });
  const home = accounts.default.services.registries[0];
  const endpoint = createEndpoint({ api, registry: registryOf(accounts.default, home), metadata, local });
  const registries = accounts.all.flatMap((account) =>
    account.services.registries
      .filter((registry) => registry !== home)
      .map((registry) => ({
        address: registry.address,
        listeners: createListeners(createRegistryEndpoint(registryOf(account, registry))),
      })),
  );
  return { listeners: createListeners(endpoint), registries, faults, state, gate, endpoint };
}

function apiAccountOf(accounts: Accounts): (accountId: string) => ApiAccount {
  const byId = new Map(
    accounts.all.map(({ accountId, world, services, foreign }) => [
      accountId,
      { accountId, region: world.region, services: services.all, foreign },
    ]),
  );
  return (accountId) => {
    const account = byId.get(accountId);
    if (!account) throw new Error(`There is no account ${accountId}.`);
    return account;
  };
}

/** `services` is those of the default account; where there are others, `accounts` has every account's, by its number. */
function stateOfAll(accounts: Accounts, log: CallLog): object {
  const { all, default: first } = accounts;
  const byAccount = all.map((account) => [account.accountId, { services: stateOf(account) }] as const);
  return {
    instanceId: first.world.instanceId,
    services: stateOf(first),
    ...(all.length > 1 ? { accounts: Object.fromEntries(byAccount) } : {}),
    calls: log.counts(),
  };
}
