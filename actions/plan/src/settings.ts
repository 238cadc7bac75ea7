import { SlipwayError } from '@slipway/core';
import { DEPLOY_SETTINGS } from '@slipway/configuration';
import type { Cell } from './cells.js';
import type { Matrices } from './matrices.js';

/** Settings are a single service by inputs alone, as texts; what is not set is not there. */
export type Settings = Cell;

type Operation = 'deliver' | 'promote' | 'rollback';

/** What cannot be planned without; the actions judge the values. */
const NEEDED: Readonly<Record<Operation, readonly string[]>> = {
  deliver: [
    'environment',
    'aws-region',
    'role-to-assume',
    'cluster',
    'repository',
    'container',
    'suite',
    'task-definition',
  ],
  promote: ['environment', 'aws-region', 'role-to-assume', 'cluster', 'container', 'source-cluster', 'source-service'],
  rollback: ['environment', 'aws-region', 'role-to-assume', 'cluster'],
};

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
];

/**
 * readSettings reads the inputs of a called workflow, or returns undefined where they name no service and cluster: the
 * configuration says everything then.
 *
 * @throws SlipwayError PLAN_SETTINGS_INVALID
 */
export function readSettings(json: string | undefined, operation: Operation): Settings | undefined {
  const settings = json === undefined ? {} : parse(json);
  if (!settings['service'] || !settings['cluster']) return undefined;
  const missing = NEEDED[operation].filter((name) => !settings[name]);
  if (missing.length === 0) return settings;
  throw invalid(
    `The workflow's inputs name the service '${settings['service']}' and leave out what it needs: ${missing.join(', ')}`,
    'Set these inputs where the workflow is called, or leave `cluster` out and describe the service in .github/slipway.yml.',
  );
}

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
    return isScalar && given !== '' ? [[name, String(given)] as const] : [];
  });
  return Object.fromEntries(texts);
}

/** settingsMatrices plans the delivery of a service by its settings: one image, one push, one stage. */
export function settingsMatrices(settings: Settings): Matrices {
  const cell = settingsCell(settings);
  const environment = settings['environment'] ?? '';
  return {
    images: [pick(settings, IMAGE)],
    pushes: [
      pick(cell, ['service', 'repository', 'region', 'role', 'account', 'github-environment', 'role-duration-seconds']),
    ],
    stages: [{ environment, githubEnvironment: environment, cells: [cell] }],
  };
}

/** settingsCell returns the cell of a service by its settings; of a promotion with what it is promoted from. */
export function settingsCell(settings: Settings): Cell {
  const { 'role-to-assume': role = '', 'aws-region': region = '', environment = '', service = '' } = settings;
  const account = settings['allowed-account-ids'] ?? accountOf(role);
  const isPromotion = settings['source-cluster'] !== undefined;
  return {
    ...pick(settings, SAME_NAME),
    ...pick(settings, Object.keys(DEPLOY_SETTINGS)),
    'github-environment': environment,
    region,
    role,
    'push-role': role,
    'ecs-service': service,
    ...(account ? { account } : {}),
    ...(isPromotion ? pick(settings, ['source-cluster', 'source-service']) : {}),
    ...(isPromotion
      ? { 'source-region': region, 'source-role': role, ...(account ? { 'source-account': account } : {}) }
      : {}),
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
