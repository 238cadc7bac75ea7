import type { Problem } from '@slipway/yaml-source';
import { overlong } from '../durations.js';
import type { Parts } from './parts.js';
import { asRaw } from './raw.js';

/** durationProblems finds deployments that wait longer than they may take, and would always be taken back. */
export function durationProblems({ yaml, environments }: Parts): Problem[] {
  return Object.entries(environments).flatMap(([environment, settings]) => {
    const place = asRaw(settings);
    const message = overlong(place);
    if (message !== undefined) return [{ ...yaml.positionOfKey(['environments'], environment), message }];
    return Object.entries(asRaw(place['services'])).flatMap(([service, override]) => {
      const own = overlong({ ...place, ...asRaw(override) });
      const at = ['environments', environment, 'services'];
      return own === undefined ? [] : [{ ...yaml.positionOfKey(at, service), message: own }];
    });
  });
}
