import { SlipwayError, nearest } from '@slipway/core';
import type { Configuration } from '@slipway/configuration';
import { splitList } from '@slipway/runtime';
import { changedServices } from './changed.js';
import type { Changes } from './changes.js';

/** Choice is the services that are planned, in the configuration's order, and why these. */
export interface Choice {
  readonly services: readonly string[];
  /** A part of a sentence: `changed since 1f2e3d4c5b6a`. */
  readonly why: string;
}

/**
 * chooseServices chooses by what was asked for by hand, and otherwise by what changed.
 *
 * @param asked `changed`, `all`, or names by newline or comma
 * @throws SlipwayError PLAN_UNKNOWN_NAME
 */
export async function chooseServices(
  configuration: Configuration,
  asked: string,
  changes: { readonly configFile: string; readonly find: () => Promise<Changes> },
): Promise<Choice> {
  const all = Object.keys(configuration.services);
  if (asked === 'all') return { services: all, why: 'all were asked for' };
  if (asked !== 'changed') return { services: named(all, splitList(asked)), why: 'they were asked for by name' };
  const found = await changes.find();
  if (found.kind === 'everything') return { services: all, why: `all, because ${found.why}` };
  const services = changedServices(configuration, found.files, changes.configFile);
  return { services, why: `what changed since ${found.since}, by ${found.files.length} file names` };
}

function named(all: readonly string[], names: readonly string[]): readonly string[] {
  for (const name of names) if (!all.includes(name)) throw unknownName('service', name, all);
  return all.filter((name) => names.includes(name));
}

/** unknownName refuses a name that the configuration does not have. */
export function unknownName(what: 'service' | 'environment', name: string, known: readonly string[]): SlipwayError {
  const meant = nearest(name, known);
  return new SlipwayError({
    code: 'PLAN_UNKNOWN_NAME',
    message: `The configuration has no ${what} '${name}'.`,
    hint:
      meant === undefined ? `It has: ${known.join(', ')}.` : `Did you mean '${meant}'? It has: ${known.join(', ')}.`,
  });
}
