import { realpathSync } from 'node:fs';
import { SlipwayError } from '@slipway/core';
import type { InputSchema, InputsOf } from './schema.js';
import { isWithin, type Places } from './values.js';

/**
 * assertPathsStayInside refuses a path input that leaves the workspace and RUNNER_TEMP through a symbolic link.
 * A path that does not exist passes: whoever opens it says so in its own words.
 *
 * @throws SlipwayError INPUT_PATH_ESCAPES
 */
export function assertPathsStayInside<S extends InputSchema>(schema: S, inputs: InputsOf<S>, places: Places): void {
  for (const [name, spec] of Object.entries(schema)) {
    const value = (inputs as Readonly<Record<string, unknown>>)[name];
    if (spec.type !== 'path' || typeof value !== 'string') continue;
    if (!isReallyInside(places, value)) {
      throw new SlipwayError({
        code: 'INPUT_PATH_ESCAPES',
        message: `'${name}' is '${value}', which a symbolic link leads out of the workspace.`,
        hint: 'Name a file or folder that lies inside the workspace.',
      });
    }
  }
}

/** isReallyInside tells whether a path lies in the workspace or RUNNER_TEMP with its links followed; true where nothing is. */
export function isReallyInside(places: Places, file: string): boolean {
  const real = realPath(file);
  if (real === undefined) return true;
  return [places.workspace, places.temp].some((folder) => isWithin(realPath(folder) ?? folder, real));
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
