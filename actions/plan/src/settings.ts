import { SlipwayError, ecrHostOf } from '@slipway/core';
import { DEPLOY_SETTINGS, isElsewhere } from '@slipway/configuration';
import { viewOf, type Cell } from './cells.js';
import type { Matrices } from './matrices.js';
import { brokenLimit } from './settings-limits.js';

/** Settings are a single service by inputs alone, as texts; what is not set is not there. */
export interface Settings {
  readonly inputs: Cell;
  /** Without a cluster among its inputs, a workflow builds and tests, and delivers nowhere. */
  readonly isDelivered: boolean;
}

/** Operation is what a called workflow's inputs can describe. */
export type Operation = 'deliver' | 'verify' | 'promote' | 'rollback';

/** What cannot be planned without; the actions judge the values. */
const NEEDED: Readonly<Record<Operation, readonly string[]>> = {
  verify: ['service', 'suite'],
  deliver: ['service', 'environment', 'aws-region', 'role-to-assume', 'cluster', 'suite', 'task-definition'],
  promote: ['service', 'environment', 'aws-region', 'role-to-assume', 'cluster', 'source-cluster', 'task-definition'],
  rollback: ['service', 'environment', 'aws-region', 'role-to-assume', 'cluster'],
};

const IMAGE = [
  ...['service', 'context', 'file', 'target', 'platforms', 'runner', 'cache', 'build-args'],
  ...['unit-test-target', 'unit-test-command'],
  ...['suite', 'port', 'test-environment', 'test-secrets', 'test-services', 'compose-file', 'compose-seconds'],
  ...['deployability', 'task-definition', 'container', 'version'],
];
const PUSH = [
  'service',
  'runner',
  'repository',
  'region',
  'role',
  'account',
  'github-environment',
  'role-duration-seconds',
];
const SAME_NAME = ['service', 'environment', 'cluster', 'task-definition', 'container-environment', 'url'];

/**
 * readSettings reads the inputs of a called workflow, or returns undefined where they name no cluster: the configuration
 * says everything then. Inputs among which there can be no cluster describe a service that is only built and tested.
 *
 * @throws SlipwayError PLAN_SETTINGS_INVALID
 */
export function readSettings(json: string | undefined, operation: Operation): Settings | undefined {
  if (json === undefined) return undefined;
  const given = parse(json);
  const inputs = textsOf(given);
  const isDelivered = operation !== 'verify' && Object.hasOwn(given, 'cluster');
  if (inputs[isDelivered ? 'cluster' : 'service'] === undefined) return undefined;
  const missing = NEEDED[isDelivered ? operation : 'verify'].filter((name) => inputs[name] === undefined);
  if (missing.length === 0) {
    const broken = brokenLimit(inputs);
    if (broken) throw invalid(broken.message, broken.hint);
    return { inputs, isDelivered };
  }
  throw invalid(
    `The workflow's inputs describe a service and leave out what it needs: ${missing.join(', ')}`,
    'Set these inputs where the workflow is called, or leave `cluster` out and describe the service in .github/slipway.yml.',
  );
}

function parse(json: string): object {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (cause) {
    throw invalid("'settings' is no JSON", 'Pass `toJSON(inputs)`.', cause);
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  throw invalid("'settings' is JSON, and no object of inputs", 'Pass `toJSON(inputs)`.');
}

function textsOf(given: object): Cell {
  const texts = Object.entries(given).flatMap(([name, value]: readonly [string, unknown]) => {
    const isScalar = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return isScalar && !isUnset(name, value) ? [[name, String(value)] as const] : [];
  });
  return Object.fromEntries(texts);
}

/** A workflow's number that is not set arrives as 0, which no port is. */
function isUnset(name: string, value: string | number | boolean): boolean {
  return value === '' || (name === 'port' && value === 0);
}

/** settingsMatrices plans the delivery of a service by its settings: one image, one push, one stage. */
export function settingsMatrices(settings: Settings): Matrices {
  const { inputs, isDelivered } = settings;
  const images = [pick({ container: inputs['service'], ...inputs }, IMAGE)];
  if (!isDelivered) return { images, pushes: [], stages: [] };
  const cell = settingsCell(settings);
  const environment = inputs['environment'] ?? '';
  const stages = [{ environment, githubEnvironment: environment, cells: [cell] }];
  return { images, pushes: [pick(cell, PUSH)], stages };
}

/** settingsCell returns the cell of a service by its settings; of a promotion with what it is promoted from. */
export function settingsCell({ inputs }: Settings): Cell {
  const { service, environment, 'role-to-assume': role, 'aws-region': region } = inputs;
  const target = {
    ...pick(inputs, [...SAME_NAME, ...Object.keys(DEPLOY_SETTINGS)]),
    repository: inputs['repository'] ?? service,
    container: inputs['container'] ?? service,
    runner: inputs['deploy-runner'],
    'github-environment': environment,
    'rollback-github-environment': inputs['rollback-github-environment'],
    region,
    role,
    'push-role': role,
    'ecs-service': service,
    account: inputs['allowed-account-ids'] ?? accountOf(role),
  };
  return present(inputs['source-cluster'] === undefined ? target : { ...target, ...sourceOf(inputs, target) });
}

/** Where no role is named for it, the source is read by the target's: then the job is one of the target's environment. */
function sourceOf(inputs: Cell, target: Readonly<Record<string, string | undefined>>) {
  const role = inputs['source-role'] ?? target['role'];
  const account = accountOf(role);
  const region = inputs['source-region'] ?? target['region'];
  const isOther = isElsewhere({ account, region }, { account: accountOf(target['role']), region: target['region'] });
  return {
    'source-environment': inputs['source-environment'] ?? inputs['source-cluster'],
    'source-github-environment':
      (inputs['source-role'] === undefined ? undefined : inputs['source-environment']) ?? target['environment'],
    'source-runner': inputs['source-runner'] ?? target['runner'],
    'source-cluster': inputs['source-cluster'],
    'source-service': inputs['source-service'] ?? target['ecs-service'],
    'source-role': role,
    'evidence-role': role,
    'source-region': region,
    'source-account': account,
    ...pick(inputs, ['source-container', 'source-verify', 'source-url']),
    ...viewOf(
      {
        ...{
          role: target['role'],
          planRole: inputs['plan-role'],
          region: target['region'],
          account: target['account'],
        },
        ...{ cluster: target['cluster'], ecsService: target['ecs-service'], repository: target['repository'] },
      },
      { role, region, account },
    ),
    'source-registry':
      isOther && account !== undefined && region !== undefined ? ecrHostOf(account, region) : undefined,
    'source-repository': isOther ? target['repository'] : undefined,
  };
}

/** Of several roles, each is assumed with the one before: the last one acts. */
function accountOf(roles: string | undefined): string | undefined {
  return [...(roles ?? '').matchAll(/arn:[\w-]+:iam::(\d{12}):/g)].at(-1)?.[1];
}

function pick(from: Readonly<Record<string, string | undefined>>, names: readonly string[]): Cell {
  return present(Object.fromEntries(names.map((name) => [name, from[name]])));
}

function present(members: Readonly<Record<string, string | undefined>>): Cell {
  return Object.fromEntries(Object.entries(members).flatMap(([name, text]) => (text ? [[name, text]] : [])));
}

function invalid(message: string, hint: string, cause?: unknown): SlipwayError {
  return new SlipwayError({ code: 'PLAN_SETTINGS_INVALID', message: `${message}.`, hint, cause });
}
