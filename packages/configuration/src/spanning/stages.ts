import type { Problem } from '@slipway/yaml-source';
import { asRaw, namesIn, ownMember } from './raw.js';
import type { Parts } from './parts.js';

/** GitHub makes at most so many jobs of a matrix. */
export const MAX_CELLS = 256;

/** stageProblems finds branches and stages that do not fit into a run, and stages with nothing in them. */
export function stageProblems(parts: Parts): Problem[] {
  return Object.entries(parts.branches).flatMap(([branch, list]) => {
    const stages = namesIn(list).map(({ name, index }) => ({ name, index, services: servicesOf(parts, name) }));
    const all = new Set(stages.flatMap(({ services }) => services));
    const images =
      all.size > MAX_CELLS ? [{ ...parts.yaml.positionOfKey(['branches'], branch), ...tooMany(branch, all.size) }] : [];
    const cells = stages.flatMap(({ name, index, services }) => {
      const at = parts.yaml.positionAt(['branches', branch, index]);
      if (services.length > MAX_CELLS) return [{ ...at, ...tooMany(name, services.length) }];
      const isEmpty = services.length === 0 && ownMember(parts.environments, name) !== undefined;
      return isEmpty ? [{ ...at, message: `no service is delivered to '${name}': all are left out there` }] : [];
    });
    return [...images, ...cells];
  });
}

function tooMany(name: string, count: number): { readonly message: string } {
  return {
    message: `'${name}' has ${count} services, and GitHub makes at most ${MAX_CELLS} jobs of a matrix: divide them among several configurations`,
  };
}

/** servicesOf names the services that an environment has. */
export function servicesOf({ services, environments }: Parts, environment: string): string[] {
  const overrides = asRaw(asRaw(ownMember(environments, environment))['services']);
  return Object.keys(services).filter((service) => ownMember(overrides, service) !== false);
}
