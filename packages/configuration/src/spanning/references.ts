import { nearest } from '@slipway/core';
import type { Problem } from '@slipway/yaml-source';
import { asRaw, namesIn, ownMember } from './raw.js';
import type { Parts } from './parts.js';

/** referenceProblems finds names of services and environments that are nowhere described. */
export function referenceProblems({ yaml, services, environments, branches }: Parts): Problem[] {
  const overrides = Object.entries(environments).flatMap(([environment, settings]) =>
    Object.keys(asRaw(asRaw(settings)['services']))
      .filter((service) => ownMember(services, service) === undefined)
      .map((service) => ({
        ...yaml.positionOfKey(['environments', environment, 'services'], service),
        message: nowhere('service', service, Object.keys(services)),
      })),
  );
  const driven = Object.entries(branches).flatMap(([branch, list]) => {
    const names = namesIn(list);
    return names.flatMap(({ name, index }) => {
      const at = yaml.positionAt(['branches', branch, index]);
      if (ownMember(environments, name) === undefined) {
        return [{ ...at, message: nowhere('environment', name, Object.keys(environments)) }];
      }
      const isSecond = names.some((other) => other.name === name && other.index < index);
      return isSecond ? [{ ...at, message: `'${name}' is a stage of '${branch}' already` }] : [];
    });
  });
  return [...overrides, ...driven];
}

function nowhere(what: string, name: string, known: readonly string[]): string {
  const meant = nearest(name, known);
  const hint = meant === undefined ? `there are: ${known.join(', ') || 'none'}` : `did you mean '${meant}'?`;
  return `there is no ${what} '${name}'; ${hint}`;
}
