import { SlipwayError } from '@slipway/core';
import { DEPLOY_SETTINGS } from '@slipway/configuration';
import { registryOf, type Cell } from './cells.js';
import type { Matrices } from './matrices.js';

/** Settings are a single service by inputs alone, as texts; what is not set is not there. */
export type Settings = Cell;

type Operation = 'deliver' | 'promote' | 'rollback';

/** What cannot be planned without; the actions judge the values. */
const NEEDED: Readonly<Record<Operation, readonly string[]>> = {
  deliver: ['environment', 'aws-region', 'role-to-assume', 'cluster', 'suite', 'task-definition'],
  promote: ['environment', 'aws-region', 'role-to-assume', 'cluster', 'source-cluster', 'task-definition'],
  rollback: ['environment', 'aws-region', 'role-to-assume', 'cluster'],
};
/** A workflow that has no cluster to ask for builds and tests, and nothing more. */
const NEEDED_TO_TEST = ['suite'];

const IMAGE = [
  'service',
  'context',
  'file',
  'target',
  'platforms',
  'build-args',
  'unit-test-target',
  'unit-test-command',
  'suite',
  'port',
  'test-environment',
  'deployability',
  'task-definition',
  'container',
  'version',
];
const SAME_NAME = [
  'service',
  'environment',
  'cluster',
  'repository',
  'task-definition',
  'container',
  'container-environment',
  'url',
];

/**
 * readSettings reads the inputs of a called workflow, or returns undefined where they name no service, or a service
 * without its cluster: the configuration says everything then.
 *
 * @throws SlipwayError PLAN_SETTINGS_INVALID
 */
export function readSettings(json: string | undefined, operation: Operation): Settings | undefined {
  const inputs = json === undefined ? {} : parse(json);
  const isTestOnly = !Object.hasOwn(inputs, 'cluster');
  if (!inputs['service'] || (!isTestOnly && !inputs['cluster'])) return undefined;
  const settings = withDefaults(Object.fromEntries(Object.entries(inputs).filter(([, text]) => text !== '')));
  const missing = (isTestOnly ? NEEDED_TO_TEST : NEEDED[operation]).filter((name) => !settings[name]);
  if (missing.length === 0) return settings;
  throw invalid(
    `The workflow's inputs name the service '${inputs['service']}' and leave out what it needs: ${missing.join(', ')}`,
    'Set these inputs where the workflow is called, or leave `cluster` out and describe the service in .github/slipway.yml.',
  );
}

/** What has the service's own name until another one is given. */
function withDefaults(settings: Settings): Settings {
  const { service = '' } = settings;
  return { repository: service, container: service, 'source-service': service, ...settings };
}

/** Empty texts stay: what was asked for and left out differs from what nobody asks for. */
function parse(json: string): Settings {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid("'settings' is no JSON", 'Pass `toJSON(inputs)`.', cause);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid("'settings' is JSON, and no object of inputs", 'Pass `toJSON(inputs)`.');
  }
  const texts = Object.entries(value).flatMap(([name, given]) => {
    const isScalar = typeof given === 'string' || typeof given === 'number' || typeof given === 'boolean';
    return isScalar ? [[name, String(given)] as const] : [];
  });
  return Object.fromEntries(texts);
}

/** settingsMatrices plans the delivery of a service by its settings: one image, and where there is a cluster one push and one stage. */
export function settingsMatrices(settings: Settings): Matrices {
  const images = [pick(settings, IMAGE)];
  if (settings['cluster'] === undefined) return { images, pushes: [], stages: [] };
  const cell = settingsCell(settings);
  const environment = settings['environment'] ?? '';
  const push = ['service', 'repository', 'region', 'role', 'account', 'github-environment', 'role-duration-seconds'];
  return {
    images,
    pushes: [pick(cell, push)],
    stages: [{ environment, githubEnvironment: environment, cells: [cell] }],
  };
}

/** settingsCell returns the cell of a service by its settings; of a promotion with what it is promoted from. */
export function settingsCell(settings: Settings): Cell {
  const { 'role-to-assume': role = '', 'aws-region': region = '', environment = '', service = '' } = settings;
  const account = settings['allowed-account-ids'] ?? accountOf(role);
  return {
    ...pick(settings, SAME_NAME),
    ...pick(settings, Object.keys(DEPLOY_SETTINGS)),
    'github-environment': environment,
    region,
    role,
    'push-role': role,
    'ecs-service': service,
    ...(account ? { account } : {}),
    ...(settings['source-cluster'] === undefined ? {} : promotedFrom(settings, { role, region, account })),
  };
}

/** The source of a promotion: by the target's own role and region, unless it has others. */
function promotedFrom(
  settings: Settings,
  own: { readonly role: string; readonly region: string; readonly account: string },
): Cell {
  const role = settings['source-role'] ?? own.role;
  const region = settings['source-region'] ?? own.region;
  const account = settings['source-role'] === undefined ? own.account : accountOf(role);
  const environment = settings['source-environment'] ?? settings['environment'] ?? '';
  // Where the images are elsewhere, the target's job copies them.
  const isElsewhere = account !== own.account || region !== own.region;
  return {
    ...pick(settings, ['source-cluster', 'source-service']),
    'source-environment': environment,
    'source-github-environment': environment,
    'source-role': role,
    'evidence-role': role,
    'source-region': region,
    ...(account ? { 'source-account': account } : {}),
    ...(isElsewhere ? { 'source-registry': registryOf({ account, region }) } : {}),
  };
}

/** Of several roles, each is assumed with the one before: the last one acts. */
function accountOf(roles: string): string {
  return [...roles.matchAll(/arn:[\w-]+:iam::(\d{12}):/g)].at(-1)?.[1] ?? '';
}

function pick(from: Cell, names: readonly string[]): Cell {
  return Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
}

function invalid(message: string, hint: string, cause?: unknown): SlipwayError {
  return new SlipwayError({ code: 'PLAN_SETTINGS_INVALID', message: `${message}.`, hint, cause });
}
