import type { CheckName } from './deployability/checks.js';
import type { TestContext } from './inputs.js';
import type { RunSetting } from './setting.js';

type Inputs = TestContext['inputs'];

/**
 * idleInputs says of each input that was given and does nothing what it needs: who gives it counts on it. One that says
 * how a load goes is an error instead; the name of a container misleads nobody, and image.yml always has one.
 */
export function idleInputs(
  inputs: Inputs,
  { load, deployability, command, readyBy }: Pick<RunSetting, 'load' | 'deployability' | 'command' | 'readyBy'>,
): readonly string[] {
  const isMade = (check: CheckName): boolean => deployability !== undefined && deployability.levels[check] !== 'off';
  const hasTask = inputs['task-definition'] !== undefined;
  const needs: readonly (readonly [name: keyof Inputs, isInUse: boolean, needed: string])[] = [
    ['secrets', hasTask, "'task-definition'"],
    ['ready-log', readyBy.kind === 'log', "'ready-by: log'"],
    ['command-environment', command !== undefined, "'command'"],
    ['bad-configuration', isMade('bad-configuration'), "the check 'bad-configuration' in 'deployability'"],
    ['previous-image', load !== undefined || isMade('previous'), "a load, or the check 'previous' in 'deployability'"],
  ];
  const idle = needs.filter(([name, isInUse]) => !isInUse && isGiven(inputs[name]));
  return idle.map(([name, , needed]) => `'${name}' does nothing: it needs ${needed}.`);
}

function isGiven(value: Inputs[keyof Inputs]): boolean {
  return typeof value === 'object' ? Object.keys(value).length > 0 : value !== undefined;
}
