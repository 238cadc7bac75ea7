import { AWS_REGION, SlipwayError } from '@slipway/core';
import type { FaultRule } from './faults/fault.js';
import type { AccountOptions } from './iam/account-options.js';
import { readAccounts, type AccountSetup } from './iam/read-accounts.js';
import type { ManualTime } from './manual-time.js';
import type { SimulateScan } from './services/ecr/scans.js';
import type { Simulate } from './tasks/index.js';

/** What tasks are: real containers on the Docker engine, or HTTP handlers inside this process. */
export type TaskKind = 'docker' | 'simulated';

/** LocalAwsOptions says what world to start. */
export interface LocalAwsOptions {
  /** The port on 127.0.0.1; 0, the default, is any that is free. */
  readonly port?: number;
  /** Real milliseconds that a minute of the world takes. Defaults to 60,000, real time. */
  readonly minuteMs?: number;
  /** A time that goes on by hand, for tests; in place of `minuteMs`. */
  readonly time?: ManualTime;
  /** Defaults to `docker`. */
  readonly tasks?: TaskKind;
  /** How simulated tasks behave. By default they are healthy at once and run for ever. */
  readonly simulate?: Simulate;
  /** What scans of images find. By default nothing. */
  readonly scan?: SimulateScan;
  /** False cuts a deregistered target's connections at once. Defaults to true. */
  readonly draining?: boolean;
  /** How long changed weights take to reach the load balancer's data plane, of the world's time. Defaults to 0. */
  readonly propagationSeconds?: number;
  /** An existing directory to store images in, in a folder that is removed at the end. Defaults to the temporary one. */
  readonly stateDirectory?: string;
  /** The account of calls whose access key nobody has: 12 digits. Defaults to the first of `accounts`, or 123456789012. */
  readonly accountId?: string;
  /**
   * The accounts that there are, each with a world of its own: which one a call is for, the key that signed it tells. An
   * access key that is in none of them is a user's of `accountId`, who may do everything there.
   */
  readonly accounts?: readonly AccountOptions[];
  /** False refuses access keys that are in none of the accounts. Defaults to true. */
  readonly unknownKeys?: boolean;
  /** The region of ECS, and of what tasks are told. Defaults to us-east-1. */
  readonly region?: string;
  /**
   * The regions whose ECR is apart, each with a registry at an address of its own; a call to ECR for another one is
   * refused. An account's home is `region` when it is one of them, else the first. Defaults to one ECR for the calls of
   * whatever region.
   */
  readonly ecrRegions?: readonly string[];
  /** Faults that are there from the start. */
  readonly faults?: readonly FaultRule[];
  /** A file that every API call is appended to, one line of JSON each. */
  readonly recordFile?: string;
  /**
   * True holds every answer against the SDK's own model: one with a member, a type, a value or an error that the model
   * does not have becomes an InternalFailure that names it. For tests of local-aws itself; defaults to false.
   */
  readonly validateResponses?: boolean;
}

/** Settings are the options, checked and complete. */
export interface Settings {
  readonly port: number;
  readonly minuteMs: number;
  readonly time: ManualTime | undefined;
  readonly tasks: TaskKind;
  readonly simulate: Simulate | undefined;
  readonly scan: SimulateScan | undefined;
  readonly draining: boolean;
  readonly propagationSeconds: number;
  readonly stateDirectory: string | undefined;
  readonly accountId: string;
  /** With the one of `accountId`, whether it was given or not. */
  readonly accounts: readonly AccountSetup[];
  readonly unknownKeys: boolean;
  readonly region: string;
  /** The home first; undefined when there is one for all. */
  readonly ecrRegions: readonly string[] | undefined;
  readonly faults: readonly FaultRule[];
  readonly recordFile: string | undefined;
  readonly validateResponses: boolean;
}

/** Real time. */
const DEFAULT_MINUTE_MS = 60_000;
const MAX_PORT = 65_535;
const DEFAULT_REGION = 'us-east-1';

/**
 * settingsOf completes the options.
 *
 * @throws SlipwayError LOCAL_AWS_OPTION
 */
export function settingsOf(options: LocalAwsOptions): Settings {
  const settings: Settings = {
    port: options.port ?? 0,
    minuteMs: options.minuteMs ?? DEFAULT_MINUTE_MS,
    time: options.time,
    tasks: options.tasks ?? 'docker',
    simulate: options.simulate,
    scan: options.scan,
    draining: options.draining ?? true,
    propagationSeconds: options.propagationSeconds ?? 0,
    stateDirectory: options.stateDirectory,
    ...accountsOf(options),
    unknownKeys: options.unknownKeys ?? true,
    region: options.region ?? DEFAULT_REGION,
    ecrRegions: ecrRegionsOf(options),
    faults: options.faults ?? [],
    recordFile: options.recordFile,
    validateResponses: options.validateResponses ?? false,
  };
  if (!Number.isInteger(settings.port) || settings.port < 0 || settings.port > MAX_PORT) {
    throw wrong('port', settings.port, `a whole number from 0 (any) to ${MAX_PORT}`);
  }
  if (!Number.isFinite(settings.minuteMs) || settings.minuteMs <= 0) {
    throw wrong('minuteMs', settings.minuteMs, 'a number of milliseconds above 0');
  }
  if (options.time && options.minuteMs !== undefined) {
    throw wrong('minuteMs', options.minuteMs, 'left out when time goes on by hand');
  }
  if (!Number.isFinite(settings.propagationSeconds) || settings.propagationSeconds < 0) {
    throw wrong('propagationSeconds', settings.propagationSeconds, 'a number of seconds, 0 or above');
  }
  if (!/^\d{12}$/.test(settings.accountId)) throw wrong('accountId', settings.accountId, '12 digits');
  if (!isRegion(settings.region)) throw wrong('region', settings.region, 'an AWS region, as in eu-central-1');
  return settings;
}

function ecrRegionsOf({ ecrRegions, region = DEFAULT_REGION }: LocalAwsOptions): readonly string[] | undefined {
  if (ecrRegions === undefined) return undefined;
  const all = [...new Set(ecrRegions)];
  if (all.length === 0 || !all.every(isRegion)) {
    throw wrong('ecrRegions', `'${ecrRegions.join(',')}'`, 'one or more AWS regions, as in eu-central-1,eu-west-1');
  }
  return all.includes(region) ? [region, ...all.filter((one) => one !== region)] : all;
}

/** The account of AWS's own documentation. */
const DEFAULT_ACCOUNT = '123456789012';

function accountsOf(options: LocalAwsOptions): Pick<Settings, 'accountId' | 'accounts'> {
  const accounts = readAccounts(options.accounts ?? []);
  const accountId = options.accountId ?? accounts[0]?.accountId ?? DEFAULT_ACCOUNT;
  if (accounts.some((account) => account.accountId === accountId)) return { accountId, accounts };
  return { accountId, accounts: [{ accountId, users: [], roles: [], identityProviders: [] }, ...accounts] };
}

/** isRegion tells whether a text has the form of a region's name. */
export function isRegion(text: string): boolean {
  return AWS_REGION.test(text);
}

function wrong(option: string, value: unknown, right: string): SlipwayError {
  return new SlipwayError({
    code: 'LOCAL_AWS_OPTION',
    message: `The option ${option} is ${String(value)}; it has to be ${right}.`,
    hint: 'Start local-aws with that.',
  });
}
