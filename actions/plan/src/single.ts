import { SlipwayError } from '@slipway/core';
import { NOT_CHOSEN, isElsewhere, targetOf, type Configuration, type Target } from '@slipway/configuration';
import { promotionCell, stageCell, type Cell } from './cells.js';
import { unknownName } from './choose.js';
import type { PlanInputs } from './inputs.js';

/**
 * promotionOf plans the promotion of one service from one environment to another.
 *
 * @throws SlipwayError INPUT_INVALID, PLAN_UNKNOWN_NAME, PLAN_NOT_THERE, PLAN_UNREADABLE
 */
export function promotionOf(configuration: Configuration, inputs: PlanInputs): Cell {
  const {
    service,
    environment,
    'source-environment': from,
  } = needed(inputs, ['service', 'environment', 'source-environment']);
  const target = requireTarget(configuration, service, environment);
  const source = requireTarget(configuration, service, from);
  if (environment === from) throw sameEnvironment(environment);
  if (isElsewhere(source, target) && source.readRole === undefined) throw unreadable(source, target);
  return promotionCell(target, source);
}

/**
 * rollbackOf plans going back with one service in one environment.
 *
 * @throws SlipwayError INPUT_INVALID, PLAN_UNKNOWN_NAME, PLAN_NOT_THERE
 */
export function rollbackOf(configuration: Configuration, inputs: PlanInputs): Cell {
  const { service, environment } = needed(inputs, ['service', 'environment']);
  const target = requireTarget(configuration, service, environment);
  return stageCell(target, target);
}

type Needed = 'service' | 'environment' | 'source-environment';

/** needed returns inputs that an operation cannot do without. @throws SlipwayError INPUT_INVALID */
export function needed<N extends Needed>(inputs: PlanInputs, names: readonly N[]): Readonly<Record<N, string>> {
  const missing = names.filter((name) => inputs[name] === undefined);
  if (missing.length === 0) return inputs as Readonly<Record<N, string>>;
  throw new SlipwayError({
    code: 'INPUT_INVALID',
    message: `${missing.map((name) => `'${name}'`).join(' and ')} must be set with 'operation: ${inputs.operation}'.`,
    hint: "Correct the 'with:' block of this step.",
  });
}

function requireTarget(configuration: Configuration, service: string, environment: string): Target {
  const target = targetOf(configuration, service, environment);
  if (target) return target;
  const { services, environments } = configuration;
  const unchosen = [
    ...(service === NOT_CHOSEN ? [{ what: 'service', names: Object.keys(services) }] : []),
    ...(environment === NOT_CHOSEN ? [{ what: 'environment', names: Object.keys(environments) }] : []),
  ];
  if (unchosen.length > 0) throw notChosen(unchosen);
  if (!Object.hasOwn(services, service)) throw unknownName('service', service, Object.keys(services));
  if (!Object.hasOwn(environments, environment))
    throw unknownName('environment', environment, Object.keys(environments));
  throw new SlipwayError({
    code: 'PLAN_NOT_THERE',
    message: `The configuration leaves '${service}' out of '${environment}'.`,
    hint: `Choose another environment, or take 'services.${service}: false' out of it.`,
  });
}

function notChosen(missing: readonly { readonly what: string; readonly names: readonly string[] }[]): SlipwayError {
  return new SlipwayError({
    code: 'PLAN_UNKNOWN_NAME',
    message: `No ${missing.map(({ what }) => what).join(' and no ')} was chosen: nothing was done.`,
    hint: `Run the workflow again and choose ${missing.map(({ what, names }) => `the ${what} (${names.join(', ')})`).join(' and ')}.`,
  });
}

function sameEnvironment(name: string): SlipwayError {
  return new SlipwayError({
    code: 'INPUT_INVALID',
    message: `'environment' and 'source-environment' are both '${name}'.`,
    hint: 'Promote from one environment to another.',
  });
}

function unreadable(source: Target, target: Target): SlipwayError {
  return new SlipwayError({
    code: 'PLAN_UNREADABLE',
    message: `'${source.environment}' and '${target.environment}' are in different accounts or regions, and '${source.environment}' has no 'read-role'.`,
    hint: `Add 'read-role' to '${source.environment}': the role by which jobs of '${target.environment}' read what runs there, and its image.`,
  });
}
