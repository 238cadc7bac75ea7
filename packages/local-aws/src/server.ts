import { setMaxListeners } from 'node:events';
import type { Account } from './accounts/account.js';
import { startAccounts, type Accounts } from './accounts/accounts.js';
import { createCallLog, type CallLog, type CallRecord } from './call-record.js';
import { createDockerNetwork } from './docker-network.js';
import type { Faults } from './faults/faults.js';
import { createFront, type Front } from './http/front.js';
import { inject, type InjectedAnswer, type InjectedRequest } from './http/inject.js';
import { idTokenEnvironment } from './http/oidc-api.js';
import { createIdentities } from './iam/identities.js';
import { createOidcIssuer, type Claims, type OidcIssuer } from './oidc/issuer.js';
import { settingsOf, type LocalAwsOptions, type Settings } from './options.js';
import { LOOPBACK, registryHostOf } from './registry-address.js';
import { openRecordFile, type RecordFile } from './record-file.js';
import { createResponseCheck } from './schemas/response-check.js';
import type { AwsService } from './service.js';
import type { TrafficObserver } from './traffic.js';
import type { World } from './world.js';
import { createWorldTime } from './world-time.js';

/** LocalAwsAccount is one account of a running embedded AWS. */
export interface LocalAwsAccount {
  /** `127.0.0.1:PORT`: the first part of every repositoryUri, of the account's home where ECR has regions. */
  readonly registryHost: string;
  readonly world: World;
  readonly services: readonly AwsService[];
  /** Counts requests that no socket carried, as a load balancer's own: for the traffic of hours by hand. */
  readonly traffic: TrafficObserver;
}

/** LocalAws is a running embedded AWS. What it has of an account, it has of the default one. */
export interface LocalAws extends LocalAwsAccount {
  /** `http://127.0.0.1:PORT`: what AWS_ENDPOINT_URL is set to. */
  readonly endpoint: string;
  /** Every account, by its number. */
  readonly accounts: ReadonlyMap<string, LocalAwsAccount>;
  /** Gives out ID tokens in GitHub's place: the identity providers of accounts take them. */
  readonly issuer: OidcIssuer;
  /** The variables with which a job of these claims asks for its ID tokens, as on GitHub's runners. */
  idTokenEnvironment(claims: Claims): Readonly<Record<string, string>>;
  /** What `/_local/state` shows. */
  state(): object;
  /** The latest API calls, oldest first. */
  calls(): readonly CallRecord[];
  /** What goes wrong with API calls, beside what they do. */
  readonly faults: Faults;
  /** Answers an API call that comes from this process, without a socket between. */
  inject(request: InjectedRequest): Promise<InjectedAnswer>;
  /** Ends everything and removes what was made: containers, network, stored images. Idempotent. */
  close(): Promise<void>;
}

/**
 * startLocalAws starts an embedded AWS and resolves when it answers.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION, LOCAL_AWS_FAULT, LOCAL_AWS_PORT, LOCAL_AWS_DOCKER
 */
export async function startLocalAws(options: LocalAwsOptions = {}): Promise<LocalAws> {
  const settings = settingsOf(options);
  const time = settings.time ?? createWorldTime(settings.minuteMs);
  const { accounts: setups, accountId: defaultAccountId, unknownKeys } = settings;
  const identities = createIdentities({ accounts: setups, defaultAccountId, unknownKeys, time });
  const issuer = createOidcIssuer(time);
  const recordFile = settings.recordFile === undefined ? undefined : openRecordFile(settings.recordFile);
  const log = createCallLog((call) => recordFile?.write(call));
  const accounts = await startAccounts({ settings, time, identities, issuer });
  const closing = new AbortController();
  // Every call that a fault delays waits for it: Node takes more than ten for a leak.
  setMaxListeners(0, closing.signal);
  const check = settings.validateResponses ? createResponseCheck() : undefined;
  const front = createFront({ accounts, identities, issuer, log, check, closing: closing.signal });
  const close = once(async () => {
    closing.abort(new Error('local-aws is closing.'));
    // What a call under way still makes, it makes before everything is closed; and no other call comes in.
    await front.gate.shut();
    await closeAll({ accounts, front, recordFile });
  });
  try {
    for (const fault of settings.faults) front.faults.add(fault);
    await comeUp(settings, accounts, front);
  } catch (error) {
    await close();
    throw error;
  }
  return running({ accounts, front, issuer, log, close });
}

interface Running {
  readonly accounts: Accounts;
  readonly front: Front;
  readonly issuer: OidcIssuer;
  readonly log: CallLog;
  readonly close: () => Promise<void>;
}

function running({ accounts, front, issuer, log, close }: Running): LocalAws {
  const { state, faults, endpoint: answers } = front;
  const shown = (account: Account): LocalAwsAccount => ({
    registryHost: registryHostOf(account.addresses.registries[0]),
    world: account.world,
    services: account.services.all,
    traffic: account.services.traffic,
  });
  const endpoint = `http://${LOOPBACK}:${accounts.default.addresses.port}`;
  return {
    ...shown(accounts.default),
    endpoint,
    issuer,
    idTokenEnvironment: (claims) => idTokenEnvironment(endpoint, claims),
    accounts: new Map(accounts.all.map((account) => [account.accountId, shown(account)])),
    ...{ state, faults, close },
    calls: () => log.calls(),
    inject: (request) => inject(answers, request),
  };
}

/** A container cannot reach the host's loopback address; it reaches the gateway of its own network. */
async function comeUp({ port: wanted, tasks }: Settings, accounts: Accounts, front: Front): Promise<void> {
  const port = await front.listeners.listen(LOOPBACK, wanted);
  for (const { addresses } of accounts.all) addresses.port = port;
  accounts.default.addresses.registries[0].port = port;
  for (const { address, listeners } of front.registries) address.port = await listeners.listen(LOOPBACK, 0);
  if (tasks !== 'docker') return;
  for (const { addresses, world } of accounts.all) {
    addresses.network = await createDockerNetwork(world.instanceId);
    await front.listeners.listen(addresses.network.gateway, port);
  }
}

/**
 * Tasks first, which are still being drained through the load balancer; the networks last, which they live in. Whatever
 * cannot be closed keeps nothing else from being closed.
 */
async function closeAll({ accounts, front, recordFile }: Closing): Promise<void> {
  const parts = [
    () => accounts.close(),
    () => front.listeners.close(),
    ...front.registries.map(
      ({ listeners }) =>
        () =>
          listeners.close(),
    ),
    () => recordFile?.close(),
    ...accounts.all.map(
      ({ addresses }) =>
        () =>
          addresses.network?.remove(),
    ),
  ];
  const failures: unknown[] = [];
  for (const close of parts) {
    try {
      await close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

interface Closing {
  readonly accounts: Accounts;
  readonly front: Front;
  readonly recordFile: RecordFile | undefined;
}

function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}
