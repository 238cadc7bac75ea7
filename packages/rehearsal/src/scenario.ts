import { parseArgs } from 'node:util';
import { SlipwayError, messageOf, nearest } from '@slipway/core';

/**
 * What can be rehearsed by itself. `good`: version 2 is delivered and promoted. `bad`: version 3 breaks under traffic.
 * `never-healthy`: a version whose health checks fail. `cancel`: the job is cancelled mid-shift. `kill`: it dies there.
 */
export const SCENARIOS = ['good', 'bad', 'never-healthy', 'cancel', 'kill'] as const;

export type Scenario = (typeof SCENARIOS)[number];

/** parseScenario reads `--scenario NAME`; undefined when none is named. @throws SlipwayError REHEARSAL_SCENARIO */
export function parseScenario(args: readonly string[]): Scenario | undefined {
  const name = nameIn(args);
  if (name === undefined) return undefined;
  const known = SCENARIOS.find((scenario) => scenario === name);
  if (known) return known;
  const meant = nearest(name, SCENARIOS);
  throw refused(`There is no scenario '${name}'${meant === undefined ? '' : `; did you mean '${meant}'?`}`);
}

function nameIn(args: readonly string[]): string | undefined {
  try {
    return parseArgs({ args: [...args], options: { scenario: { type: 'string' } } }).values.scenario;
  } catch (error) {
    throw refused(messageOf(error).replace(/\.? To specify .*$/s, ''), error);
  }
}

function refused(message: string, cause?: unknown): SlipwayError {
  return new SlipwayError({
    code: 'REHEARSAL_SCENARIO',
    message: `${message.replace(/[.?]?$/, (end) => (end === '?' ? end : '.'))} The scenarios are: ${SCENARIOS.join(', ')}.`,
    hint: `npm run rehearse -- --scenario ${SCENARIOS[1]}; without one, everything is rehearsed.`,
    cause,
  });
}
